"""What a developer imports: guides as a graph, with their questions and the validation of proposals."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from guidekg.characters import BOM
from guidekg.errors import ValueFormError, check_language
from guidekg.guides.repository import Repository
from guidekg.rdf.namespaces import XSD, expand
from guidekg.stores import Term

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from decimal import Decimal
    from typing import Unpack

    from rdflib import Graph

    from guidekg.guides.coverage import Coverage
    from guidekg.guides.model import Guide, Scheme
    from guidekg.i18n import Language
    from guidekg.questions import Questions
    from guidekg.reports.model import Judgement, Problem, Report
    from guidekg.validation.guide_check import GuideFinding
    from guidekg.validation.inputs import Form, Source
    from guidekg.validation.validator import RunSettings, Validation

    Bindable = str | bool | int | float | Decimal | date | Term


class KnowledgeGraph(Repository):
    """Guides as a graph: typed objects, SPARQL, and questions with the clause behind each row."""

    @property
    def guides(self) -> "Mapping[str, Guide]":
        """Every guide by its IRI."""
        return self.things.guides

    @cached_property
    def questions(self) -> "Questions":
        """Every competency question by its name."""
        from guidekg.questions import Questions  # noqa: PLC0415  # for those who ask

        return Questions(self)

    def schemes(self) -> "list[Scheme]":
        """Return every programme, track and call, as the text orders them."""
        return list(self.things.schemes.values())

    def scheme(self, name: str) -> "Scheme":
        """Return the scheme that a name means: ``finland``, ``芬兰``, ``FI``, a label, an IRI.

        Raises:
            UnknownNameError, AmbiguousNameError: the name means none, or several.
        """
        return self.things.schemes[self.resolve(name, "scheme")]

    def resolve(self, name: str, kind: str | None = None) -> str:
        """Return the IRI that a name means, of one kind (``field``, ``place`` …) if given.

        Raises:
            UnknownNameError, AmbiguousNameError: the name means nothing, or several things.
        """
        return self.names.resolve(name, kind)

    def query(
        self, text: str, **bindings: "Bindable"
    ) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Run a SPARQL query over asserted and inferred triples; our prefixes are known to it.

        Args:
            text: a SELECT, ASK, CONSTRUCT or DESCRIBE.
            bindings: values of variables, bound as typed terms; a string that is an IRI or
                ``prefix:name`` is an IRI, any other a plain literal.

        Raises:
            QueryError: the query is malformed, an update, or reaches outside the graph.
            ValueFormError: a value is of no type that can be bound.
            EndpointError: the endpoint of ``connect`` gives no answer.
        """
        terms = {name: _term(value) for name, value in bindings.items()}
        return self.store.query(text.removeprefix(BOM), terms)

    def graph(self, *, inferred: bool = False) -> "Graph":
        """Return the triples as an rdflib Graph, as the files (or an endpoint) write them.

        Args:
            inferred: add what follows from them by OWL 2 RL.
        """
        from rdflib import Graph, URIRef  # noqa: PLC0415  # only who asks for it waits for rdflib

        graph = Graph()
        if self.folders:
            for path in self.folders.files:
                graph.parse(path, format="turtle")
        else:
            lines = ox.serialize(self.asserted(), format=ox.RdfFormat.N_TRIPLES)
            graph.parse(data=lines, format="nt")
        if inferred:
            asserted = self.store.triples(inferred=False)
            for triple in self.store.triples(inferred=True) - asserted:
                nodes = (triple.subject, triple.predicate, triple.object)
                graph.add(tuple(URIRef(node.value) for node in nodes))  # type: ignore[arg-type, union-attr]
        return graph

    def nquads(self, *, inferred: bool = True) -> bytes:
        """Return the graph as N-Quads, always in the same order: what an endpoint must hold.

        Args:
            inferred: with what follows by OWL 2 RL, in a graph of its own.
        """
        from guidekg.stores.base import nquads  # noqa: PLC0415  # for who exports

        return nquads(self.store, inferred=inferred)

    def validate(
        self,
        *sources: "Source",
        lang: "Language" = "en",
        form: "Form | None" = None,
        workers: int = 1,
        **settings: "Unpack[RunSettings]",
    ) -> "Report":
        """Validate proposals against the guides that are open.

        Args:
            sources: files, folders, patterns, ``-``, bytes, rdflib graphs, JSON-LD objects.
            lang: the language in which the report shows itself.
            form: the form of the input (``turtle``, ``jsonld`` …), where its name does not tell.
            workers: processes to judge in. More than one start afresh and import the main module:
                a script then needs ``if __name__ == "__main__"``.
            settings: ``as_of``, the day of the run (a date, a datetime's own day, ``"2022-10-01"``;
                today if not given): a deadline after it has not passed. ``facts``, what the guide leaves open, by name:
                ``{"provincial-deadline": date(…)}``. ``engine``: ``auto``, ``pyshacl``, or
                ``shacl`` (the accelerator). ``overrides``: decisions of people, or the path of the
                Turtle file that states them.

        Returns:
            A judgement for each proposal, and a problem for each input that cannot be read.

        Raises:
            UnknownSettingError: there is no such setting, engine or language.
            FactError, OverrideError, EngineError: what is wrong with the settings.
        """
        check_language(lang)
        run = self._prepared(settings, "lang", "form", "workers")
        report = run.report(*sources, form=form, workers=workers)
        report.lang = lang
        return report

    def validate_iter(
        self,
        *sources: "Source",
        form: "Form | None" = None,
        workers: int = 1,
        **settings: "Unpack[RunSettings]",
    ) -> "Iterator[Judgement | Problem]":
        """Yield what ``validate`` returns, as it comes: memory does not grow with the input."""
        run = self._prepared(settings, "form", "workers")
        return run.run(*sources, form=form, workers=workers)

    def validation(self, **settings: "Unpack[RunSettings]") -> "Validation":
        """Return a validation made ready: its header, and ``run`` as often as wanted.

        The settings and their errors are those of ``validate``. Of an endpoint the facts that
        shapes need are fetched once; what is validated is never sent to it.
        """
        return self._prepared(settings)

    def _prepared(self, settings: "RunSettings", *others: str) -> "Validation":
        """Prepare a validation; ``others`` are what else the caller could be given by name."""
        from guidekg.validation.validator import prepare  # noqa: PLC0415  # for who validates

        return prepare(self.local, settings, others)

    @cached_property
    def warnings(self) -> "tuple[GuideFinding, ...]":
        """What is wrong with the data of the guides that are open, as `guidekg check` finds it.

        Among it the requirements that no shape decides: they are left to a person, for every proposal.
        Found when first asked for, in about a second.
        """
        from guidekg.validation.guide_check import check_guides  # noqa: PLC0415  # for stewards

        return check_guides(self.local)

    def coverage(self, guide: str) -> "Coverage":
        """Return how much of a guide's source is modelled; ``guide`` is its IRI."""
        return self.things.coverage(guide)


