"""`guidekg ask`: a command for each question file, made when it is asked for."""

import re
from typing import Any

import click

from guidekg.cli.language import chosen, spoken, words
from guidekg.cli.opening import ENDPOINT, opened
from guidekg.cli.streams import TEXT, in_form
from guidekg.resources import folder


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
        return sorted(path.stem for path in folder("queries").glob("*.rq"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of a question, its options made from its header."""
        from guidekg.questions.header import parse  # noqa: PLC0415  # opens RDF

        path = folder("queries") / f"{cmd_name}.rq"
        if cmd_name not in self.list_commands(ctx):
            return None
        header = parse(path, path.read_text(encoding="utf-8-sig"))
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
        languages, forms = click.Choice(["zh", "en"]), click.Choice(["table", "json", "csv"])
        parameters += [
            click.Option(["--lang"], type=languages, help=words("语言。", "Language.")),
            click.Option(
                ["--format", "form"],
                type=forms,
                default="table",
                show_default=True,
                callback=in_form,
                help=words("输出格式。", "The form of the output."),
            ),
        ]

        def run(lang: str | None, form: str, endpoint: str | None, **values: Any) -> None:
            from guidekg.cli.output import ANSWERS  # noqa: PLC0415

            given = {name: value for name, value in values.items() if value is not None}
            answer = opened(endpoint).questions[cmd_name](**given)
            ANSWERS[form](answer, chosen(lang))

        command = click.Command(
            cmd_name,
            context_settings={"token_normalize_func": _plain},
            params=parameters,
            callback=run,
            help=header.question(lang),
        )
        return ENDPOINT(command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a question, or fail with the nearest names."""
        if args and args[0] not in self.list_commands(ctx):
            import difflib  # noqa: PLC0415

            from guidekg.errors import UnknownNameError  # noqa: PLC0415

            near = difflib.get_close_matches(args[0], self.list_commands(ctx), n=5, cutoff=0.4)
            raise UnknownNameError(args[0], "问题", "question", near)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the questions, a line each; `guidekg questions` says what they ask."""
        with formatter.section(words("问题", "Questions")):
            formatter.write_dl([(name, "") for name in self.list_commands(ctx)])
