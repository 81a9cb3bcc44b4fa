"""`guidekg new`: a proposal to fill in."""

import click

from guidekg.cli.streams import for_machines
from guidekg.graph import load
from guidekg.i18n import Language
from guidekg.validation.templates import EXAMPLE_IRI, skeleton


def print_skeleton(call: str, lang: Language, iri: str | None) -> None:
    """Print a proposal for the call, or the track without calls, that a name means.

    Raises:
        UnknownNameError, AmbiguousNameError: the name means none, or several.
        NotALeafError: it has calls of its own; names them.
        ProposalIRIError: the IRI cannot name a proposal.
    """
    kg = load()
    for_machines()
    click.echo(skeleton(kg, kg.scheme(call), lang, iri or EXAMPLE_IRI), nl=False)
