"""`guidekg validate`, `guidekg shapes`, `guidekg new`: the commands of a data steward."""

import sys
from datetime import datetime
from typing import Any

import click

from guidekg.cli.language import LANG, chosen, examples, words
from guidekg.cli.opening import ENDPOINT
from guidekg.cli.streams import TEXT, in_form

_FORMS = ["text", "json", "html", "sarif", "turtle", "csv", "github"]
_INPUT = ["turtle", "trig", "ntriples", "nquads", "jsonld", "rdfxml"]


def _facts(_ctx: click.Context, _param: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    facts = {}
    for item in given:
        name, equals, value = item.partition("=")
        if not equals or not value:
            raise click.BadParameter(
                words(f"“{item}”应当写作 名称=值。", f"{item!r} must be written NAME=VALUE.")
            )
        facts[name.strip()] = value.strip()
    return facts


AS_OF = click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help=words(
        "核对日；这一天之后的截止时间算未过。默认今天。",
        "The day of the check; a deadline after it has not passed. Today by default.",
    ),
)
FACT = click.option(
    "--fact",
    "facts",
    multiple=True,
    type=TEXT,
    callback=_facts,
    metavar="NAME=VALUE",
    help=words(
        "补充指南没有写明的事实，例如 provincial-deadline=2022-09-15。",
        "A fact that the guide leaves open, such as provincial-deadline=2022-09-15.",
    ),
)
FACTS = click.option(
    "--facts",
    "facts_file",
    type=click.Path(),
    metavar="FILE.ttl",
    help=words("以 Turtle 文件补充的事实（gk:RunFact）。", "Facts in a Turtle file (gk:RunFact)."),
)


@click.command(
    help=words(
        "核对申报项目：每项要求的状态、所依据的原文，和文件中要改的那一行。",
        "Validate proposals: how each requirement stands, the guide's sentence, and the line to mend.",
    ),
    epilog=examples(
        "guidekg validate examples/proposals.ttl --as-of 2022-10-01",
        "guidekg validate proposals/ --fact provincial-deadline=2022-09-15 --lang zh",
        "guidekg validate 'in/*.ttl' --format html --output report.html",
        "cat one.ttl | guidekg validate - --format json",
    ),
)
@click.argument(
    "sources", nargs=-1, required=True, type=click.Path(), metavar=words("文件…", "SOURCE...")
)
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMS),
    default="text",
    show_default=True,
    callback=in_form,
    help=words("报告的格式。", "The form of the report."),
)
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False), help=words("写入文件。", "Write to a file.")
)
@AS_OF
@FACT
@FACTS
@click.option(
    "--override",
    "overrides",
    type=click.Path(),
    metavar="FILE.ttl",
    help=words("人工认定（gk:Override）。", "Decisions of people (gk:Override)."),
)
@click.option(
    "--engine",
    type=click.Choice(["auto", "pyshacl", "shacl"]),
    default="auto",
    show_default=True,
    help=words("SHACL 引擎。", "The SHACL engine."),
)
@click.option(
    "--input-format",
    type=click.Choice(_INPUT),
    help=words("输入的格式，默认按扩展名。", "The form of the input, by its extension else."),
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    help=words(
        "并行进程数，默认按输入大小决定。", "Processes; by the size of the input if not given."
    ),
)
@click.option(
    "--group",
    type=click.Choice(["proposal", "rule"]),
    help=words("文本报告按项目还是按要求分组。", "Group a text report by proposal or by rule."),
)
@click.option(
    "--max-per-rule",
    type=click.IntRange(min=0),
    help=words("每条要求最多列出几处。", "How many findings to list for each rule."),
)
@click.option(
    "--checklist",
    is_flag=True,
    help=words("列出全部要求的状态。", "List every requirement's state."),
)
@ENDPOINT
@LANG
def validate(sources: tuple[str, ...], **options: Any) -> None:
    """Validate proposals."""
    from guidekg.cli.validate import Request, run  # noqa: PLC0415  # RDF loads when needed

    text = {
        name: options.pop(name)
        for name in ("group", "max_per_rule", "checklist")
        if options[name] or options.pop(name)
    }
    if text and options["form"] != "text":
        named = ", ".join("--" + name.replace("_", "-") for name in text)
        raise click.UsageError(
            words(
                f"{named} 只用于文本报告（--format text）。",
                f"{named} goes with a text report only (--format text).",
            )
        )
    if text.get("group") == "rule" and "checklist" in text:
        raise click.UsageError(
            words(
                "核对清单按项目列出，--checklist 不能与 --group rule 同用。",
                "a checklist is a proposal's: --checklist does not go with --group rule.",
            )
        )
    options["lang"] = chosen(options["lang"])
    options["as_of"] = _day(options["as_of"])
    sys.exit(run(sources, Request(text=text, **options)))


@click.command(
    help=words(
        "打印由指南要求生成的 SHACL 形状，按本次运行的事实。",
        "Print the SHACL shapes made from the guide's requirements, for the facts of a run.",
    ),
    epilog=examples(
        "guidekg shapes > shapes.ttl",
        "guidekg shapes --fact call-year=2023 --as-of 2023-06-01",
        "guidekg shapes --reference > reference.ttl",
        "guidekg shapes --write",
    ),
)
@AS_OF
@FACT
@FACTS
@ENDPOINT
@click.option(
    "--reference",
    is_flag=True,
    help=words(
        "改为打印形状所读的参考事实：地点、领域、征集的上下级。",
        "Print the reference facts that the shapes read instead: places, fields, calls.",
    ),
)
@click.option(
    "--write",
    is_flag=True,
    help=words(
        "重新生成 shapes/guides/ 中的文件（不带事实，截止时间全已过）。",
        "Make the files of shapes/guides/ again (no facts, all deadlines past).",
    ),
)
def shapes(reference: bool, write: bool, **run: Any) -> None:
    """Print shapes."""
    from guidekg.cli.shapes import print_shapes, write_shapes  # noqa: PLC0415

    if write and (reference or any(run.values())):
        raise click.UsageError(
            words(
                "--write 生成不带事实的形状，不能与其他选项同用。",
                "--write makes the shapes without facts and goes with no other option.",
            )
        )
    if write:
        write_shapes()
    else:
        run["as_of"] = _day(run["as_of"])
        print_shapes(**run, reference=reference)


@click.command(
    help=words(
        "打印一份待填写的申报项目（Turtle），每条语句上方写明所依据的要求和原文。",
        "Print a proposal to fill in, in Turtle: above each statement the requirement and its quote.",
    ),
    epilog=examples(
        "guidekg new finland > my-proposal.ttl",
        "guidekg new 对口支援 --lang zh --iri https://example.org/proposals/p1",
    ),
)
@click.argument("call", type=TEXT, metavar=words("征集", "CALL"))
@click.option(
    "--iri",
    type=TEXT,
    metavar="IRI",
    help=words("项目的 IRI。", "The IRI of the proposal."),
)
@LANG
def new(call: str, iri: str | None, lang: str | None) -> None:
    """Print a proposal to fill in."""
    from guidekg.cli.new import print_skeleton  # noqa: PLC0415

    print_skeleton(call, chosen(lang), iri)


def _day(given: datetime | None) -> Any:
    return given.date() if given else None