def load(*paths: str | Path, shipped: bool = True, cache: bool = True) -> KnowledgeGraph:
    """Open the shipped guide, and folders of one's own beside it.

    Args:
        paths: folders that hold a guide's Turtle and its source text.
        shipped: whether the shipped guide is there too; the vocabulary, fields, places and
            agencies always are.
        cache: whether the closure may be taken from the cache and kept there.

    What is wrong with the data and does not keep them from being opened is in ``warnings``.

    Raises:
        NotAGuideError, TurtleSyntaxError, SourceError, QuoteMismatchError,
        DuplicateIdentifierError, InconsistencyError: what is wrong with a folder, and where.
    """
    return KnowledgeGraph.open(paths, shipped=shipped, cached=cache)


def connect(
    url: str,
    *,
    token: str | None = None,
    auth: tuple[str, str] | None = None,
    timeout: float = 60.0,
) -> KnowledgeGraph:
    """Open the guides that a SPARQL 1.1 endpoint holds: the same object as ``load`` gives.

    Args:
        url: the address, such as ``http://127.0.0.1:8000/sparql``; ``docs/endpoint.md`` says what
            an endpoint must hold, which `guidekg export` writes.
        token: sent as ``Authorization: Bearer``, to this address only.
        auth: user and password, for basic authentication.
        timeout: seconds that one request may take, its retries and the reading included.

    Raises:
        EndpointError: the endpoint cannot be reached, refuses, or holds no guide.
    """
    from guidekg.stores.client import Client  # noqa: PLC0415  # HTTP is for those who connect
    from guidekg.stores.remote import RemoteStore  # noqa: PLC0415

    return KnowledgeGraph(RemoteStore(Client(url, token=token, auth=auth, timeout=timeout)))


def _term(value: "Bindable") -> Term:
    if isinstance(value, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple):
        return value
    if isinstance(value, str):
        iri = expand(value)
        return ox.NamedNode(iri) if iri else ox.Literal(value)
    if isinstance(value, bool | int):
        return ox.Literal(value)
    from datetime import date, datetime  # noqa: PLC0415  # opening needs no days and numbers
    from decimal import Decimal  # noqa: PLC0415

    if isinstance(value, float):
        return ox.Literal(value)
    if isinstance(value, Decimal):
        return ox.Literal(f"{value:f}", datatype=ox.NamedNode(XSD + "decimal"))
    if isinstance(value, date):
        kind = "dateTime" if isinstance(value, datetime) else "date"
        return ox.Literal(value.isoformat(), datatype=ox.NamedNode(XSD + kind))
    raise ValueFormError(
        f"变量不能取 {type(value).__name__} 类的值：{value!r}。",
        f"a variable cannot be bound to a {type(value).__name__}: {value!r}",
    )
