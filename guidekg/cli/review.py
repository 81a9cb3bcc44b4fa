"""`guidekg review`: a drafted guide, item by item, in the terminal."""

import getpass
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from guidekg.cli.options import LANG
from guidekg.cli.output import marked
from guidekg.cli.streams import TEXT, say, words
from guidekg.drafting.review import HOW, TESTS, Condition, Item, Review, ReviewError, State, parted
from guidekg.errors import GuideKGError
from guidekg.i18n import Label, Language

# What a person may answer, and what it does.
ANSWERS = {
    "a": Label("接受", "accept"),
    "k": Label("改种类", "kind"),
    "m": Label("改约束力", "modality"),
    "v": Label("改值", "value"),
    "s": Label("改起止位置", "span"),
    "c": Label("加适用条件", "condition"),
    "z": Label("改中文名称", "Chinese label"),
    "e": Label("改英文名称", "English label"),
    "p": Label("分开", "split"),
    "j": Label("与下一条合并", "join with the next"),
    "r": Label("驳回", "reject"),
    "d": Label("写解读", "add a reading"),
    "n": Label("先跳过", "skip"),
    "u": Label("撤销上一个决定", "undo the last decision"),
    "q": Label("结束", "quit"),
}
_AROUND = 30  # characters shown on either side of the words


@click.command()
@click.argument("folder", type=click.Path(file_okay=False), metavar=words("文件夹", "FOLDER"))
@click.option(
    "--by",
    type=TEXT,
    metavar="NAME",
    help=words(
        "谁在审阅，写进每个决定；默认是您的用户名。",
        "Who reviews, written with each decision; your user name by default.",
    ),
)
@LANG
def review(folder: str, by: str | None, lang: Language) -> None:
    """Walk through what is left; every decision is kept at once.

    Raises:
        GuideKGError: the folder holds no guide, or its files are broken.
    """
    session = _Session(Review(Path(folder)), by or getpass.getuser(), lang)
    session.run()


