"""Draw the floors of the package as ``docs/architecture.svg``, from its files and its contract.

``python scripts/draw_architecture.py`` writes it. The floors are those of the first contract of
import-linter in ``pyproject.toml``, which holds that each imports only those below; a box is a
package or module, with its size and what stands in it.
"""

from __future__ import annotations

import textwrap
import tomllib
from html import escape
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs/architecture.svg"
WIDTH, GAP, MARGIN, LINE = 960, 12, 20, 17
CHARACTER = 6.3  # the width of one, about


class Box(NamedTuple):
    """A package or module: its name, its size, and the names of what stands in it."""

    name: str
    modules: int
    lines: int
    inside: list[str]


def floors() -> list[list[str]]:
    """Return the names on each floor, from the top, without that of the package."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    rows = [layer.replace("|", ":").split(":") for layer in layers]
    return [[name.strip().removeprefix("guidekg.") for name in row] for row in rows]


def measured(name: str) -> Box:
    """Return what a package or module is made of."""
    base = ROOT / "guidekg" / name.replace(".", "/")
    if not base.is_dir():
        return Box(name, 1, _lines(base.with_suffix(".py")), [])
    files = sorted(base.rglob("*.py"))
    inside = [
        f"{item.name}/\u00a0({len(list(item.rglob('*.py')))})" if item.is_dir() else item.stem
        for item in sorted(base.iterdir())
        if (item.is_dir() and any(item.rglob("*.py"))) or item.suffix == ".py"
    ]
    return Box(name, len(files), sum(map(_lines, files)), [n for n in inside if n != "__init__"])


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def draw() -> str:
    """Return the picture."""
    parts, y = [], MARGIN
    for names in floors():
        row = [measured(name) for name in names]
        width = (WIDTH - 2 * MARGIN - GAP * (len(row) - 1)) / len(row)
        texts = [_wrapped(box, width) for box in row]
        height = LINE * (1 + max(map(len, texts))) + GAP
        for number, (box, text) in enumerate(zip(row, texts, strict=True)):
            parts.append(_drawn(box, text, (MARGIN + number * (width + GAP), y, width, height)))
        y += height + GAP
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y + MARGIN - GAP}" role="img"'
        ' font-family="sans-serif" font-size="12"><title>The floors of guidekg</title>'
        f'<rect width="{WIDTH}" height="{y + MARGIN - GAP}" fill="#fff"/>'
    )
    return "\n".join([head, *parts, "</svg>\n"])


def _wrapped(box: Box, width: float) -> list[str]:
    return textwrap.wrap(" · ".join(box.inside), int((width - 2 * GAP) / CHARACTER))


def _drawn(box: Box, text: list[str], place: tuple[float, float, float, float]) -> str:
    x, y, width, height = place
    size = (
        f"{box.modules} modules, {box.lines:,} lines" if box.modules > 1 else f"{box.lines:,} lines"
    )
    told = "".join(
        f'<text x="{x + GAP:.0f}" y="{y + GAP + LINE * (n + 1.6):.0f}" fill="#444">{escape(line)}</text>'
        for n, line in enumerate(text)
    )
    return (
        f'<rect x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" height="{height:.0f}" rx="5"'
        ' fill="#eef3f8" stroke="#34597d"/>'
        f'<text x="{x + GAP:.0f}" y="{y + GAP + 8:.0f}"><tspan font-weight="600">{escape(box.name)}</tspan>'
        f'<tspan dx="8" fill="#666">{size}</tspan></text>{told}'
    )


if __name__ == "__main__":
    PICTURE.write_text(draw(), encoding="utf-8")
