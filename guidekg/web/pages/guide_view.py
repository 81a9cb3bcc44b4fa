"""What a reader of a guide has chosen, by the address of the page."""

import difflib
from dataclasses import dataclass

from starlette.datastructures import QueryParams

from guidekg.errors import UnknownNameError, ValueFormError
from guidekg.guides.model import Provision
from guidekg.web.pages.guide_text import MODALITIES, GuideText, Line, Piece


@dataclass(frozen=True, slots=True)
class View:
    """What a reader has chosen: a piece or a provision, one modality, all notes on a narrow screen."""

    piece: Piece | None
    provision: str | None
    show: str | None
    notes: str | None
    chosen: frozenset[Provision]

    def lights(self, piece: Piece) -> bool:
        """Whether a piece says what is chosen."""
        return not self.chosen.isdisjoint(piece.provisions)

    def opens(self, line: Line, text: GuideText) -> bool:
        """Whether the provisions that are chosen are told in full beside a line."""
        if self.piece:
            return self.piece in line.pieces
        first = next((one for one in text.lines if self.chosen.intersection(one.provisions)), None)
        return line is first

    def kept(self) -> dict[str, str | None]:
        """Return what stays when something else is chosen."""
        return {"show": self.show, "notes": self.notes}


def choose(text: GuideText, asked: QueryParams) -> View:
    """Return what is chosen.

    Raises:
        UnknownNameError, ValueFormError: there is no such provision, character or modality.
    """
    show, notes = asked.get("show") or None, asked.get("notes") or None
    if show is not None and show not in MODALITIES:
        raise _no_value("show", show, MODALITIES)
    if notes is not None and notes != "all":
        raise _no_value("notes", notes, ("all",))
    if name := asked.get("provision"):
        provisions = text.provisions
        if name not in provisions:
            near = difflib.get_close_matches(name, provisions, n=5, cutoff=0.5)
            raise UnknownNameError(name, "条文", "provision", near)
        return View(None, name, show, notes, frozenset({provisions[name]}))
    if at := asked.get("at"):
        if not (at.isascii() and at.isdigit() and len(at) < 9 and int(at) < len(text.guide.text)):
            last = len(text.guide.text) - 1
            raise ValueFormError(
                f"at 的值“{at}”不是原文中的位置；应为 0 到 {last} 的整数。",
                f"at={at!r} is no place in the text: use a number from 0 to {last}",
            )
        piece = text.piece_at(int(at))
        return View(piece, None, show, notes, frozenset(piece.provisions if piece else ()))
    return View(None, None, show, notes, frozenset())


def _no_value(name: str, value: str, known: tuple[str, ...]) -> ValueFormError:
    return ValueFormError(
        f"参数 {name} 没有值“{value}”；可用：{'、'.join(known)}。",
        f"{value!r} is no value for {name}; use {', '.join(known)}",
    )
