"""`guidekg new`: a proposal to fill in."""

import click

from guidekg.cli.options import LANG, opened
from guidekg.cli.streams import TEXT, for_machines, words
from guidekg.i18n import Language
from guidekg.validation.templates import EXAMPLE_IRI, proposal_template


@click.command()
@click.argument("call", type=TEXT, metavar=words("征集", "CALL"))
@click.option(
    "--iri",
    type=TEXT,
    metavar="IRI",
    help=words("项目的 IRI。", "The IRI of the proposal."),
)
@LANG
def command(call: str, iri: str | None, lang: Language) -> None:
    """Print a proposal for the call, or the track without calls, that a name means.

    Raises:
        UnknownNameError, AmbiguousNameError: the name means none, or several.
        NotALeafError: it has calls of its own; names them.
        ProposalIRIError: the IRI cannot name a proposal.
    """
    kg = opened()
    for_machines()
    click.echo(proposal_template(kg, kg.scheme(call), lang, iri or EXAMPLE_IRI), nl=False)
