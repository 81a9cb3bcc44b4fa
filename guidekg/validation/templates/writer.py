"""Write the tree of a proposal as Turtle, each statement below the requirement that asks for it."""

import re
from collections.abc import Iterable

import pyoxigraph as ox

from guidekg.guides.model import Scheme, longest
from guidekg.i18n import Language
from guidekg.rdf.namespaces import NS, PREFIXES, compact
from guidekg.reports.model import Requirement
from guidekg.validation.hints import PLACEHOLDER
from guidekg.validation.templates.names import ProposalName, fit, local, plain
from guidekg.validation.templates.tree import Node, Part, Slot
from guidekg.validation.templates.vocabulary import Vocabulary

EMPTY = f'"{PLACEHOLDER}"'  # what a person has still to replace

_STEP = "    "
_NAMED = {NS + name for name in ("Organisation", "Person", "Platform")}
_OFF = re.compile(r"^( *)(?! *# )")  # but not an explanation
_PREFIXED = re.compile(r"(?<![\w-])([a-z]+):(?=[A-Za-z])")


class Writer:
    """Writes one proposal in one language."""

    def __init__(self, vocabulary: Vocabulary, name: ProposalName, lang: Language) -> None:
        self._vocabulary = vocabulary
        self._things = vocabulary.things
        self._name = name
        self._lang: Language = lang
        self._quoted: set[str] = set()
        self._waiting: list[tuple[Slot, Node, tuple[str, ...]]] = []
        self._names: dict[int, tuple[str, ...]] = {}

    def words(self, zh: str, en: str) -> str:
        """Return the words of the language."""
        return zh if self._lang == "zh" else en

    def body(self, scheme: Scheme, root: Node) -> list[str]:
        """Return the lines of the proposal, without head and prefixes."""
        self._name_nodes(root, ())
        title = self.words("项目名称", "title")
        lines = [
            f"{self._name.written()} a gk:Proposal ;",
            f"{_STEP}dcterms:title {EMPTY}@{self._lang} ;  # {title}",
            f"{_STEP}gk:appliesTo {compact(scheme.iri)} ;  # {scheme.label(self._lang)}",
            *self._slots(root, (), _STEP),
            f"{_STEP}.",
        ]
        # A node is described after the one that first refers to it.
        while self._waiting:
            slot, node, name = self._waiting.pop(0)
            lines += ["", f"# ==== {_capital(self._heading(slot))}"]
            lines += [f"{self._name.written(*name)} a {compact(node.kind)} ;"]
            lines += [*self._slots(node, name, _STEP), f"{_STEP}."]
        return lines

    def prefixes(self, lines: Iterable[str]) -> list[str]:
        """Return the declarations of the prefixes that lines use, also in what they offer."""
        used = {prefix for line in lines for prefix in _PREFIXED.findall(line)}
        known = {**PREFIXES, **dict([self._name.prefix] if self._name.prefix else [])}
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

    def _name_nodes(self, node: Node, name: tuple[str, ...]) -> None:
        for slot in node.slots.values():
            if slot.node:
                part = [local(slot.predicate)]
                if slot.tag:
                    part += ["by"] if self._is_role(slot.tag) else []
                    part.append(local(slot.tag))
                self._names[id(slot.node)] = (*name, *part)
                self._name_nodes(slot.node, (*name, *part))

    def _is_role(self, tag: str) -> bool:
        return not tag.startswith(("<", '"'))

    def _heading(self, slot: Slot) -> str:
        label = self._label(slot.predicate)
        if not slot.tag:
            return label
        number = slot.tag.startswith('"')
        told = local(slot.tag) if number else self._label(slot.tag.strip("<>"))
        return label + self._colon(told)

    def _slots(
        self, node: Node, name: tuple[str, ...], indent: str, *, inline: bool = False
    ) -> list[str]:
        """Return the statements of a node; inside one written in place, without comments."""
        lines = []
        named: set[Requirement] = set()
        if node.kind in _NAMED:
            label = self.words("名称", "name")
            lines.append(f"{indent}schema:name {EMPTY} ;  # {label}")
        for slot in sorted(node.slots.values(), key=lambda s: self._vocabulary.rank(s.predicate)):
            in_place = inline or not slot.required
            statement = self._statement(slot, name, indent, inline=in_place)
            if inline:
                lines += statement
                continue
            asked = [r for r in slot.asked_by if slot.parts[r] == Part.EVIDENCE or r not in named]
            named.update(asked)
            if slot.node and (in_place or not self._typed(slot.node)):
                every = [inner for below in slot.node.walk() for inner in below.slots.values()]
                asked = list(dict.fromkeys(r for item in (slot, *every) for r in item.asked_by))
            comment = [part for r in asked for part in self.requirement(r)]
            lines += [f"{indent}# {line}".rstrip() for line in comment]
            # What no must needs is switched off by a # before the statement.
            lines += statement if slot.required else [_OFF.sub(r"\1#", x) for x in statement]
        return lines

    def _typed(self, node: Node) -> bool:
        return node.kind in self._vocabulary.typed

    def _statement(
        self, slot: Slot, name: tuple[str, ...], indent: str, *, inline: bool
    ) -> list[str]:
        verb = f"{indent}{compact(slot.predicate)}"
        label = (
            self._heading(slot)
            if slot.node
            else self._vocabulary.meaning(slot.predicate, self._lang)
        )
        if slot.node and self._typed(slot.node) and not inline:
            own = self._names[id(slot.node)]
            self._waiting.append((slot, slot.node, own))
            return [f"{verb} {self._name.written(*own)} ;  # {label}"]
        if slot.node:
            deeper = indent + _STEP
            typed = [f"{deeper}a {compact(slot.node.kind)} ;"] if self._typed(slot.node) else []
            inner = self._slots(slot.node, name, deeper, inline=True)
            return [f"{verb} [  # {label}", *typed, *inner, f"{indent}] ;"]
        lines = []
        if len(slot.choices) > 1:
            told = self.words("任选其一：", "One of:")
            lines = [f"{indent}# {told}"]
            lines += [f"{indent}#   {compact(iri)}  {self._label(iri)}" for iri in slot.choices]
        value, note = self._value(slot)
        return [*lines, f"{verb} {value} ;  # {label}{note}"]

    def _value(self, slot: Slot) -> tuple[str, str]:
        """Return what stands for a slot's value, and the note behind it."""
        if slot.fixed:
            return plain(slot.fixed), self._named(slot.fixed)
        if slot.same_as:
            return self._value_of(slot.same_as)
        if len(slot.choices) == 1:
            only = ox.NamedNode(slot.choices[0])
            return plain(only), self._named(only)
        if slot.choices:
            return EMPTY, self._for_example(compact(slot.choices[0]))
        if slot.wanted and slot.wanted.value == "true":
            return EMPTY, self._for_example("true") + self.words(
                "（不属实写 false）", " (false if it is not so)"
            )
        example = slot.wanted or self._vocabulary.example(slot.predicate, self._lang)
        if not isinstance(example, ox.NamedNode):
            example = fit(example, slot.bounds)
        return EMPTY, self._for_example(plain(example)) if example else ""

    def _value_of(self, other: Slot) -> tuple[str, str]:
        if other.node:
            name = self._name.written(*self._names[id(other.node)])
            return name, self._colon(self._label(other.predicate))
        value, note = self._value(other)
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
