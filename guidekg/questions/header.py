"""The header of a question file.

Comment lines before the query, without an empty line between them, ``# key: value``::

    # zh: the question in Chinese
    # en: the question in English
    # user: applicant | officer | steward | analyst
    # decision-zh: the decision that it serves, in Chinese
    # decision-en: the same in English
    # topic: the topic under which it is listed, a ``word:topic-…`` of ontology/vocabularies.ttl
    # formerly: OLD-NAME, OLD-NAME
    # param NAME (KIND): Chinese | English | example=VALUE
    # param NAME (KIND, optional): Chinese | English | example=VALUE
    # column NAME (KIND): Chinese | English
    # group: COLUMN COLUMN
    # note: Chinese | English
    # empty: none | Chinese | English

The kinds are those of ``guidekg/value_kinds.py``; a word of answers may stand in a column of any
kind. A question that has a column of amounts has one of the kind ``currency``: theirs, in each row.
A variable that has no column is not shown; a value that is a provision is cited, shown or not.
An optional parameter that is not given leaves its variable free. ``group`` names columns whose
values head the rows below them where a person reads; a ``note``, of which there may be several,
stands under the answer. By the names in ``formerly`` the question is still found.
``empty`` says what no row means: ``none`` that there is nothing, ``unknown`` that the guide does
not say. Where a question takes a ``scheme``, its column ``at`` is the scheme that states a row.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from guidekg.errors import QuestionFileError
from guidekg.i18n import Label
from guidekg.resources import folder
from guidekg.value_kinds import PARAMETERS, VALUE_KINDS, ValueKind

USERS = ("applicant", "officer", "steward", "analyst")
_LINE = re.compile(r"#\s*([a-z-]+)(?:\s+(\w+))?(?:\s+\(([\w-]+)(, optional)?\))?\s*:\s*(.*?)\s*$")
_PLAIN = ("zh", "en", "user", "decision-zh", "decision-en", "topic")
_LISTS = ("formerly", "group")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: its kind, what it is, and an example that gives rows."""

    name: str
    kind: str
    description: Label
    example: str
    optional: bool = False

    @property
    def takes(self) -> ValueKind:
        """What its values are, and how they are read."""
        return VALUE_KINDS[self.kind]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the kind of its values, and what stands above it."""

    name: str
    kind: str
    label: Label


@dataclass(frozen=True, slots=True)
class Header:
    """What a question file says of itself."""

    question: Label
    user: str
    decision: Label
    topic: str
    parameters: tuple[Parameter, ...]
    columns: dict[str, Column]
    when_empty: Literal["none", "unknown"]
    empty: Label
    formerly: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    notes: tuple[Label, ...] = ()


def parse(path: Path, text: str) -> Header:
    """Return the header of a question file.

    Raises:
        QuestionFileError: a line is not of the form, or something is missing; says where.
    """
    read, number = _Lines(), 0
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("#"):
            break
        match = _LINE.fullmatch(line)
        if not match:
            raise _error(path, number, f"“{line}”不是“# 键: 值”", f"{line!r} is not '# key: value'")
        if not read.add(*match.groups()):
            offered = ", ".join(PARAMETERS if match[1] == "param" else VALUE_KINDS)
            raise _error(
                path,
                number,
                f"“{line}”不合格式；值的种类：{offered}",
                f"{line!r} is not in the documented form; kinds of values: {offered}",
            )
    _check(path, number, read.missing(), read.plain.get("user"))
    plain, empty = read.plain, read.empty
    return Header(
        Label(plain["zh"], plain["en"]),
        plain["user"],
        Label(plain["decision-zh"], plain["decision-en"]),
        plain["topic"],
        tuple(read.parameters),
        read.columns,
        "unknown" if empty[0] == "unknown" else "none",
        Label(empty[1], empty[2]),
        read.names("formerly"),
        read.names("group"),
        tuple(read.notes),
    )


@dataclass(slots=True)
class _Lines:
    """What the lines of a header say."""

    plain: dict[str, str] = field(default_factory=dict)
    parameters: list[Parameter] = field(default_factory=list)
    columns: dict[str, Column] = field(default_factory=dict)
    empty: list[str] = field(default_factory=list)
    notes: list[Label] = field(default_factory=list)

    def add(self, key: str, name: str, kind: str, optional: str, value: str) -> bool:
        """Take a line; return whether it is of the form."""
        parts = [part.strip() for part in value.split("|")]
        if key in _PLAIN + _LISTS and value:
            self.plain[key] = value
        elif key == "param" and name and kind in PARAMETERS and len(parts) == 3:
            example, described = parts[2].removeprefix("example="), Label(parts[0], parts[1])
            self.parameters.append(Parameter(name, kind, described, example, bool(optional)))
        elif key == "column" and name and kind in VALUE_KINDS and len(parts) == 2:
            self.columns[name] = Column(name, kind, Label(parts[0], parts[1]))
        elif key == "note" and len(parts) == 2:
            self.notes.append(Label(parts[0], parts[1]))
        elif key == "empty" and len(parts) == 3 and parts[0] in ("none", "unknown"):
            self.empty = parts
        else:
            return False
        return True

    def names(self, key: str) -> tuple[str, ...]:
        return tuple(self.plain.get(key, "").replace(",", " ").split())

    def missing(self) -> list[str]:
        found = [key for key in _PLAIN if key not in self.plain]
        found += [f"column {name}" for name in self.names("group") if name not in self.columns]
        found += ["empty"] if not self.empty else []
        found += ["column"] if not self.columns else []
        kinds = {column.kind for column in self.columns.values()}
        if "amount" in kinds and "currency" not in kinds:
            found.append("column (currency)")
        return found


class QuestionFiles:
    """The question files of a folder by the names of their questions, read when first wanted."""

    def __init__(self, base: Path | None = None) -> None:
        """Take a folder, or that of the shipped questions."""
        self.paths = {path.stem: path for path in sorted((base or folder("queries")).glob("*.rq"))}
        self._read: dict[str, tuple[Header, str]] = {}

    def read(self, name: str) -> tuple[Header, str]:
        """Return the header of a question, and the text of its file.

        Raises:
            QuestionFileError: the header is not in the documented form.
        """
        if name not in self._read:
            path = self.paths[name]
            text = path.read_text(encoding="utf-8-sig")
            self._read[name] = parse(path, text), text
        return self._read[name]

    def current(self, name: object) -> str | None:
        """Return the name of today of a question, given it or one that it had before."""
        known = (now for now in self.paths if name == now)
        former = (now for now in self.paths if name in self.read(now)[0].formerly)
        return next(known, None) or next(former, None)


def _check(path: Path, end: int, missing: list[str], user: str | None) -> None:
    if missing:
        listed = ", ".join(missing)
        raise _error(
            path,
            end,
            f"文件头到此为止，还缺少：{listed}",
            f"the header ends here, and lacks: {listed}",
        )
    if user not in USERS:
        raise _error(path, 1, f"user 应为 {USERS} 之一", f"user is one of {', '.join(USERS)}")


def _error(path: Path, line: int, zh: str, en: str) -> QuestionFileError:
    return QuestionFileError(f"{path}:{line}：{zh}。", f"{path}:{line}: {en}")
