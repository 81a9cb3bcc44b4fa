"""Write the tree of a proposal as Turtle, each statement below the requirement that asks for it."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

import pyoxigraph as ox

from guidekg.errors import GuideKGError
from guidekg.guides.model import Scheme, longest
from guidekg.i18n import Language
from guidekg.rdf.namespaces import ID, NS, PREFIXES, compact
from guidekg.rdf.writer import written
from guidekg.reports.model import Requirement
from guidekg.validation.hints import PLACEHOLDER
from guidekg.validation.templates.properties import Term, Vocabulary
from guidekg.validation.templates.tree import NUMBERS, Concern, Node, Statement

EMPTY = f'"{PLACEHOLDER}"'  # what a person has still to replace

_STEP = "    "
_SIMPLE = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_NAMED = {NS + name for name in ("Organisation", "Person", "Platform")}
_OFF = re.compile(r"^( *)(?! *# )")  # but not an explanation
_PREFIXED = re.compile(r"(?<![\w-])([a-z]+):(?=[A-Za-z])")


class ProposalIRIError(GuideKGError, ValueError):
    """What is to name a proposal is no absolute IRI, or one of the guide's own."""


class ProposalName:
    """The IRI of a proposal, and the names of what it describes, after it."""

    def __init__(self, iri: str) -> None:
        """Check the IRI.

        Raises:
            ProposalIRIError: it is not absolute, or belongs to the guide.
        """
        try:
            ox.NamedNode(iri)
        except ValueError:
            raise ProposalIRIError(
                f"“{iri}”不是完整的 IRI，例如 https://example.org/proposals/p1。",
                f"{iri!r} is no absolute IRI such as https://example.org/proposals/p1",
            ) from None
        if iri.startswith((ID, NS)):
            raise ProposalIRIError(
                f"{iri} 是指南自己的名称；项目请用您自己的 IRI。",
                f"{iri} is a name of the guide's own; give the proposal one of yours",
            )
        at = max(iri.rfind("/"), iri.rfind("#")) + 1
        self._base, self._local = iri[:at], iri[at:]
        # What the names begin with, if they are not in full.
        self.prefixes = {"ex": self._base} if _SIMPLE.fullmatch(self._local) else {}

    def written(self, *parts: str) -> str:
        """Return the name of the proposal, or of a part of it, as Turtle writes it."""
        name = "-".join([self._local, *parts]) if self._local else "-".join(parts)
        return f"ex:{name}" if self.prefixes else f"<{self._base}{name}>"


