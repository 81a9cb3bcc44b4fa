"""`guidekg questions` and `guidekg ask`, with a command for each question file, made when asked for."""

import difflib
import re
from typing import Any

import click

from guidekg.cli.options import ENDPOINT, LANG, formats, guides, opened
from guidekg.cli.output import ANSWERS, print_json, report
from guidekg.cli.streams import TEXT, spoken, words
from guidekg.errors import UnknownNameError
from guidekg.i18n import Label, Language
from guidekg.questions.header import Header, QuestionFiles
from guidekg.questions.serialization import described, topic


@click.command()
@LANG
@formats("table", "json", "csv")
@guides
@ENDPOINT
def questions(lang: Language, form: str, **given: Any) -> None:
    """Print every question, by topic."""
    kg = opened(**given)
    every = sorted(kg.questions.values(), key=lambda item: (item.header.topic, item.name))
    if form == "json":
        print_json([described(item, lang) for item in every])
        return
    columns = {
        "topic": Label("主题", "topic"),
        "name": Label("名称", "name"),
        "question": Label("问题", "question"),
        "parameters": Label("参数", "parameters"),
    }
    rows = [
        (topic(item)(lang), item.name, item.header.question(lang), _usage(item.header))
        for item in every
    ]
    report(columns, rows, form, lang)


def _usage(header: Header) -> str:
    """Return the parameters of a question, those in brackets that may be left out."""
    return " ".join(f"[--{p.name}]" if p.optional else f"--{p.name}" for p in header.parameters)


def _plain(token: str) -> str:
    """Return the name of an option as it is compared: in any case, ``_`` as ``-``."""
    return token.lower().replace("_", "-")


def _options(name: str) -> list[str]:
    """Return the options of a parameter: ``--topic-of`` and ``--topicOf``."""
    kebab = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name)
    return list(dict.fromkeys((f"--{_plain(kebab)}", f"--{name}")))


class AskGroup(click.Group):
    """A group whose commands are the files of ``queries/``."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """Return the names of the questions."""
        return list(QuestionFiles().paths)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return the command of a question, its options made from its header."""
        files = QuestionFiles()
        name = files.current(cmd_name)
        if name is None:
            return None
        header, _ = files.read(name)
        lang = spoken()
        parameters: list[click.Parameter] = [
            click.Option(
                [*_options(parameter.name), parameter.name],
                type=TEXT,
                metavar=parameter.kind.upper(),
                help=words("{}，例如 {}", "{}, for example {}").format(
                    parameter.description(lang), parameter.example
                ),
            )
            for parameter in header.parameters
        ]

        def run(lang: Language, form: str, **values: Any) -> None:
            given = {name: values.pop(name) for name in ("guides", "shipped", "endpoint")}
            asked = {name: value for name, value in values.items() if value is not None}
            answer = opened(**given).questions[cmd_name](**asked)
            ANSWERS[form](answer, lang)

        command = click.Command(
            cmd_name,
            context_settings={"token_normalize_func": _plain},
            params=parameters,
            callback=run,
            help=header.question(lang),
        )
        for option in (LANG, formats(*ANSWERS), guides, ENDPOINT):
            option(command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a question, or fail with the nearest names."""
        if args and QuestionFiles().current(args[0]) is None:
            near = difflib.get_close_matches(args[0], self.list_commands(ctx), n=5, cutoff=0.4)
            raise UnknownNameError(args[0], "问题", "question", near)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the questions, a line each; `guidekg questions` says what they ask."""
        with formatter.section(words("问题", "Questions")):
            formatter.write_dl([(name, "") for name in self.list_commands(ctx)])


@click.group(cls=AskGroup)
def ask() -> None:
    """Ask one question."""
