"""A proposal to fill in, made from the shapes of the requirements that apply to a call."""

from collections.abc import Iterator
from functools import lru_cache

from guidekg.errors import GuideKGError
from guidekg.guides.model import Scheme
from guidekg.guides.repository import Repository
from guidekg.i18n import Language
from guidekg.rdf.namespaces import compact
from guidekg.validation.facts import Facts, facts_of, some_values
from guidekg.validation.rulebook import Rulebook
from guidekg.validation.templates.properties import Vocabulary, read_expectations
from guidekg.validation.templates.tree import build_tree
from guidekg.validation.templates.writer import (
    EMPTY,
    ProposalIRIError,
    ProposalName,
    TemplateWriter,
)

__all__ = ["EMPTY", "EXAMPLE_IRI", "NotALeafError", "ProposalIRIError", "proposal_template"]

EXAMPLE_IRI = "https://example.org/proposals/my-proposal"

_HEAD = {
    "zh": """\
申报项目草稿：{scheme}（{name}）
依据《{guide}》，由 guidekg new 生成。

怎样填写
1. 把每个 "…" 换成实际内容，写法的例子在行末。金额、期限、日期、天数、声明和待选的项只要还有
   没换的，核对时会指出是哪一行，项目就不会判为通过。
2. 已经填好的值是指南要求的值；与事实不符的，请按事实改写。地点和领域可以写得更具体。
3. 以 # 紧接语句的行（如 #gk:evidence）是优先条件，不是必须；符合的，把各行的这个 # 去掉。
4. 每条语句以分号结束，每段以单独一行的句点结束，增删语句时不必改动标点；用不到的语句可以整条删去。
5. 填好后核对：guidekg validate 文件名.ttl{options} --lang zh""",
    "en": """\
A proposal to fill in: {scheme} ({name})
Made by guidekg new from the “{guide}”.

How to fill it in
1. Replace each "…"; an example stands at the end of the line. Any amount, duration, date, number
   of days, claim or choice that is left is reported with its line, and the proposal is not found
   eligible.
2. Values that stand here already are those that the guide asks for. Where they are not true of
   your project, write what is true. Places and fields may be narrower.
3. Lines with a # right before a statement (#gk:evidence) are preferred, not obliged: where they
   hold, take that # away.
4. Each statement ends in a semicolon, each section in a full stop on a line of its own, so that
   statements can be added or taken out as they are. Take out what does not concern you.
5. Then check it: guidekg validate FILE.ttl{options}""",
}


class NotALeafError(GuideKGError, ValueError):
    """A scheme has calls or tracks of its own, so that no proposal applies to it."""


def proposal_template(
    repository: Repository,
    scheme: Scheme,
    lang: Language,
    iri: str = EXAMPLE_IRI,
    *,
    options: str = "",
) -> str:
    """Return a proposal in Turtle, with the requirement and the guide's sentence at each statement.

    What a person must decide is ``EMPTY``; the validator does not find it eligible before.

    Args:
        repository: the opened guides.
        scheme: the call, or the track without calls, to apply to.
        lang: the language of the comments.
        iri: the IRI of the proposal.
        options: of ``guidekg validate``, which open the same guides.

    Raises:
        NotALeafError: the scheme has parts; names those to apply to.
        ProposalIRIError: ``iri`` is no absolute IRI, or one of the guide's own.
    """
    if scheme.parts:
        raise _not_a_leaf(repository, scheme)
    rulebook = _rulebook(repository)
    checklist = rulebook.checklists[scheme.iri]
    vocabulary = Vocabulary(rulebook)
    found = read_expectations(rulebook, checklist)
    writer = TemplateWriter(vocabulary, ProposalName(iri), lang)
    lines = writer.body(scheme, build_tree(vocabulary, found))
    looked_at = {one.requirement for one in found}
    if rest := [item for item in checklist if item not in looked_at]:
        told = writer.words("以下要求不从本文件判断：", "Not judged from this file:")
        lines += ["", f"# {told}", *(f"# {x}" for item in rest for x in writer.requirement(item))]
    head = [f"# {line}".rstrip() for line in _head(repository, scheme, lang, options).splitlines()]
    return "\n".join([*head, "", *writer.prefixes(lines), "", *lines, ""])


@lru_cache(maxsize=1)
def _rulebook(repository: Repository) -> Rulebook:
    # A run may supply what the guide leaves open: what applies then is asked for too.
    return Rulebook(repository, Facts(repository.store, some_values(repository.store), None))


def _head(repository: Repository, scheme: Scheme, lang: Language, options: str) -> str:
    applicable = {provision.iri for provision in scheme.applicable}
    facts = "".join(
        f" --fact {fact.name}={fact.kind.metavar}"
        for fact in facts_of(repository.store)
        if fact.read is None and applicable.intersection(fact.decides)
    )
    return _HEAD[lang].format(
        scheme=scheme.label(lang),
        name=compact(scheme.iri),
        guide=_guide(repository, scheme, lang),
        options=options + facts,
    )


def _guide(repository: Repository, scheme: Scheme, lang: Language) -> str:
    while scheme.parent:
        scheme = repository.things.schemes[scheme.parent]
    guides = repository.things.guides.values()
    return next((guide.label(lang) for guide in guides if scheme.iri in guide.programmes), "")


def _leaves(repository: Repository, scheme: Scheme) -> Iterator[Scheme]:
    for part in map(repository.things.schemes.__getitem__, scheme.parts):
        yield from _leaves(repository, part) if part.parts else [part]


def _not_a_leaf(repository: Repository, scheme: Scheme) -> NotALeafError:
    guides = [guide.rpartition("/")[2] for guide in repository.things.guides]
    zh, en = [], []
    for leaf in _leaves(repository, scheme):
        name = leaf.iri.rpartition("/")[2]
        short = next((name.removeprefix(f"{g}-") for g in guides if name.startswith(g)), name)
        zh.append(f"{short}（{leaf.label.zh}）")
        en.append(f"{short} ({leaf.label.en})")
    return NotALeafError(
        f"“{scheme.label.zh}”下设征集或专题，不能直接申报；请选其中一个：{'、'.join(zh)}。",
        f"one does not apply to “{scheme.label.en}” itself; choose one of: {', '.join(en)}",
    )
