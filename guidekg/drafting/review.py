"""The review of a drafted guide: what is left, and each decision of a person as a change of its Turtle.

A decision changes the statements of the things that it is about and nothing else, with who and when
(``prov:wasAttributedTo``, ``prov:generatedAtTime``). A journal beside the files keeps what stood
before, so that each can be undone, by anybody, at any time.
"""

import hashlib
import json
import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import pyoxigraph as ox

from guidekg.characters import shown
from guidekg.drafting.drafts import ConflictError, alone, check_installed, known_names, replace_text
from guidekg.drafting.facts import DOUBTFUL, KINDS, MODALITIES, Fact
from guidekg.drafting.gaps import pieces
from guidekg.drafting.graph import GUIDE_FILE, TEXT_FILE
from guidekg.drafting.names import of_kind
from guidekg.drafting.provisions import Block, Known, clause, provision
from guidekg.drafting.reader import read_value
from guidekg.drafting.structure import folded
from guidekg.drafting.text import DraftError
from guidekg.drafting.values import amounts, plain
from guidekg.drafting.values import number as number_in
from guidekg.errors import GuideKGError, TurtleSyntaxError
from guidekg.i18n import Label
from guidekg.rdf.namespaces import NS, PREFIXES, RDF_TYPE, XSD, compact, local_name
from guidekg.rdf.turtle import RDFSyntaxError
from guidekg.rdf.turtle.edit import StatementEditor
from guidekg.rdf.writer import write_statement

JOURNAL = ".review.jsonl"
Status = Literal["drafted", "not-understood", "reviewed", ""]
_STATUSES: dict[str, Status] = {
    "drafted": "drafted",
    "not-understood": "not-understood",
    "reviewed": "reviewed",
}
_STATUS, _BY, _AT = (
    NS + "reviewStatus",
    PREFIXES["prov"] + "wasAttributedTo",
    PREFIXES["prov"] + "generatedAtTime",
)
_OF_DRAFT = {NS + name for name in ("draftedAs", "confidence", "mayBe", "foundBy")}
_LABEL = PREFIXES["rdfs"] + "label"
# What a provision says beside its data.
_NOT_DATA = (
    *("rdfs:label", "gk:clause", "gk:phrase", "gk:requirementRow", "dcterms:identifier"),
    *("gk:hasProvision", "gk:reviewStatus", "gk:draftedAs", "gk:confidence", "gk:mayBe"),
    *("gk:foundBy", "gk:question", "prov:"),
)
_STATED_BY = {"applies-if": "gk:appliesIf", "except-if": "gk:exceptIf"}
_CONDITIONS = (NS + "appliesIf", NS + "exceptIf")
_REQUIREMENT = ox.NamedNode(NS + "Requirement")
_PERSON = PREFIXES["prov"] + "Person"
_CITES = (NS + "clause", NS + "phrase")


# How a condition holds, and what it asks of a piece of information.
HOW = {
    "applies-if": Label("满足时才适用", "applies only if"),
    "except-if": Label("满足时不适用", "does not apply if"),
}
TESTS = {
    "one-of": Label("是其中之一", "is one of"),
    "at-least": Label("不小于", "is at least"),
    "at-most": Label("不大于", "is at most"),
    "given": Label("有", "is given"),
}


@dataclass(frozen=True, slots=True)
class Condition:
    """On what a requirement applies, or does not.

    Attributes:
        how: one of ``HOW``.
        information: the piece of information that tells: ``information:lead-kind``, or its label.
        test: one of ``TESTS``.
        values: names or labels of things; or one number, in figures or Chinese (CNY, months …).
    """

    how: str
    information: str
    test: str
    values: tuple[str, ...] = ()


def parted(words: str) -> list[str]:
    """Return the values that words list."""
    return [one.strip() for one in re.split("[、,，;；]", words) if one.strip()]


class ReviewError(GuideKGError, ValueError):
    """A decision cannot be made: what it names is not there, or does not fit."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to review: the guide, a scheme or a provision.

    Attributes:
        name: ``prefix:name``.
        sort: what it is.
        zh: its Chinese name.
        en: its English name.
        spans: where the words stand that it cites; none for the guide and schemes.
        quote: these words.
        scheme: the Chinese name of the scheme it stands under.
        kind: the kind of fact that it was drafted as; empty if it was not drafted.
        modality: must, should, may or informative; empty for the guide and schemes.
        status: how far its review has come; empty for what was not drafted.
        confidence: how sure the draft is.
        may_be: the kinds that it may be as well.
        found_by: the patterns or readers that found it.
        states: what it says as data, in Turtle: a line for each statement.
        by: who reviewed it.
        at: when, as ISO 8601.
        seen: what changes when it does; a decision hands it back.
    """

    name: str
    sort: Literal["guide", "scheme", "provision"]
    zh: str
    en: str
    spans: tuple[tuple[int, int], ...] = ()
    quote: str = ""
    scheme: str = ""
    kind: str = ""
    modality: str = ""
    status: Status = ""
    confidence: float = 1.0
    may_be: tuple[str, ...] = ()
    found_by: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    by: str = ""
    at: str = ""
    seen: str = ""

    @property
    def open(self) -> bool:
        """Whether a person has still to decide on it."""
        return self.status in ("drafted", "not-understood")

    @property
    def rank(self) -> tuple[int, float, int]:
        """What to look at first: what is not understood, what is doubtful, the rest by the text."""
        start = self.spans[0][0] if self.spans else -1
        first = 0 if self.status == "not-understood" else 1 if self.confidence < DOUBTFUL else 2
        return first, 0.0, start


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a review has come: items reviewed and left, and the shares of the text's characters."""

    reviewed: int
    left: int
    not_understood: int
    doubtful: int
    covered: float  # by any provision or structural span
    covered_reviewed: float  # by one that nobody has still to look at


