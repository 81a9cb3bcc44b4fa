"""Review drafted guides: how one stands, and what a person decides, as JSON.

The worker that does this may read and write files, which the others may not. It is the only one, so
decisions are made one after the other.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from guidekg.drafting.drafts import ConflictError, known_names
from guidekg.drafting.facts import DOUBTFUL
from guidekg.drafting.graph import GUIDE_FILE, TEXT_FILE
from guidekg.drafting.review import Condition, Review, ReviewError, State, parted
from guidekg.drafting.text import DraftError
from guidekg.errors import GuideKGError, PlacedError
from guidekg.web.handlers.base import deliver
from guidekg.web.problems import ProblemError, problem
from guidekg.web.workers.protocol import Delivery, Request, ResponseWriter

_HEADERS = {
    "content-type": "application/json",
    "cache-control": "no-store",
    "vary": "Accept-Encoding",
}
Name = Annotated[str, Meta(min_length=1, max_length=400)]
Words = Annotated[str, Meta(max_length=4000)]
Offset = Annotated[int, Meta(ge=0)]
Both = tuple[Words, Words]  # zh, en


class _Decision(Struct, kw_only=True, forbid_unknown_fields=True, tag_field="what"):
    """What a person decides; ``seen`` is that of the item as it was shown."""

    by: Annotated[str, Meta(max_length=200)]
    about: Name
    seen: str = ""

    def apply(self, review: Review) -> str:
        """Carry it out, and return the thing to look at next; that of a subclass."""
        raise NotImplementedError

    @property
    def signed(self) -> dict[str, str]:
        """Who decides, on what they have seen."""
        return {"by": self.by, "seen": self.seen}


class _Accept(_Decision, tag="accept"):
    def apply(self, review: Review) -> str:
        review.accept(self.about, **self.signed)
        return self.about


class _Condition(Struct, kw_only=True, forbid_unknown_fields=True):
    how: str
    information: Annotated[str, Meta(max_length=400)]
    test: str
    values: Annotated[str, Meta(max_length=4000)] = ""


class _Correct(_Decision, tag="correct", omit_defaults=True):
    kind: str | UnsetType = UNSET
    modality: str | UnsetType = UNSET
    value: float | int | Words | list[float | int | Words] | UnsetType | None = UNSET
    start: Offset | UnsetType = UNSET
    end: Offset | UnsetType = UNSET
    condition: _Condition | UnsetType | None = UNSET
    zh: Words | UnsetType = UNSET
    en: Words | UnsetType = UNSET

    def apply(self, review: Review) -> str:
        fields = ("kind", "modality", "value", "start", "end", "condition", "zh", "en")
        given = {name: getattr(self, name) for name in fields if getattr(self, name) is not UNSET}
        if isinstance(self.condition, _Condition):
            said = self.condition
            values = tuple(parted(said.values))
            given["condition"] = Condition(said.how, said.information, said.test, values)
        return review.correct(self.about, **self.signed, **given)


class _Split(_Decision, tag="split"):
    at: Offset

    def apply(self, review: Review) -> str:
        review.split(self.about, self.at, **self.signed)
        return self.about


class _Join(_Decision, tag="join"):
    other: Name

    def apply(self, review: Review) -> str:
        review.join(self.about, self.other, **self.signed)
        return self.about


class _Reject(_Decision, tag="reject"):
    reason: Both

    def apply(self, review: Review) -> str:
        review.reject(self.about, self.reason, **self.signed)
        return self.about


class _AddReading(_Decision, tag="reading"):
    reason: Both

    def apply(self, review: Review) -> str:
        review.add_reading(self.about, self.reason, **self.signed)
        return self.about


class _Undo(_Decision, tag="undo"):
    about: str = ""

    def apply(self, review: Review) -> str:
        return review.undo(by=self.by)


_decoder = msgspec.json.Decoder(_Accept | _Correct | _Split | _Join | _Reject | _AddReading | _Undo)


def editable(folders: Iterable[str]) -> dict[str, Review]:
    """Return the reviews of the guides that people may change, by the names of the guides.

    Args:
        folders: where they are; one without a guide of its own in it is passed over.

    Raises:
        GuideKGError: a graph cannot be read.
    """
    held = (path for path in map(Path, folders) if (path / GUIDE_FILE).is_file())
    reviews = [Review(path) for path in held if (path / TEXT_FILE).is_file()]
    return {review.look().name: review for review in reviews}


@dataclass(frozen=True, slots=True)
class Reviews:
    """A service for the worker that changes guides (see ``workers.forkserver``)."""

    guides: Mapping[str, Review]
    confined: ClassVar[bool] = False

    def prepare(self) -> None:
        """Read the names that the vocabularies know."""
        known_names()

    def answer(self, request: Request, response: ResponseWriter) -> None:
        """Write how a guide stands (``look``), or what a decision changed (``decide``).

        The values are those of a query, with ``guide``, the name of one; the body is the decision.

        Raises:
            ProblemError: what the client is told instead.
        """
        name = request.values["guide"]
        if name not in self.guides:
            raise problem("not-found", "draft", guide=name)
        review = self.guides[name]
        made = _look(review) if request.handler == "look" else _decide(review, request.body)
        deliver(request, response, Delivery(msgspec.json.encode(made), _HEADERS))


def open_service(settings: Mapping[str, Any]) -> Reviews:
    """Return the reviews of the guides in ``folders``."""
    return Reviews(editable(settings["folders"]))


def _look(review: Review) -> dict[str, Any]:
    with _telling():
        return _standing(review.look())


def _decide(review: Review, body: bytes) -> dict[str, Any]:
    """Carry a decision out.

    Returns:
        ``about``, the thing to look at next; ``changed``, what has become of items, None for those
        that are gone; ``before``, the stamp of what stood before; and how the guide stands, without
        its text and its items.
    """
    try:
        decision = _decoder.decode(body)
    except msgspec.DecodeError as error:
        raise problem("refused-decision", "form", error=error) from None
    before = _look(review)
    with _telling():
        about = decision.apply(review)
    after = _look(review)
    old, new = before["items"], after["items"]
    changed = {name: new.get(name) for name in {**old, **new} if old.get(name) != new.get(name)}
    rest = {key: said for key, said in after.items() if key not in ("text", "items")}
    return {"about": about, "changed": changed, "before": before["stamp"], **rest}


@contextmanager
def _telling() -> Iterator[None]:
    """Let something be done with a review; what is wrong becomes a problem.

    Raises:
        ProblemError: somebody else changed the thing, the decision does not fit, or the files
            cannot be read or written.
    """
    try:
        yield
    except ConflictError as error:
        raise ProblemError("changed-meanwhile", error.zh, error.en) from None
    except ReviewError as error:
        raise ProblemError("refused-decision", error.zh, error.en) from None
    except (PlacedError, DraftError) as error:
        place = {name: getattr(error, name, None) for name in ("line", "column")}
        raise ProblemError("unreadable-guide", error.zh, error.en, **place) from None
    except GuideKGError as error:
        raise ProblemError("refused-decision", error.zh, error.en) from None
    except (OSError, ValueError, LookupError, SyntaxError) as error:  # edited by hand to no sense
        raise problem("unreadable-guide", "data", error=error) from None


def _standing(state: State) -> dict[str, Any]:
    """Return how a guide stands, as data.

    ``order`` has the names of the items as the text orders them, ``left`` those to decide on, what to
    look at first before the rest; ``stamp`` changes with the graph.
    """
    items = {
        name: {
            **asdict(item),
            "open": item.open,
            "doubtful": item.status == "drafted" and item.confidence < DOUBTFUL,
            "readings": state.readings(name),
            "beside": state.beside.get(name, []),
        }
        for name, item in state.items.items()
    }
    return {
        "text": state.text,
        "items": items,
        "order": [*items],
        "left": [item.name for item in state.left],
        "progress": asdict(state.progress),
        "stamp": sha256(state.editor.text.encode()).hexdigest()[:16],
    }
