"""The states of the grammar of Turtle and TriG, and what each refuses.

A state is a table: what each kind of token does in it. Here they refuse all; ``grammar`` fills in
what they take.
"""

from guidekg.rdf.turtle.errors import TermError, found
from guidekg.rdf.turtle.parser import KIND, Handler, Match, Reader, State

_BROKEN = {
    "<<": ("不支持 RDF 1.2 的三元组词项（<<）", "triple terms of RDF 1.2 (<<) are not supported"),
    "<": ("IRI 没有结束，或含有不允许的字符", "the IRI does not end, or holds what no IRI may"),
    '"': ("字符串没有结束", "the string does not end"),
    "'": ("字符串没有结束", "the string does not end"),
}


def _refuses(zh: str, en: str) -> Handler:
    """Return what refuses a token where something else should stand."""

    def refuse(reader: Reader, match: Match) -> None:
        kind = match.lastindex or 0
        if kind == KIND["end"]:
            raise TermError(f"这里应有{zh}，文本却结束了", f"expected {en}, but the text ends")
        if kind == KIND["bad"]:
            for start, words in _BROKEN.items():
                if reader.text.startswith(start, match.start(kind)):
                    raise TermError(*words)
        found_zh, found_en = found(match[kind])
        raise TermError(f"这里应有{zh}，却是 {found_zh}", f"expected {en}, found {found_en}")

    return refuse


def _state(zh: str, en: str) -> State:
    return [_refuses(zh, en)] * (max(KIND.values()) + 1)


TURTLE = _state("主语", "a subject")
PART = _state("主语", "a subject")
TRIG = _state("主语或图名", "a subject or the name of a graph")
INSIDE = _state("主语或 }", "a subject or }")
VERB = _state("谓语", "a predicate")
VERB_OR_GRAPH = _state("谓语或 {", "a predicate or {")
VERB_OR_END = _state("谓语或语句的结尾", "a predicate or the end of the statement")
OBJECT = _state("宾语", "an object")
AFTER = _state("分号、逗号或语句的结尾", "a semicolon, a comma or the end of the statement")
MORE = _state("谓语、分号或语句的结尾", "a predicate, a semicolon or the end of the statement")
FIRST_ITEM = _state("列表项", "an item of the list")
ITEM = _state("列表项或 )", "an item of the list or )")
PREFIX_NAME = _state("形如 ex: 的前缀", "a prefix such as ex:")
PREFIX_IRI = _state("尖括号中的 IRI", "an IRI in angle brackets")
BASE_IRI = _state("尖括号中的 IRI", "an IRI in angle brackets")
STOP = _state("句点", "a full stop")
GRAPH_NAME = _state("图名", "the name of a graph")
GRAPH_OPEN = _state("{", "{")
