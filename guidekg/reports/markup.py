"""HTML made of elements: whatever is not an element is text, and is escaped."""

from functools import lru_cache
from html import escape

from guidekg.i18n import Label
from guidekg.reports.base import clean

_VOID = frozenset({"input", "meta"})


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def tag(name: str, /, *children: str, **attributes: str | bool) -> Markup:
    """Return an element.

    Args:
        name: the name of the element.
        children: elements, and texts to escape.
        attributes: ``class_`` for ``class``, ``data_verdict`` for ``data-verdict``; one that is
            true has no value, one that is false is left out.
    """
    listed = ""
    for key, value in attributes.items():
        attribute = key.rstrip("_").replace("_", "-")
        if value is True:
            listed += f" {attribute}"
        elif value is not False:
            listed += f' {attribute}="{escape(clean(value))}"'
    if name in _VOID:
        return Markup(f"<{name}{listed}>")
    return Markup(f"<{name}{listed}>{join(*children)}</{name}>")


def join(*children: str) -> Markup:
    """Return elements and texts one after the other."""
    return Markup(
        "".join(
            child if isinstance(child, Markup) else escape(clean(child), quote=False)
            for child in children
        )
    )


@lru_cache(4096)  # the words of a report are few, and come again in every proposal
def both(label: Label) -> Markup:
    """Return a text in both languages, of which the page shows one."""
    if label.zh == label.en:
        return join(label.zh)
    if label.zh and label.en:
        zh = tag("span", label.zh, class_="zh", lang="zh-CN")
        return join(zh, tag("span", label.en, class_="en", lang="en"))
    return tag("span", label.zh or label.en, lang="zh-CN" if label.zh else "en")