class Review:
    """The review of one folder of a guide. It reads the files anew for each look and each decision."""

    def __init__(self, folder: Path) -> None:
        """Take the folder of a guide.

        Raises:
            DraftError: it holds none, or what reviewing takes is not installed.
        """
        check_installed()
        self.folder = folder
        if not (folder / GUIDE_FILE).is_file():
            raise DraftError(
                f"{shown(folder)} 中没有 {GUIDE_FILE}；先用 guidekg draft 起草。",
                f"there is no {GUIDE_FILE} in {shown(folder)}: draft one by guidekg draft",
            )

    # -- looking

    def look(self) -> "State":
        """Return how the guide stands now.

        Raises:
            TurtleSyntaxError: its graph was edited to something broken; says the line.
            DraftError: its text is missing.
        """
        try:
            text = (self.folder / TEXT_FILE).read_bytes().decode("utf-8")
            turtle = (self.folder / GUIDE_FILE).read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise DraftError(
                f"{shown(self.folder)}：指南的文件无法读取（{error}）。",
                f"{shown(self.folder)}: the files of the guide cannot be read ({error})",
            ) from None
        try:
            return State(text, StatementEditor(turtle))
        except RDFSyntaxError as error:
            where = shown(self.folder / GUIDE_FILE)
            raise TurtleSyntaxError(
                f"{where}：{error.zh}", f"{where}: {error.en}", error.line, error.column
            ) from None

    # -- deciding

    def accept(self, name: str, *, by: str, seen: str = "") -> None:
        """Say that a thing is right as it stands."""
        with self._changing(by, "accept", name, seen) as change:
            change.put(change.state.reviewed(name, change))

    def correct(self, name: str, *, by: str, seen: str = "", **given: Any) -> str:
        """Say what is right, of ``kind``, ``modality``, ``value``, ``start`` and ``end``, ``condition``, ``zh``, ``en``, what is given.

        A ``Condition`` is added to those that are stated; None takes all of them out. A label that is not given follows what else is corrected, where the draft made it. Returns what
        the thing is called now: a provision that becomes a requirement is called one.

        Raises:
            ReviewError: a kind, a modality, a span or a condition is none.
        """
        with self._changing(by, "correct", name, seen) as change:
            return change.state.correct(name, given, change)

    def split(self, name: str, at: int, *, by: str, seen: str = "") -> str:
        """Make two provisions of one, its words parted at an offset; return the name of the second."""
        with self._changing(by, "split", name, seen) as change:
            return change.state.split(name, at, change)

    def join(self, name: str, other: str, *, by: str, seen: str = "") -> None:
        """Make one provision of two: the first one, with the words of both."""
        with self._changing(by, "join", name, seen) as change:
            change.state.join(name, other, change)

    def reject(self, name: str, reason: tuple[str, str], *, by: str, seen: str = "") -> None:
        """Take a provision out; its words, where no other cites them, say nothing, for the reason given (zh, en)."""
        with self._changing(by, "reject", name, seen) as change:
            change.state.reject(name, reason, change)

    def add_reading(self, name: str, reason: tuple[str, str], *, by: str, seen: str = "") -> str:
        """Write down how a provision is read, and why (zh, en); return the name of the reading."""
        with self._changing(by, "read", name, seen) as change:
            return change.state.add_reading(name, reason, change)

    def undo(self, *, by: str) -> str:
        """Take the last decision back that was not taken back yet; return the thing that it was about.

        Raises:
            ReviewError: there is none.
            ConflictError: what it changed has been changed since, by hand.
        """
        entries, editor = self.history(), self.look().editor
        undone = {entry["undoes"] for entry in entries if "undoes" in entry}
        rest = [entry for entry in entries if entry["id"] not in undone and "undoes" not in entry]
        # The machine may have stopped before a decision that is in the journal was in the file.
        while rest and all(
            editor.block(name) == block for name, block in rest[-1]["before"].items()
        ):
            rest.pop()
        if not rest:
            raise ReviewError("没有可以撤销的决定。", "there is no decision to undo")
        last = rest[-1]
        with self._changing(by, "undo", last["about"], "", undoes=last["id"]) as change:
            for name, after in last["after"].items():
                if change.state.editor.block(name) != after:
                    raise ConflictError(
                        f"{name} 之后又改过，不能撤销。",
                        f"{name} has been changed since, so this cannot be undone",
                    )
            change.blocks.update(last["before"])
            change.after.update(last["behind"])
        return str(last["about"])

    def history(self) -> list[dict[str, Any]]:
        """Return the decisions, the first one first: ``id``, ``by``, ``at``, ``what``, ``about``, ``before``, ``after``."""
        try:
            lines = (self.folder / JOURNAL).read_text(encoding="utf-8").splitlines()
        except OSError:
            return []
        entries = []
        for line in lines:
            with suppress(json.JSONDecodeError):  # a line that was not written to its end
                entries.append(json.loads(line))
        return entries

    @contextmanager
    def _changing(
        self, by: str, what: str, about: str, seen: str, **more: Any
    ) -> Iterator["Change"]:
        """Let one decision change the files, whole or not at all."""
        if not by.strip():
            raise ReviewError("请写明是谁作的决定。", "say who decides")
        with alone(self.folder):
            state = self.look()
            if about not in state.items and what != "undo":
                raise ConflictError(
                    f"{about} 已经不在了，可能有人先处理了。",
                    f"{about} is no longer there: somebody else may have dealt with it",
                )
            item = state.items.get(about)
            if item and seen and seen != item.seen:
                raise ConflictError(
                    f"{item.by or '别人'}刚才改过 {about}；请看过现在的内容再决定。",
                    f"{item.by or 'somebody else'} has just changed {about}: look at it again before you decide",
                )
            change = Change(state, by.strip(), datetime.now(UTC).replace(microsecond=0))
            yield change
            before = {name: state.editor.block(name) for name in change.blocks}
            behind = {name: state.editor.behind(name) for name, block in before.items() if block}
            state.editor.change(change.blocks, change.after)
            entry = {
                "id": f"{len(self.history()) + 1}",
                "by": change.by,
                "at": change.at.isoformat(),
                "what": what,
                "about": about,
                "before": before,
                "behind": behind,
                "after": {name: state.editor.block(name) for name in change.blocks},
                **more,
            }
            with (self.folder / JOURNAL).open("a", encoding="utf-8", newline="\n") as journal:
                journal.write(json.dumps(entry, ensure_ascii=False) + "\n")
                journal.flush()
                os.fsync(journal.fileno())
            replace_text(self.folder / GUIDE_FILE, state.editor.text)