class _Session:
    """One walk through a guide."""

    def __init__(self, review: Review, by: str, lang: Language) -> None:
        self._review, self._by, self._lang = review, by, lang
        self._skipped: set[str] = set()

    def _ask(self, zh: str, en: str, default: str = "") -> str:
        answer: str = click.prompt(
            Label(zh, en)(self._lang), default=default, show_default=bool(default), err=True
        )
        return answer.strip()

    def run(self) -> None:
        """Show one item after another, until none is left or the person ends it."""
        self._progress(self._review.look())
        while True:
            state = self._review.look()
            left = [item for item in state.left if item.name not in self._skipped]
            if not left:
                break
            self._show(state, left[0])
            answer = self._ask("怎么办", "what now", "a").lower()[:1]
            if answer == "q":
                break
            try:
                self._do(answer, state, left[0])
            except GuideKGError as error:  # a wrong answer changes nothing: ask again
                say(error.message(self._lang))
        self._progress(self._review.look())

    def _progress(self, state: State) -> None:
        found = state.progress
        said = Label(
            f"已审阅 {found.reviewed} 处，还有 {found.left} 处（没有读懂 {found.not_understood}，存疑 {found.doubtful}）；"
            f"原文的 {found.covered_reviewed:.0%} 已有定论。",
            f"{found.reviewed} reviewed, {found.left} left ({found.not_understood} not understood,"
            f" {found.doubtful} doubtful); {found.covered_reviewed:.0%} of the text is settled.",
        )
        click.echo(said(self._lang))

    def _show(self, state: State, item: Item) -> None:
        click.echo()
        click.echo(click.style(f"{item.zh}", bold=True))
        click.echo(f"  {item.en}")
        for start, end in item.spans:
            before = " ".join(state.text[max(0, start - _AROUND) : start].split())
            after = " ".join(state.text[end : end + _AROUND].split())
            marked("  ", f"{start}–{end} …{before}【{state.text[start:end]}】{after}…")
        told = [item.name, item.scheme, item.kind, item.modality, item.status]
        if item.status == "drafted" and item.kind:
            told.append(f"{item.confidence:.0%}")
        click.echo("  " + " · ".join(filter(None, told)))
        if item.may_be:
            click.echo(Label("  也可能是：", "  may be: ")(self._lang) + ", ".join(item.may_be))
        for other in (state.items[name] for name in state.beside.get(item.name, ())):
            also = Label("  同样的话也读作：", "  also read as: ")(self._lang)
            click.echo(also + " · ".join(filter(None, (other.kind, other.modality, *other.states))))
        for line in item.states:
            marked("   ", line)
        click.echo(
            "  " + "  ".join(f"[{key}] {label(self._lang)}" for key, label in ANSWERS.items())
        )

    def _do(self, answer: str, state: State, item: Item) -> None:
        """Do what a person answered; ask for what it takes."""
        by: dict[str, Any] = {"by": self._by, "seen": item.seen}
        if answer == "a":
            self._review.accept(item.name, **by)
        elif answer == "n":
            self._skipped.add(item.name)
        elif answer == "u":
            name = self._review.undo(by=self._by)
            self._skipped.discard(name)
        elif answer == "p":
            at = self._number("在第几个字符处分开", "at which character", item)
            self._review.split(item.name, at, **by)
        elif answer == "j":
            self._review.join(item.name, self._next(state, item), **by)
        elif answer in ("r", "d"):
            reason = (
                self._ask("中文理由", "reason in Chinese"),
                self._ask("英文理由", "reason in English"),
            )
            (self._review.reject if answer == "r" else self._review.add_reading)(
                item.name, reason, **by
            )
        elif answer in "kmvscze" and answer:
            self._review.correct(item.name, **self._correction(answer, item), **by)
        else:
            say(Label("没有这个选择。", "there is no such answer")(self._lang))

    def _correction(self, answer: str, item: Item) -> dict[str, Any]:
        """Return what a person corrects."""
        if answer in "km":
            zh, en = ("种类", "kind") if answer == "k" else ("约束力", "modality")
            return {en: self._ask(zh, en, getattr(item, en))}
        if answer == "v":
            said = self._ask("值（数，或者 JSON）", "value (a number, or JSON)")
            try:
                return {"value": json.loads(said)}
            except json.JSONDecodeError:
                return {"value": said}
        if answer == "s":
            start = self._number("从第几个字符", "from which character", item)
            return {
                "start": start,
                "end": self._number("到第几个字符（不含）", "to which one (exclusive)", item),
            }
        if answer == "c":
            return {"condition": self._condition()}
        lang: Language = "zh" if answer == "z" else "en"
        return {lang: self._ask("名称", "label", item.zh if answer == "z" else item.en)}

    def _condition(self) -> Condition | None:
        """Return the condition that a person states; None, if all of them are to go."""
        none = {"none": Label("去掉已有的条件", "take all conditions out")}
        how = self._chosen("条件", "condition", HOW | none)
        if how == "none":
            return None
        information = self._ask("看哪一项信息（名称）", "which piece of information (its name)")
        test = self._chosen("它", "it", TESTS)
        said = (
            ""
            if test == "given"
            else self._ask("值（几个用 、 隔开）", "values (parted by commas)")
        )
        return Condition(how, information, test, tuple(parted(said)))

    def _chosen(self, zh: str, en: str, labels: Mapping[str, Label]) -> str:
        """Return which of some names a person chooses, by its beginning."""
        told = "  ".join(f"[{name}] {label(self._lang)}" for name, label in labels.items())
        click.echo("  " + told, err=True)
        said = self._ask(zh, en, next(iter(labels))).lower()
        found = [name for name in labels if said and name.startswith(said)]
        if len(found) != 1:
            raise ReviewError(f"没有“{said}”这个选择。", f"there is no choice {said!r}")
        return found[0]

    def _number(self, zh: str, en: str, item: Item) -> int:

        said = self._ask(zh, en, str(item.spans[0][0]) if item.spans else "")
        if not said.isdecimal():
            raise ReviewError(f"“{said}”不是字符的位置。", f"{said!r} is no place of a character")
        return int(said)

    @staticmethod
    def _next(state: State, item: Item) -> str:

        names = [one.name for one in state.items.values() if one.sort == "provision"]
        at = names.index(item.name) if item.name in names else len(names)
        if at + 1 >= len(names):
            raise ReviewError("后面没有条文了。", "no provision follows")
        return names[at + 1]
