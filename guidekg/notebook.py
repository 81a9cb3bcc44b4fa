"""Tables for notebooks, which show what an object's ``_repr_html_`` returns."""

from collections.abc import Iterable, Sequence
from html import escape


def table(caption: str, headings: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    """Return an HTML table; every cell is text, and what is None stays empty."""

    def line(name: str, cells: Sequence[object]) -> str:
        shown = ("" if cell is None else escape(str(cell)) for cell in cells)
        return "<tr>" + "".join(f"<{name}>{text}</{name}>" for text in shown) + "</tr>"

    body = "".join(line("td", row) for row in rows)
    return (
        f"<table><caption>{escape(caption)}</caption>"
        f"<thead>{line('th', headings)}</thead><tbody>{body}</tbody></table>"
    )
