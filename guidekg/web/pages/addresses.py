"""Where the page of a thing stands."""

from guidekg.rdf.namespaces import ID, KINDS, NS

VOCABULARY = NS.removesuffix("#")


def path_of(iri: str) -> str | None:
    """Return the address of the page of a thing, without the language; None for what is not ours."""
    if iri.startswith(NS):
        return f"/ns#{iri.removeprefix(NS)}"
    if iri == VOCABULARY:
        return "/ns"
    if iri.startswith(ID):
        kind, _, name = iri.removeprefix(ID).partition("/")
        if kind in KINDS and name and "/" not in name:
            return f"/page/{kind}/{name}"
    return None


def local(iri: str) -> str:
    """Return the last part of an IRI."""
    return iri.rpartition("#" if "#" in iri else "/")[2]
