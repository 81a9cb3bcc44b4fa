# demo: the main job on the real guide.  test: everything that is checked.
PYTHON ?= python3
BIN := .venv/bin
# The tests start hundreds of processes: none is to compile what another has.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test lint docs bench expected lowest format clean

demo: .venv/installed
	$(BIN)/guidekg ask calls-by-field-and-partner-region --field green-technology --region yangtze-river-delta

# A file of tests stays in one process, which makes ready once what its tests share.
test: .venv/installed-test
	$(MAKE) --no-print-directory -j2 lint docs
	$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder

lint: .venv/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict guidekg
	$(BIN)/lint-imports
	$(BIN)/python scripts/format_turtle.py --check

# The documentation, in docs/_build: a link that leads nowhere is an error.
docs: .venv/installed-test
	$(BIN)/sphinx-build --quiet --fail-on-warning --nitpicky --keep-going docs docs/_build

bench: .venv/installed-test
	$(BIN)/python -m benchmarks

# What the tests hold of the shipped guide, made again: read the difference before you commit it.
expected: .venv/installed-test
	$(BIN)/python -m tests.expected

format: .venv/installed-test
	$(BIN)/ruff format .
	$(BIN)/python scripts/format_turtle.py

# The lowest versions that pyproject.toml admits; the command line is run there.
lowest:
	rm -rf .venv-lowest
	$(PYTHON) -m venv .venv-lowest
	.venv-lowest/bin/python -m pip install --quiet uv
	.venv-lowest/bin/uv pip install --quiet --python .venv-lowest/bin/python --resolution lowest-direct .
	cd / && export GUIDEKG_CACHE=$(CURDIR)/.venv-lowest/cache PATH=$(CURDIR)/.venv-lowest/bin:$$PATH && \
	guidekg info && guidekg ask deadlines && guidekg show finland && guidekg source && guidekg check && \
	guidekg query 'SELECT ?call WHERE { ?call a gk:PartnerCall }' --format json

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/installed: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

# uv installs these in a fifth of the time.
.venv/installed-test: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python --editable '.[test]'
	touch $@ .venv/installed

clean:
	rm -rf .venv .venv-lowest dist build docs/_build
