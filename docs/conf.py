"""How Sphinx makes the documentation: `make docs`."""

import guidekg

project = "guidekg"
version = release = guidekg.__version__
copyright = "the guidekg maintainers"  # noqa: A001  # Sphinx's own name
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
html_theme = "furo"
html_title = f"guidekg {version}"
exclude_patterns = ["_build"]
myst_heading_anchors = 3
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
# What stands in other projects' documentation, or in a type alone, is no link.
nitpick_ignore_regex = [
    ("py:.*", r"(?!guidekg\.).*"),
    # Of these the reference shows no more than what a developer touches.
    (
        "py:class",
        r"guidekg\.(stores|guides\.(sources|repository)|questions\.header|validation)\..*",
    ),
]
