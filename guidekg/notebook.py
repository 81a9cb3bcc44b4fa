"""Tables for notebooks, which show what an object's ``_repr_html_`` returns."""

from collections.abc import Iterable, Sequence
from html import escape

from guidekg.i18n import Label, Language


def table(
    lang: Language, caption: str, headings: Sequence[object], rows: Iterable[Sequence[object]]
) -> str:
    """Return an HTML table; every cell is text, a label in one language, and None is empty."""

    def shown(cell: object) -> str:
        text = cell(lang) if isinstance(cell, Label) else "" if cell is None else str(cell)
        return escape(text)

    def line(name: str, cells: Sequence[object]) -> str:
        return "<tr>" + "".join(f"<{name}>{shown(cell)}</{name}>" for cell in cells) + "</tr>"

    body = "".join(line("td", row) for row in rows)
    return (
        f"<table><caption>{escape(caption)}</caption>"
        f"<thead>{line('th', headings)}</thead><tbody>{body}</tbody></table>"
    )
