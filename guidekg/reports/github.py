"""A report as workflow commands, which GitHub shows as annotations beside the lines."""

from guidekg.guides.model import longest, quote
from guidekg.rdf.namespaces import compact
from guidekg.reports import model
from guidekg.reports.base import (
    Unused,
    Writer,
    advice,
    caveats,
    entries,
    one_line,
    override,
    pair,
    relative,
    title,
)
from guidekg.reports.words import CONCLUSION, PARTIAL, PROBLEMS, REASON, REPORT, UNUSED, VERDICT

_COMMAND: dict[model.Severity, str] = {"violation": "error", "warning": "warning", "info": "notice"}


class GithubWriter(Writer):
    """Streams one command a finding, and nothing that is not a command.

    What proposals say can so never pass for a command of its own.
    """

    def start(self, header: model.Header) -> None:
        """Write what is not checked."""
        for line in caveats(header, self.lang):
            self.write(_command("notice", one_line(line, 2000), title=REPORT(self.lang)))

    def judgement(self, judgement: model.Judgement) -> None:
        """Write the findings of a proposal, and what a person has overridden."""
        commands = []
        for item, finding in entries(judgement):
            name = title(judgement, self.lang)
            if finding:
                label = f"{finding.requirement.label(self.lang)} " if finding.requirement else ""
                head, said = f"{label}[{finding.code}]", self._said(name, item, finding)
                where = _place(finding.where) if finding.where else {"file": judgement.file}
                commands.append(_command(_COMMAND[finding.severity], said, title=head, **where))
            elif item:
                head = f"{item.requirement.label(self.lang)} [{item.requirement.identifier}]"
                said = f"{one_line(name)}\n{override(item, self.lang)}"
                commands.append(_command("notice", said, title=head, file=judgement.file))
        self.write("".join(commands))

    def problem(self, problem: model.Problem) -> None:
        """Write an input that could not be read."""
        where = _place(model.Where(problem.file, "", problem.line, problem.column))
        said = one_line(problem.message(self.lang), 2000)
        self.write(_command("error", said, title=PROBLEMS(self.lang), **where))

    def finish(self, summary: model.Summary, *, partial: bool, unused: Unused) -> None:
        """Write the summary."""
        for one in unused:
            said = f"{one_line(one.proposal)} [{one_line(compact(one.requirement))}]"
            self.write(_command("warning", said, title=UNUSED(self.lang)))
        if partial:
            self.write(_command("warning", PARTIAL(self.lang), title=REPORT(self.lang)))
        counts = [
            f"{VERDICT[name](self.lang)} {number}" for name, number in summary.verdicts.items()
        ]
        if summary.manual:
            counts.append(f"{REASON['manual'](self.lang)} {summary.manual}")
        counts.append(f"{PROBLEMS(self.lang)} {summary.problems}")
        said = pair(CONCLUSION, " · ".join(counts), self.lang)
        self.write(_command("notice", said, title=REPORT(self.lang)))

    def _said(self, name: str, item: model.Item | None, finding: model.Finding) -> str:
        lines = [one_line(name), advice(finding, self.lang)]
        lines += [one_line(quote(one, self.lang)) for one in longest(finding.clauses)]
        if item and item.override:
            lines.append(override(item, self.lang))
        return "\n".join(lines)


def _place(where: model.Where) -> dict[str, str]:
    """Return where an annotation stands; columns only where it lies within one line."""
    place = {"file": relative(where.file)}
    if where.line is None:
        return place
    last = where.end_line or where.line
    if where.end_column == 1 and last > where.line:
        last -= 1  # the end is exclusive: nothing of the last line is meant
    place |= {"line": str(where.line), "endLine": str(last)}
    if where.column and last == where.line:
        place["col"] = str(where.column)
        if where.end_column and where.end_column > where.column + 1:
            place["endColumn"] = str(where.end_column - 1)
    return place


def _command(name: str, message: str, **properties: str) -> str:
    listed = ",".join(
        f"{key}={_escape(value).replace(':', '%3A').replace(',', '%2C')}"
        for key, value in properties.items()
    )
    return f"::{name} {listed}::{_escape(message)}\n"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
