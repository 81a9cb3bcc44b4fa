"""`guidekg check`: the steward's checks of a guide's own data."""

import click

from guidekg.api import load
from guidekg.cli.output import report
from guidekg.errors import Language
from guidekg.namespaces import compact
from guidekg.resources import folder


def check_guide(path: str | None, lang: Language, form: str) -> int:
    """Print what is wrong with a guide's data; return 1 if something is, else 0.

    Raises:
        GuideKGError: the data cannot be read at all.
    """
    kg = load(path, shipped=False) if path else load()
    from pyshacl import validate  # noqa: PLC0415  # only this command waits for it
    from rdflib import SH, Graph, Literal  # noqa: PLC0415

    data, shapes = kg.graph(), Graph()
    shapes.parse(folder("shapes") / "guide.ttl")
    _, results, _ = validate(data, shacl_graph=shapes)
    findings = []
    if not isinstance(results, Graph):
        raise TypeError(f"the validator answered with {results!r}")
    for result in results.subjects(SH.resultSeverity):
        focus = compact(str(results.value(result, SH.focusNode)))
        shape = str(results.value(result, SH.sourceShape)).rpartition("/")[2]
        messages = [m for m in results.objects(result, SH.resultMessage) if isinstance(m, Literal)]
        said = next(
            (str(m) for m in messages if m.language == lang), "".join(map(str, messages[:1]))
        )
        findings.append((focus, shape, said))
    for iri, guide in kg.guides.items():
        covered = kg.coverage(iri)
        for start, end in covered.uncovered:
            words = {"zh": "没有条文覆盖：", "en": "no provision covers: "}[lang]
            place = f"{compact(guide.source)} {start}-{end}"
            findings.append((place, "coverage", words + guide.text[start:end]))
        share = f"{covered.share:.1%} / {covered.structural_share:.1%}"
        words = {"zh": "覆盖率/结构性文字", "en": "coverage / structural"}[lang]
        click.echo(f"{guide.label(lang)} · {words}: {share}", err=form != "table")
    if findings or form != "table":
        columns = {
            "zh": {"where": "对象", "rule": "规则", "message": "问题"},
            "en": {"where": "where", "rule": "rule", "message": "what is wrong"},
        }[lang]
        report(columns, sorted(findings), form)
    total = {"zh": f"发现 {len(findings)} 个问题。", "en": f"{len(findings)} findings."}[lang]
    click.echo(total, err=form != "table")
    return 1 if findings else 0