class TemplateWriter:
    """Writes one proposal in one language."""

    def __init__(self, vocabulary: Vocabulary, name: ProposalName, lang: Language) -> None:
        self._vocabulary = vocabulary
        self._things = vocabulary.things
        self._name = name
        self._lang: Language = lang
        self._quoted: set[str] = set()
        self._waiting: list[tuple[Statement, Node]] = []

    def words(self, zh: str, en: str) -> str:
        """Return the words of the language."""
        return zh if self._lang == "zh" else en

    def body(self, scheme: Scheme, root: Node) -> list[str]:
        """Return the lines of the proposal, without head and prefixes."""
        self._name_nodes(root)
        title = self.words("项目名称", "title")
        lines = [
            f"{self._name.written()} a gk:Proposal ;",
            f"{_STEP}dcterms:title {EMPTY}@{self._lang} ;  # {title}",
            f"{_STEP}gk:appliesTo {compact(scheme.iri)} ;  # {scheme.label(self._lang)}",
            *self._statements(root, _STEP),
            f"{_STEP}.",
        ]
        # A node is described after the one that first refers to it.
        while self._waiting:
            statement, node = self._waiting.pop(0)
            lines += ["", f"# ==== {_capital(self._heading(statement))}"]
            lines += [f"{self._name.written(*node.name)} a {compact(node.kind)} ;"]
            lines += [*self._statements(node, _STEP), f"{_STEP}."]
        return lines

    def prefixes(self, lines: Iterable[str]) -> list[str]:
        """Return the declarations of the prefixes that lines use, also in what they offer."""
        used = {prefix for line in lines for prefix in _PREFIXED.findall(line)}
        known = PREFIXES | self._name.prefixes
        return [f"@prefix {name}: <{known[name]}> ." for name in sorted(used & known.keys())]

    def requirement(self, requirement: Requirement) -> list[str]:
        """Return the comment that names a requirement, with the guide's words the first time."""
        must = requirement.modality == "must"
        kind = self.words("必须" if must else "优先", "Must" if must else "Preferred")
        label = requirement.label(self._lang)
        named = self.words(
            f"【{kind}】{requirement.identifier} {label}",
            f"{kind} · {requirement.identifier}: {label}",
        )
        if requirement.iri in self._quoted:
            return [named + self.words("（原文见上）", " (quoted above)")]
        self._quoted.add(requirement.iri)
        return [named, f"  {self._quotes(requirement)}"]

    def _quotes(self, requirement: Requirement) -> str:
        """Quote the guide; clauses that only a comma parts are one quotation."""
        texts = {guide.source: guide.text for guide in self._things.guides.values()}
        spans: list[tuple[str, int, int]] = []
        for clause in longest(requirement.clauses):
            text = texts.get(clause.source, "")
            if spans and (last := spans[-1])[0] == clause.source and clause.start - last[2] < 2:
                spans[-1] = (last[0], last[1], clause.end)
            elif text:
                spans.append((clause.source, clause.start, clause.end))
        places: dict[str, list[str]] = {}
        for source, start, end in spans:
            place = self.words(f"{start}–{end}", f"{start}-{end}")
            places.setdefault(texts[source][start:end], []).append(place)
        quoted = [
            self.words(
                f"“{text}”（第 {'、'.join(at)} 字）", f"“{text}” (characters {', '.join(at)})"
            )
            for text, at in places.items()
        ]
        return self.words(f"原文：{'；'.join(quoted)}", f"Guide: {'; '.join(quoted)}")

    def _name_nodes(self, node: Node) -> None:
        for statement in node.statements.values():
            if statement.node:
                part = [_local_words(statement.predicate)]
                if statement.tag:
                    is_role = not statement.tag.startswith(("<", '"'))
                    part += ["by"] if is_role else []
                    part.append(_local_words(statement.tag))
                statement.node.name = (*node.name, *part)
                self._name_nodes(statement.node)

    def _heading(self, statement: Statement) -> str:
        label = self._label(statement.predicate)
        if not statement.tag:
            return label
        number = statement.tag.startswith('"')
        told = _local_words(statement.tag) if number else self._label(statement.tag.strip("<>"))
        return label + self._colon(told)

    def _statements(self, node: Node, indent: str, *, inline: bool = False) -> list[str]:
        """Return the statements of a node; inside one written in place, without comments."""
        lines = []
        named: set[Requirement] = set()
        if node.kind in _NAMED:
            label = self.words("名称", "name")
            lines.append(f"{indent}schema:name {EMPTY} ;  # {label}")
        for statement in sorted(
            node.statements.values(), key=lambda s: self._vocabulary.rank(s.predicate)
        ):
            in_place = inline or not statement.required
            made = self._statement_lines(statement, indent, inline=in_place)
            if inline:
                lines += made
                continue
            asked = [
                r
                for r in statement.requirements
                if statement.concerns[r] == Concern.EVIDENCE or r not in named
            ]
            named.update(asked)
            if statement.node and (in_place or not self._typed(statement.node)):
                every = [
                    inner for below in statement.node.walk() for inner in below.statements.values()
                ]
                asked = list(
                    dict.fromkeys(r for item in (statement, *every) for r in item.requirements)
                )
            comment = [part for r in asked for part in self.requirement(r)]
            lines += [f"{indent}# {line}".rstrip() for line in comment]
            # What no must needs is switched off by a # before the statement.
            lines += made if statement.required else [_OFF.sub(r"\1#", x) for x in made]
        return lines

    def _typed(self, node: Node) -> bool:
        return node.kind in self._vocabulary.typed

    def _statement_lines(self, statement: Statement, indent: str, *, inline: bool) -> list[str]:
        verb, node = f"{indent}{compact(statement.predicate)}", statement.node
        if node:
            label, typed = self._heading(statement), self._typed(node)
            if typed and not inline:
                self._waiting.append((statement, node))
                return [f"{verb} {self._name.written(*node.name)} ;  # {label}"]
            deeper = indent + _STEP
            kind = [f"{deeper}a {compact(node.kind)} ;"] if typed else []
            inner = self._statements(node, deeper, inline=True)
            return [f"{verb} [  # {label}", *kind, *inner, f"{indent}] ;"]
        label = self._vocabulary.meaning(statement.predicate, self._lang)
        lines = []
        for choices in statement.choices or [[]]:
            if len(choices) > 1:
                told = self.words("任选其一：", "One of:")
                lines.append(f"{indent}# {told}")
                lines += [f"{indent}#   {compact(iri)}  {self._label(iri)}" for iri in choices]
            value, note = self._value(statement, choices)
            lines.append(f"{verb} {value} ;  # {label}{note}")
        return lines

    def _value(self, statement: Statement, choices: Sequence[str]) -> tuple[str, str]:
        """Return what stands for a statement's value, one of some choices, and the note behind it."""
        if statement.fixed:
            return _plain(statement.fixed), self._named(statement.fixed)
        if statement.same_as:
            return self._value_of(statement.same_as)
        if len(choices) == 1:
            only = ox.NamedNode(choices[0])
            return _plain(only), self._named(only)
        if choices:
            return EMPTY, self._for_example(compact(choices[0]))
        if statement.wanted and statement.wanted.value == "true":
            return EMPTY, self._for_example("true") + self.words(
                "（不属实写 false）", " (false if it is not so)"
            )
        example = statement.wanted or self._vocabulary.example(statement.predicate, self._lang)
        if not isinstance(example, ox.NamedNode):
            example = statement.fit(example)
        return EMPTY, self._for_example(_plain(example)) if example else ""

    def _value_of(self, other: Statement) -> tuple[str, str]:
        if other.node:
            name = self._name.written(*other.node.name)
            return name, self._colon(self._label(other.predicate))
        value, note = self._value(other, next(iter(other.choices), []))
        same = self.words(
            f"，与 {compact(other.predicate)} 相同", f", the same as {compact(other.predicate)}"
        )
        return value, same + note

    def _for_example(self, value: str) -> str:
        return self.words(f"，例如 {value}", f", for example {value}")

    def _label(self, iri: str) -> str:
        return self._things.label(iri)(self._lang)

    def _named(self, term: ox.NamedNode | ox.Literal) -> str:
        if not isinstance(term, ox.NamedNode):
            return ""
        return self._colon(self._label(term.value))

    def _colon(self, label: str) -> str:
        return self.words(f"：{label}", f": {label}")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _local_words(iri: str) -> str:
    """Return the end of an IRI, or of a value as N-Triples writes it, in words with hyphens."""
    if iri.startswith('"'):
        return iri.split('"')[1]
    name = re.split(r"[/#]", iri.strip("<>"))[-1]
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()


def _plain(value: Term) -> str:
    """Return a value as Turtle writes it, a number in its shortest form."""
    if isinstance(value, ox.Literal) and value.datatype.value in NUMBERS:
        return f"{Decimal(value.value).normalize():f}"
    return written(value)
