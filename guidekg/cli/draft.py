"""`guidekg draft`: a first graph of a guide, from its text."""

import json
from pathlib import Path
from typing import Any

import click

from guidekg.characters import printable, shown
from guidekg.cli.options import ID, LANG, formats
from guidekg.cli.output import marked
from guidekg.cli.streams import TEXT, misuse, words
from guidekg.drafting import Draft
from guidekg.drafting import draft as drafted
from guidekg.drafting.drafts import folder_of, guide_in
from guidekg.drafting.facts import read_json, to_json
from guidekg.drafting.graph_facts import graph_facts
from guidekg.drafting.measure import Measure, measure, sound
from guidekg.drafting.review import Review
from guidekg.i18n import Label, Language


@click.command()
@click.argument("text", type=click.Path(), metavar="TEXT")
@click.option(
    "--out",
    type=click.Path(file_okay=False),
    metavar="FOLDER",
    help=words(
        "写入的文件夹；其中已有这份文本的草稿时重新起草，保留人已作的决定。",
        "The folder to write; a draft of the same text there is made again, what people decided is kept.",
    ),
)
@ID
@click.option(
    "--from",
    "earlier",
    type=TEXT,
    metavar="GUIDE",
    help=words(
        "上一版指南（文件夹，或者随附指南的名称）：没有变的条文沿用已审阅的内容。",
        "The edition before (a folder, or the name of a shipped guide): what has not changed keeps what was"
        " reviewed.",
    ),
)
@click.option(
    "--suggestions",
    multiple=True,
    type=click.Path(dir_okay=False),
    metavar="FILE.json",
    help=words(
        "另一位读者发现的事实；可以多次给出。",
        "Facts that another reader found; may be given several times.",
    ),
)
@click.option(
    "--facts",
    "as_facts",
    is_flag=True,
    help=words("以 JSON 输出发现的事实。", "Print what was found as JSON."),
)
@click.option(
    "--compare",
    type=click.Path(),
    metavar="FACTS.json",
    help=words(
        "与这些事实（或者一份指南的文件夹）对照，输出有多准。",
        "Measure the draft against these facts, or the folder of a guide.",
    ),
)
@formats("text", "json", help_=words("对照结果的格式。", "The form of the comparison."))
@LANG
def draft(text: str, out: str | None, lang: Language, **given: Any) -> None:
    """Draft, and say what was found.

    Raises:
        GuideKGError: the text is no guide, or something cannot be read or written.
    """
    if (given["name"] or given["earlier"]) and not out:
        raise misuse("--id 和 --from 要和 --out 一起用。", "--id and --from go with --out.")
    found = drafted(
        Path(text),
        {printable(Path(file).name): read_json(Path(file)) for file in given["suggestions"]},
    )
    quiet = given["as_facts"] or given["compare"]
    for file, refused in found.refused.items():
        for one in refused:
            said = Label(
                f"{file} 第 {one.number} 条没有采用：{one.reason.zh}",
                f"{file}, entry {one.number} not taken: {one.reason.en}",
            )
            click.echo(said(lang), err=True)
    if given["as_facts"]:
        click.echo(to_json(found.facts), nl=False)
    if given["compare"]:
        _compare(found, Path(given["compare"]), given["form"], lang)
    if out:
        earlier = folder_of(given["earlier"]) if given["earlier"] else None
        files = found.write(Path(out), given["name"], earlier=earlier)
        for written in files:
            click.echo(shown(written), err=bool(quiet))
    if not quiet:
        _summary(found, Path(out) if out else None, lang)


def _summary(found: Draft, out: Path | None, lang: Language) -> None:
    """Say what was found; of a folder what of it is left to review."""
    doubtful = sum(fact.doubtful for fact in found.facts)
    total = Label(
        f"读出 {len(found.facts)} 项，其中 {doubtful} 项存疑；{len(found.not_understood)} 处没有读懂，留给人判断。",
        f"{len(found.facts)} things found, {doubtful} of them doubtful; {len(found.not_understood)} parts are"
        " not understood and left to a person.",
    )
    click.echo(total(lang))
    if not out:
        for gap in found.not_understood:
            quote = " ".join(found.source.text[gap.start : gap.end].split())
            marked("  ?", f"{gap.start}–{gap.end} {quote}")
        nothing = Label(
            "没有写入文件；写入请加 --out 文件夹。",
            "Nothing was written; --out FOLDER writes the guide.",
        )
        click.echo(nothing(lang))
        return
    progress = Review(out).look().progress
    after = Label(
        f"待审阅 {progress.left} 处，已有定论 {progress.reviewed} 处。接下来：guidekg review {shown(out)}",
        f"{progress.left} to review, {progress.reviewed} settled. Next: guidekg review {shown(out)}",
    )
    click.echo(after(lang))


def _compare(found: Draft, against: Path, form: str, lang: Language) -> None:
    facts = graph_facts(guide_in(against)[1]) if against.is_dir() else read_json(against)
    result = measure(found.facts, sound(facts, found.source.text, printable(against)))
    if form == "json":
        click.echo(json.dumps(result.as_dict(), ensure_ascii=False, indent=2))
    else:
        _figures(result, lang)


def _figures(result: Measure, lang: Language) -> None:
    rows = (
        (Label("找到的事实", "facts found"), result.found, result.facts),
        (Label("一对一", "one to one"), result.one_to_one, result.facts),
        (Label("准确", "precision"), result.precise, result.drafted),
        (
            Label("不存疑的准确", "precision of what is not doubtful"),
            result.confident_precise,
            result.confident,
        ),
        (Label("约束力正确", "modality right"), result.modality, result.found),
        (Label("数字和日期正确", "numbers and dates right"), result.numbers_right, result.numbers),
        (Label("所属安排正确", "scheme right"), result.schemes_right, result.schemes),
    )
    for label, count, of in rows:
        share = f"{100 * count / of:.0f}%" if of else "–"
        click.echo(f"{share:>5}  {label(lang)} ({count}/{of})")
    colon = "：" if lang == "zh" else ": "
    kinds = (f"{kind} {found}/{of}" for kind, (found, of) in sorted(result.kinds.items()))
    click.echo(Label("各种事实", "by kind")(lang) + colon + ", ".join(kinds))
