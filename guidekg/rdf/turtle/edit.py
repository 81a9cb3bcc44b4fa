"""Turtle changed by statements: what is said of one thing is replaced, all else stays byte for byte."""

import re
from collections.abc import Mapping

from guidekg.rdf.namespaces import PREFIXES, compact, expand
from guidekg.rdf.turtle.parser import parse

_END = re.compile(r"(?:[\s\]);]|#[^\n]*\n)*\.[ \t]*\n?")
_PREFIX = re.compile(r"^@prefix\s+([\w-]*):", re.M)
_NAME = re.compile(r"(?<![\w<:/\"])([a-z][\w-]*):(?=[\w-])")
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"|<[^>\s]*>')


class StatementEditor:
    """The text of a Turtle file whose things are each described in one place, and changes of it."""

    def __init__(self, text: str) -> None:
        """Take a text.

        Raises:
            RDFSyntaxError: it is no Turtle.
        """
        self.text = text
        self._places = self._read()

    def _read(self) -> dict[str, tuple[int, int]]:
        """Return where each named thing is described first: from its name to the end of the statement."""
        places: dict[str, tuple[int, int]] = {}
        statements: list[
            tuple[str, int, int]
        ] = []  # whose, where it begins, where its last term ends
        objects: set[int] = set()
        for one in parse(self.text, "turtle"):
            # What is said of a node within a statement begins where the statement has it for an object.
            within = statements and one.subject_at in (statements[-1][1], *objects)
            if not within:
                statements.append((one.subject, one.subject_at, one.object_end))
                objects = set()
            objects.add(one.object_at)
            subject, start, end = statements[-1]
            statements[-1] = subject, start, max(end, one.object_end)
        for subject, start, last in statements:
            end_ = _END.match(self.text, last)
            if subject.startswith("<") and subject not in places and end_:
                places[subject] = start, end_.end()
        return places

    def block(self, name: str) -> str:
        """Return what the file says of a thing (``prefix:name``), as it is written; empty if nothing."""
        place = self._at(name)
        return self.text[slice(*place)] if place else ""

    def behind(self, name: str) -> str:
        """Return the thing (``prefix:name``) that is described right before another; empty if none is."""
        place = self._at(name)
        earlier = [
            (at, other) for other, (at, _) in self._places.items() if place and at < place[0]
        ]
        return compact(max(earlier, default=(0, ""))[1].strip("<>"))

    def change(self, blocks: Mapping[str, str], after: Mapping[str, str] | None = None) -> None:
        """Write what is said of things: in the place of what was, or behind another thing.

        Args:
            blocks: the statements by the names of things; an empty one takes the thing out.
            after: for new things the thing behind which they are written; without one they come
                last.
        """
        edits: list[tuple[int, int, str]] = []
        appended = ""
        new = [name for name, block in blocks.items() if block and not self._at(name)]
        for name in new:
            other = (after or {}).get(name, "")
            while other in new:  # it is new itself, and comes behind something
                other = (after or {}).get(other, "")
            place = self._at(other)
            if place:
                edits.append((place[1], place[1], f"\n{blocks[name]}"))
            else:
                appended += f"\n{blocks[name]}"
        for name, block in blocks.items():
            place = self._at(name)
            if place:
                start, end = place
                # What is taken out goes with the empty line that parts it from the next.
                empty = not block and self.text[end : end + 1] == "\n"
                edits.append((start, end + empty, block))
        ended = self.text.endswith("\n\n")
        # What goes to one place stays in its order.
        for _, (start, end, block) in sorted(
            enumerate(edits), key=lambda one: (one[1][:2], one[0]), reverse=True
        ):
            self.text = self.text[:start] + block + self.text[end:]
        if not ended:  # an empty line before what was last goes with it
            self.text = f"{self.text.rstrip(chr(10))}\n"
        if appended:
            self.text = f"{self.text.rstrip()}\n{appended}"
        self._declare()
        self._places = self._read()

    def _at(self, name: str) -> tuple[int, int] | None:
        return self._places.get(f"<{expand(name)}>")

    def _declare(self) -> None:
        """Declare the prefixes that are used and not declared yet, each in its place in the alphabet."""
        declared = {found[1]: found.start() for found in _PREFIX.finditer(self.text)}
        body = _STRING.sub(" ", re.sub(r"(?m)^@prefix[^\n]*\n", "", self.text))
        used = {found[1] for found in _NAME.finditer(re.sub(r"#[^\n]*", "", body))}
        for name in sorted((used & PREFIXES.keys()) - declared.keys()):
            line = f"@prefix {name}: <{PREFIXES[name]}> .\n"
            behind = [at for other, at in declared.items() if other > name]
            at = min(behind, default=0)
            self.text = self.text[:at] + line + self.text[at:]
            declared = {found[1]: found.start() for found in _PREFIX.finditer(self.text)}