@dataclass(slots=True)
class Change:
    """What one decision changes: the statements of things by their names; an empty one is taken out.

    ``after`` has the thing behind which a new one is written, by their names.
    """

    state: "State"
    by: str
    at: datetime
    blocks: dict[str, str]
    after: dict[str, str]

    def __init__(self, state: "State", by: str, at: datetime) -> None:
        self.state, self.by, self.at = state, by, at
        self.blocks, self.after = {}, {}

    def put(self, block: Block) -> None:
        """Write what is said of a thing."""
        self.blocks[compact(block.subject.value)] = write_statement(block.triples)

    def signed(self, block: Block) -> Block:
        """Say of a thing that a person has reviewed it: who, and when."""
        gone = {_STATUS, _BY, _AT, *(_OF_DRAFT - {NS + "draftedAs"})}
        block.triples = [t for t in block.triples if t.predicate.value not in gone]
        block.triples = [
            t for t in block.triples if t.subject == block.subject or not _agent(block, t)
        ]
        block.add("gk:reviewStatus", "status:reviewed")
        return self.attributed(block)

    def attributed(self, block: Block) -> Block:
        """Say who made a thing what it is, and when."""
        agent = ox.BlankNode()
        block.add("prov:wasAttributedTo", agent)
        block.triples.append(ox.Triple(agent, ox.NamedNode(RDF_TYPE), ox.NamedNode(_PERSON)))
        block.triples.append(ox.Triple(agent, ox.NamedNode(_LABEL), ox.Literal(self.by)))
        block.add(
            "prov:generatedAtTime",
            ox.Literal(self.at.isoformat(), datatype=ox.NamedNode(XSD + "dateTime")),
        )
        return block


def _agent(block: Block, triple: ox.Triple) -> bool:
    """Whether a statement is about nobody that the block speaks of any more."""
    return all(t.object != triple.subject for t in block.triples)


class State:
    """How a guide stands: its text, its Turtle, and the items to review."""

    def __init__(self, text: str, editor: StatementEditor) -> None:
        """Take the text of a guide, and its Turtle."""
        self.text, self.editor = text, editor
        self._of: dict[str, list[ox.Triple]] = defaultdict(list)
        self._below: dict[object, list[ox.Triple]] = defaultdict(list)
        for triple in ox.parse(editor.text.encode(), format=ox.RdfFormat.TURTLE):
            if isinstance(triple.subject, ox.NamedNode):
                self._of[compact(triple.subject.value)].append(triple.triple)
            else:
                self._below[triple.subject].append(triple.triple)

    @cached_property
    def name(self) -> str:
        """What identifiers are made from."""
        guides = (name for name in self._of if self._types(name) & {"gk:Guide"})
        return next(guides, "guide:guide").partition(":")[2]

    def _types(self, name: str) -> set[str]:
        return {
            compact(o.value) for o in self._objects(name, RDF_TYPE) if isinstance(o, ox.NamedNode)
        }

    def _objects(self, name: str, predicate: str) -> list[Any]:
        return [t.object for t in self._of.get(name, ()) if t.predicate.value == predicate]

    def _who(self, name: str) -> str:
        agents = self._objects(name, _BY)
        said = (
            (t.object for t in self._below.get(agents[0], ()) if t.predicate.value == _LABEL)
            if agents
            else iter(())
        )
        return str(getattr(next(said, None), "value", ""))

    def _text_of(self, name: str, predicate: str, lang: str = "") -> str:
        found = (
            o.value
            for o in self._objects(name, predicate)
            if (getattr(o, "language", None) or "") == lang
        )
        return next(found, "")

    def span(self, clause_name: str) -> tuple[int, int]:
        """Return where a clause stands."""
        ends = [self._objects(clause_name, PREFIXES["oa"] + end) for end in ("start", "end")]
        return (int(ends[0][0].value), int(ends[1][0].value)) if all(ends) else (0, 0)

    def readings(self, name: str) -> tuple[tuple[str, str], ...]:
        """Return why a thing is read as it is, in both languages (zh, en)."""
        found = (compact(o.value) for o in self._objects(name, NS + "reading"))
        return tuple(
            (self._text_of(one, NS + "reason", "zh"), self._text_of(one, NS + "reason", "en"))
            for one in found
        )

    @cached_property
    def items(self) -> dict[str, Item]:
        """The guide, its schemes and their provisions, by their names, in the order of the text."""
        found = [self._item(name, "guide") for name in self._of if "gk:Guide" in self._types(name)]
        schemes = [
            name
            for name in self._of
            if self._types(name) & {"gk:Programme", "gk:Track", "gk:PartnerCall"}
        ]
        found += [self._item(scheme, "scheme") for scheme in schemes]
        provisions = [
            self._item(compact(o.value), "provision", self._text_of(scheme, _LABEL, "zh"))
            for scheme in schemes
            for o in self._objects(scheme, NS + "hasProvision")
            if isinstance(o, ox.NamedNode)
        ]
        provisions.sort(key=lambda item: item.spans[:1] or ((len(self.text), 0),))
        return {item.name: item for item in (*found, *provisions)}

    def _item(
        self, name: str, sort: Literal["guide", "scheme", "provision"], scheme: str = ""
    ) -> Item:
        cited = [compact(o.value) for p in _CITES for o in self._objects(name, p)]
        spans = tuple(sorted(self.span(one) for one in cited))
        status = [local_name(o.value) for o in self._objects(name, _STATUS)]
        confidence = self._objects(name, NS + "confidence")
        modality = [local_name(o.value) for o in self._objects(name, NS + "modality")]
        block = self.editor.block(name)
        return Item(
            *(name, sort, self._text_of(name, _LABEL, "zh"), self._text_of(name, _LABEL, "en")),
            spans=spans,
            quote=" … ".join(self.text[start:end] for start, end in spans),
            scheme=scheme,
            kind=self._text_of(name, NS + "draftedAs"),
            modality=modality[0] if modality else "",
            # What is no status was written by hand: a person has to look at it.
            status=_STATUSES.get(status[0], "drafted") if status else "",
            confidence=float(confidence[0].value) if confidence else 1.0,
            may_be=tuple(o.value for o in self._objects(name, NS + "mayBe")),
            found_by=tuple(o.value for o in self._objects(name, NS + "foundBy")),
            states=tuple(self._stated(block)),
            by=self._who(name),
            at=next((o.value for o in self._objects(name, _AT)), ""),
            seen=hashlib.sha256(block.encode()).hexdigest()[:16],
        )

    @staticmethod
    def _stated(block: str) -> Iterator[str]:
        """Yield what a provision says as data: its statements without names, clauses and the draft's own."""
        for line in block.splitlines():
            said = line.strip().rstrip(";.").strip()
            if said and not said.startswith(_NOT_DATA):
                yield (
                    said.partition(" ")[2]
                    if said.startswith(("requirement:", "provision:", "scheme:", "guide:"))
                    else said
                )

    @cached_property
    def progress(self) -> Progress:
        """How far the review has come."""
        drafted = [item for item in self.items.values() if item.status]
        left = [item for item in drafted if item.open]
        counted = [at for at, char in enumerate(self.text) if char.isalnum()]
        every, decided = bytearray(len(self.text)), bytearray(len(self.text))
        for item in self.items.values():
            for start, end in item.spans:
                every[start:end] = b"\x01" * (end - start)
                if not item.open:
                    decided[start:end] = b"\x01" * (end - start)
        for name in self._of:
            if "gk:StructuralSpan" in self._types(name):
                start, end = self.span(name)
                every[start:end] = decided[start:end] = b"\x01" * (end - start)
        whole = len(counted) or 1
        return Progress(
            len(drafted) - len(left),
            len(left),
            sum(item.status == "not-understood" for item in left),
            sum(item.status == "drafted" and item.confidence < DOUBTFUL for item in left),
            sum(every[at] for at in counted) / whole,
            sum(decided[at] for at in counted) / whole,
        )

    @cached_property
    def beside(self) -> Mapping[str, list[str]]:
        """For each item, by names, the others of nearly the same words, where one of the two is open."""
        found: dict[str, list[str]] = {}
        items = sorted((one for one in self.items.values() if one.spans), key=lambda one: one.spans)
        for number, item in enumerate(items):
            start, end = item.spans[0][0], item.spans[-1][1]
            for other in items[number + 1 :]:
                first, last = other.spans[0][0], other.spans[-1][1]
                if first >= end:
                    break
                shared = min(end, last) - first
                if 10 * shared >= 8 * max(end - start, last - first) and (item.open or other.open):
                    found.setdefault(item.name, []).append(other.name)
                    found.setdefault(other.name, []).append(item.name)
        return found

    @cached_property
    def left(self) -> list[Item]:
        """What a person has still to decide on, in the order in which to look at it."""
        return sorted(
            (item for item in self.items.values() if item.open), key=lambda item: item.rank
        )

    # -- changes

    def _block(self, name: str) -> Block:
        """Return what is said of a thing, with the blank nodes below it."""
        block = Block(name)
        todo = list(self._of[name])
        for triple in todo:
            block.triples.append(triple)
            todo += self._below.get(triple.object, ())
        return block

    def reviewed(self, name: str, change: Change) -> Block:
        """Return what is said of a thing once a person has accepted it."""
        return change.signed(self._block(name))

    def correct(self, name: str, given: Mapping[str, Any], change: Change) -> str:
        """Write what is said of a thing once a person has corrected it, and return its name.

        What is a requirement is called one: where that changes, so does the name.
        """
        block = self._corrected(name, given, change)
        asks = any(t.object == _REQUIREMENT for t in block.triples)
        other = f"{'requirement' if asks else 'provision'}:{name.partition(':')[2]}"
        if self.items[name].sort != "provision" or other == name or other in self._of:
            change.put(block)
            return name
        old, new = Block(name).subject, Block(other).subject

        def renamed(triple: ox.Triple) -> ox.Triple:
            subject = new if triple.subject == old else triple.subject
            return ox.Triple(
                subject, triple.predicate, new if triple.object == old else triple.object
            )

        for subject, triples in self._of.items():
            if subject != name and any(t.object == old for t in triples):
                referring = Block(subject)
                referring.triples = [renamed(t) for t in self._block(subject).triples]
                change.put(referring)
        change.blocks[name] = ""
        change.after[other] = self.editor.behind(name)
        change.put(block.called(other))
        return other

    def _corrected(self, name: str, given: Mapping[str, Any], change: Change) -> Block:
        """Return what is said of a thing once it is corrected; add what it cites to the change."""
        item = self.items[name]
        remade = {"kind", "modality", "value", "start", "end", "condition"}
        known = {"zh", "en"} | (remade if item.sort == "provision" else set())
        if wrong := sorted(given.keys() - known):
            raise ReviewError(
                f"{name} 的 {'、'.join(wrong)} 不能改。",
                f"{', '.join(wrong)} of {name} cannot be corrected",
            )
        block = self._block(name)
        labels = {lang: str(given[lang]).strip() for lang in ("zh", "en") if given.get(lang)}
        if given.keys() & remade:
            spans = self._spans(item, given)
            stated = self._conditions(name)
            block.triples = [t for t in block.triples if t not in stated]
            conditions = [] if given.get("condition", ...) is None else stated
            if isinstance(given.get("condition"), Condition):
                conditions = [*conditions, *self._condition(name, given["condition"])]
            if item.kind or "kind" in given:
                labels = {**self._own_labels(item), **labels}
                block = self._remade(item, spans, given, conditional=bool(conditions))
            else:
                block = self._moved(block, spans, given)
            if conditions and not any(t.object == _REQUIREMENT for t in block.triples):
                raise ReviewError(
                    f"{name} 不是要求，没有适用条件；请先改正种类或约束力。",
                    f"{name} is no requirement and has no condition: correct its kind or modality first",
                )
            block.triples += conditions
            self._cite(block, spans, change)
        block.triples = [
            ox.Triple(
                t.subject,
                t.predicate,
                ox.Literal(labels[t.object.language], language=t.object.language),
            )
            if t.predicate.value == _LABEL
            and t.subject == block.subject
            and isinstance(t.object, ox.Literal)
            and t.object.language in labels
            else t
            for t in block.triples
        ]
        return change.signed(block)

    def _own_labels(self, item: Item) -> dict[str, str]:
        """Return the labels of an item that people gave it: not those that the draft makes."""
        if not item.kind:
            return {}
        drafted = self._remade(item, item.spans, {})
        labels = (t.object for t in drafted.triples if t.predicate.value == _LABEL)
        made = {one.value for one in labels if isinstance(one, ox.Literal)}
        return {lang: said for lang, said in (("zh", item.zh), ("en", item.en)) if said not in made}

    def _conditions(self, name: str) -> list[ox.Triple]:
        """Return the conditions that are stated of a requirement, with the blank nodes below them."""
        found = [t for t in self._of[name] if t.predicate.value in _CONDITIONS]
        for triple in found:
            found += self._below.get(triple.object, ())
        return found

    def _condition(self, name: str, given: Condition) -> list[ox.Triple]:
        """Return a condition as statements of a requirement."""
        if given.how not in HOW or given.test not in TESTS:
            raise ReviewError("没有这种条件。", "there is no such condition")
        information = self._one(given.information, "information")
        about: tuple[str, Any] = ("gk:information", information)
        if given.test == "given":
            stated = [("a", "gk:Presence"), about]
        elif given.test == "one-of":
            values = [("gk:accepts", self._one(value)) for value in given.values]
            if not values:
                raise ReviewError("条件要写至少一个值。", "the condition takes a value at least")
            stated = [("a", "gk:Choice"), about, *values]
        else:
            number, currency = _number(given.values)
            if number is None:
                raise ReviewError("条件要写一个数。", "the condition takes one number")
            bound = "gk:minimum" if given.test == "at-least" else "gk:maximum"
            stated = [("a", "gk:Limit"), about, (bound, number)]
            if known_names().is_money(information):
                stated.append(("gk:currency", ox.Literal(currency)))
        block = Block(name)
        block.add_node(_STATED_BY[given.how], *stated)
        return block.triples

    def _one(self, words: str, kind: str = "") -> str:
        """Return the one thing that words name, of a kind or of any but that of information."""
        own = {name for name in self._of if words in (name, *self._labels(name))}
        names = sorted({*own, *known_names().called(words)})
        found = [name for name in names if of_kind(name, kind)]
        if len(found) == 1:
            return found[0]
        if found:
            raise ReviewError(
                f"“{words}”可以指{'、'.join(found)}，请写其中一个。",
                f"{words!r} may mean {', '.join(found)}: write one of them",
            )
        near = known_names().nearest(words, kind)
        raise ReviewError(
            f"不知道“{words}”指什么" + (f"；相近的有：{'、'.join(near)}。" if near else "。"),
            f"nothing is called {words!r}" + (f"; the nearest: {', '.join(near)}" if near else ""),
        )

    def _labels(self, name: str) -> list[str]:
        return [str(o.value) for o in self._objects(name, _LABEL) if isinstance(o, ox.Literal)]

    def _spans(self, item: Item, given: Mapping[str, Any]) -> tuple[tuple[int, int], ...]:
        if "start" not in given and "end" not in given:
            return item.spans
        first = item.spans[0][0] if item.spans else 0
        start, end = (
            given.get("start", first),
            given.get("end", item.spans[-1][1] if item.spans else 0),
        )
        found = tuple(pieces(self.text, start, end)) if _whole(start, end, self.text) else ()
        if not found:
            raise ReviewError(f"{start}–{end} 处没有文字。", f"there are no words at {start}-{end}")
        return found

    def _remade(
        self,
        item: Item,
        spans: Sequence[tuple[int, int]],
        given: Mapping[str, Any],
        *,
        conditional: bool = False,
    ) -> Block:
        """Return the provision that the words make with what is corrected."""
        # What was not understood has no kind, and may be parted or joined all the same.
        kind = given.get("kind", item.kind or "other")
        modality = given.get("modality", item.modality)
        if kind not in KINDS:
            raise ReviewError(f"没有 {kind} 这种事实。", f"there is no kind {kind!r} of fact")
        if modality not in MODALITIES:
            raise ReviewError(f"没有 {modality} 这种约束力。", f"there is no modality {modality!r}")
        start, end = spans[0][0], spans[-1][1]
        quote = self.text[start:end]
        fact = Fact(quote, start, end, item.scheme, kind, modality)
        value, unit, bound = read_value(kind, quote, self.text)
        fact = replace(fact, value=value, unit=unit, bound=bound, note=_softened(quote))
        if "value" in given:
            fact = replace(fact, value=given["value"])
        names = [f"clause:{self.name}-{first}-{last}" for first, last in spans]
        dated = any("gk:CallYear" in self._types(one) for one in self._of)
        identifier = (
            self._text_of(item.name, PREFIXES["dcterms"] + "identifier")
            or item.name.partition(":")[2]
        )
        known = Known(known_names(), dated, conditional)
        made = provision(fact, known, identifier, names).called(item.name)
        made.add("gk:draftedAs", ox.Literal(kind))
        readings = self._objects(item.name, NS + "reading")
        if readings:
            made.add("gk:reading", *readings)
        return made

    def _moved(
        self, block: Block, spans: Sequence[tuple[int, int]], given: Mapping[str, Any]
    ) -> Block:
        """Return a provision that was not drafted with other words, or another modality."""
        if "modality" in given and given["modality"] not in MODALITIES:
            raise ReviewError(
                f"没有 {given['modality']} 这种约束力。",
                f"there is no modality {given['modality']!r}",
            )
        names = [f"clause:{self.name}-{first}-{last}" for first, last in spans]
        made = Block(compact(block.subject.value))
        for triple in block.triples:
            if triple.predicate.value == NS + "clause":
                continue
            if triple.predicate.value == NS + "modality" and "modality" in given:
                made.add("gk:modality", f"modality:{given['modality']}")
                continue
            made.triples.append(triple)
        made.add("gk:clause", *names)
        return made

    def _cite(self, block: Block, spans: Sequence[tuple[int, int]], change: Change) -> None:
        """Add the clauses that a provision cites, and take out those that none cites any more."""
        name = compact(block.subject.value)
        cited = {f"clause:{self.name}-{start}-{end}": (start, end) for start, end in spans}
        for clause_name, span in cited.items():
            if clause_name not in self._of or "gk:StructuralSpan" in self._types(clause_name):
                change.put(clause(self.name, self.text, span))
        self._drop(
            set(map(compact, (o.value for o in self._objects(name, NS + "clause")))) - cited.keys(),
            {name},
            change,
        )

    def _drop(self, clauses: set[str], without: set[str], change: Change) -> list[tuple[int, int]]:
        """Take clauses out that only the given things cite; return where they stand."""
        cited = {
            compact(t.object.value)
            for name, triples in self._of.items()
            if name not in without
            for t in triples
            if isinstance(t.object, ox.NamedNode) and t.object.value.startswith(PREFIXES["clause"])
        }
        gone = sorted(clauses - cited)
        for name in gone:
            change.blocks[name] = ""
        return [self.span(name) for name in gone]

    def _under(self, name: str) -> str:
        """Return the scheme that has a provision."""
        target = Block(name).subject
        for scheme, triples in self._of.items():
            if any(
                t.predicate.value == NS + "hasProvision" and t.object == target for t in triples
            ):
                return scheme
        raise ReviewError(f"{name} 不属于任何资助安排。", f"{name} belongs to no scheme")

    def _listed(
        self, scheme: str, change: Change, *, add: str = "", behind: str = "", without: str = ""
    ) -> None:
        """Change the list of the provisions of a scheme."""
        block = Block(scheme)
        for triple in self._block(scheme).triples:
            listed = triple.predicate.value == NS + "hasProvision"
            if listed and without and triple.object == Block(without).subject:
                continue
            block.triples.append(triple)
            if listed and add and triple.object == Block(behind).subject:
                block.add("gk:hasProvision", add)
        change.put(block)

    def split(self, name: str, at: int, change: Change) -> str:
        """Part the words of a provision; each part is read again, as a draft that a person made."""
        item = self._provision(name)
        start, end = item.spans[0][0], item.spans[-1][1]
        first, second = tuple(pieces(self.text, start, at)), tuple(pieces(self.text, at, end))
        if not start < at < end or not first or not second:
            raise ReviewError(f"不能在 {at} 处分开。", f"the words cannot be parted at {at}")
        base = re.sub(r"-\d+(?:-\d+)?$", "", name)
        other = f"{base}-{second[0][0]}"
        while other in self._of:
            other += "-2"
        left, right = (
            self._remade(replace(item, name=one), spans, {})
            for one, spans in ((name, first), (other, second))
        )
        for block, spans in ((left, first), (right, second)):
            self._cite(block, spans, change)
            self._still_open(block)
            change.put(block)
        self._drop(
            {f"clause:{self.name}-{a}-{b}" for a, b in item.spans}
            - _names(self.name, (*first, *second)),
            {name},
            change,
        )
        self._listed(self._under(name), change, add=other, behind=name)
        change.after[other] = name
        return other

    def join(self, name: str, other: str, change: Change) -> None:
        """Give a provision the words of another, and take that out."""
        item, second = self._provision(name), self._provision(other)
        start = min(item.spans[0][0], second.spans[0][0])
        end = max(item.spans[-1][1], second.spans[-1][1])
        spans = tuple(pieces(self.text, start, end))
        block = self._remade(item, spans, {})
        if readings := self._objects(other, NS + "reading"):
            block.add("gk:reading", *readings)
        self._cite(block, spans, change)
        self._still_open(block)
        change.put(block)
        change.blocks[other] = ""
        self._drop(
            _names(self.name, (*item.spans, *second.spans)) - _names(self.name, spans),
            {name, other},
            change,
        )
        self._listed(self._under(other), change, without=other)

    @staticmethod
    def _still_open(block: Block) -> None:
        block.add("gk:reviewStatus", "status:drafted")
        block.add("gk:foundBy", ox.Literal("person"))

    def _provision(self, name: str) -> Item:
        if name not in self.items:
            raise ConflictError(
                f"{name} 已经不在了，可能有人先处理了。",
                f"{name} is no longer there: somebody else may have dealt with it",
            )
        item = self.items[name]
        whole = not item.kind and item.status != "not-understood"
        if item.sort != "provision" or whole:
            raise ReviewError(f"{name} 不是起草的条文。", f"{name} is no drafted provision")
        return item

    def reject(self, name: str, reason: tuple[str, str], change: Change) -> None:
        """Take a provision out; what only it cites says nothing, for the reason given."""
        if self.items[name].sort != "provision":
            raise ReviewError(
                f"{name} 不是条文，不能驳回。", f"{name} is no provision and cannot be rejected"
            )
        if not all(part.strip() for part in reason):
            raise ReviewError(
                "请用中文和英文写明理由。", "give the reason in Chinese and in English"
            )
        cited = {compact(o.value) for p in _CITES for o in self._objects(name, p)}
        gone = {name, *self._own_readings(name)}
        others = bytearray(len(self.text))
        for other in self.items.values():
            if other.name != name:
                for start, end in other.spans:
                    others[start:end] = b"\x01" * (end - start)
        for clause_name, span in ((one, self.span(one)) for one in sorted(cited)):
            kept = self._drop({clause_name}, gone, change)
            if kept and not all(others[at] for at in range(*span) if self.text[at].isalnum()):
                block = clause(self.name, self.text, span, reason)
                change.put(change.attributed(block))
        change.blocks |= dict.fromkeys(gone, "")
        self._listed(self._under(name), change, without=name)

    def _own_readings(self, name: str) -> set[str]:
        """Return the readings of a thing that no other thing names."""
        others = [t.object for other, of in self._of.items() if other != name for t in of]
        found = [o for o in self._objects(name, NS + "reading") if o not in others]
        return {compact(o.value) for o in found}

    def add_reading(self, name: str, reason: tuple[str, str], change: Change) -> str:
        """Write a reading of a provision, and let the provision point at it."""
        item = self.items[name]
        if item.sort != "provision":
            raise ReviewError(f"{name} 不是条文。", f"{name} is no provision")
        if not all(part.strip() for part in reason):
            raise ReviewError(
                "请用中文和英文写明理由。", "give the reason in Chinese and in English"
            )
        local = name.partition(":")[2]
        reading = f"reading:{local}"
        number = 2
        while reading in self._of:
            reading, number = f"reading:{local}-{number}", number + 1
        block = Block(reading)
        block.add("a", "gk:Reading")
        block.labels(f"对“{item.zh[:40]}”的解读", f"Reading of “{item.en[:60]}”")
        block.add(
            "gk:reason",
            ox.Literal(reason[0].strip(), language="zh"),
            ox.Literal(reason[1].strip(), language="en"),
        )
        block.add("prov:wasDerivedFrom", *(o for p in _CITES for o in self._objects(name, p)))
        change.attributed(block)
        about = self._block(name)
        about.add("gk:reading", reading)
        change.put(about)
        change.put(block)
        change.after[reading] = name
        return reading


def _names(name: str, spans: Sequence[tuple[int, int]]) -> set[str]:
    return {f"clause:{name}-{start}-{end}" for start, end in spans}


def _number(values: Sequence[str]) -> tuple[float | int | None, str]:
    """Return the one number that values are, with a currency: an amount (120万元), or figures or Chinese numerals (CNY)."""
    words = folded(values[0]) if len(values) == 1 else ""
    amount = next(amounts(words), None)
    found = amount.most if amount else number_in(words)
    return None if found is None else plain(found), amount.currency if amount else "CNY"


def _whole(start: object, end: object, text: str) -> bool:
    return isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text)


def _softened(quote: str) -> str:
    found = re.search("原则上|一般", quote)
    return f"softened: {found[0]}" if found else ""
