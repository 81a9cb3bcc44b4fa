"""What a developer imports: guides as a graph, with their questions and the validation of proposals."""

import warnings
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, cast

import pyoxigraph as ox

from guidekg.characters import BOM, printable
from guidekg.errors import NotAGuideError, QueryError, check_language
from guidekg.guides.repository import Repository
from guidekg.i18n import Label, from_locale
from guidekg.rdf.namespaces import NS
from guidekg.rdf.terms import from_python, to_python
from guidekg.stores.store import rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from rdflib import Graph

    from guidekg.guides.coverage import Coverage
    from guidekg.guides.editions import Comparison
    from guidekg.guides.model import Guide, Scheme
    from guidekg.i18n import Language
    from guidekg.questions import Questions
    from guidekg.rdf.terms import PythonValue, Term
    from guidekg.reports.model import Judgement, Override, Problem
    from guidekg.reports.report import Report
    from guidekg.stores.unknown_terms import UnknownTerm
    from guidekg.validation.engines import Choice
    from guidekg.validation.facts import FactValue
    from guidekg.validation.guide_check import GuideFinding
    from guidekg.validation.inputs import Form, Source
    from guidekg.validation.validator import PreparedValidations, Validation

    Bindable = PythonValue | Term


class KnowledgeGraph(Repository):
    """Guides as a graph: typed objects, SPARQL, questions with the clause behind each row, validation.

    Opened by ``guidekg.load`` or ``guidekg.connect``. It may be used by several threads.
    """

    def __repr__(self) -> str:
        return f"<KnowledgeGraph: {self.store!r}>"

    def _repr_html_(self) -> str:
        """Return the guides and their schemes as a table, for notebooks."""
        from guidekg.notebook import table  # noqa: PLC0415  # for notebooks

        lang = from_locale()
        headings = (
            Label("名称", "name"),
            Label("类别", "kind"),
            Label("最高补助", "maximum grant"),
            Label("截止日期", "deadline"),
        )
        rows = [
            (one.label, one.kind.label, one.maximum_grant, one.deadline) for one in self.schemes()
        ]
        names = " · ".join(guide.label(lang) for guide in self.guides.values())
        return table(lang, names, headings, rows)

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

    def programmes(self) -> "list[Scheme]":
        """Return the programmes."""
        return self._schemes_of("Programme")

    def tracks(self) -> "list[Scheme]":
        """Return the tracks of the programmes."""
        return self._schemes_of("Track")

    def calls(self) -> "list[Scheme]":
        """Return the calls with a partner; ``leaves`` are all that one can apply to."""
        return self._schemes_of("PartnerCall")

    def leaves(self) -> "list[Scheme]":
        """Return what one can apply to: calls, and tracks that have none."""
        return [scheme for scheme in self.schemes() if not scheme.parts]

    def _schemes_of(self, kind: str) -> "list[Scheme]":
        return [scheme for scheme in self.schemes() if scheme.kind.iri == NS + kind]

    def scheme(self, name: str) -> "Scheme":
        """Return the scheme that a name means: a label or synonym, the code of its country, an IRI.

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

        Returns:
            What the engine gives: its solutions, its yes or no, or its triples. ``select``, ``ask``
            and ``construct`` give Python values.

        Raises:
            QueryError: the query is malformed, an update, or reaches outside the graph.
            ValueFormError: a value is of no type that can be bound.
            EndpointError: the endpoint of ``connect`` gives no answer.
        """
        return self._result(text, bindings)

    def _result(
        self, text: str, bindings: "Mapping[str, Bindable]"
    ) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Run a query, and warn who called the caller of names in it that mean nothing."""
        terms = {name: from_python(value) for name, value in bindings.items()}
        result = self.store.query(text.removeprefix(BOM), terms)
        for term in self.unknown_terms(text):
            warnings.warn(term.warning(), stacklevel=3)
        return result

    def unknown_terms(self, text: str) -> "list[UnknownTerm]":
        """Return which names of our namespaces a query uses in vain, the first few of them.

        Nothing in the graph is called so, or the vocabulary has replaced them. Queries warn of them
        (``UnknownTermWarning``). Of an endpoint the names of the vocabulary alone are known.
        """
        from guidekg.stores.unknown_terms import unknown_terms  # noqa: PLC0415  # for own queries

        return unknown_terms(text, self.store)

    def select(self, text: str, **bindings: "Bindable") -> "list[dict[str, PythonValue | None]]":
        """Run a SELECT and return its rows by the names of the variables, as Python values.

        IRIs are text; numbers, days and truth values are what their datatype says; a variable
        without a value is None, and those that were bound are left out. Arguments and errors are
        those of ``query``; a query of another form is a QueryError.
        """
        found = rows(self._result(text, bindings), bindings)
        return [
            {
                name: None if term is None else to_python(term)
                for name, term in zip(found.variables, row, strict=True)
            }
            for row in found.rows
        ]

    def ask(self, text: str, **bindings: "Bindable") -> bool:
        """Run an ASK and return its answer; arguments and errors are those of ``query``."""
        result = self._result(text, bindings)
        if not isinstance(result, ox.QueryBoolean):
            raise _other_form("ASK")
        return bool(result)

    def construct(self, text: str, **bindings: "Bindable") -> "Graph":
        """Run a CONSTRUCT or DESCRIBE and return its triples as an rdflib Graph.

        Arguments and errors are those of ``query``.
        """
        result = self._result(text, bindings)
        if not isinstance(result, ox.QueryTriples):
            raise _other_form("CONSTRUCT")
        from rdflib import Graph  # noqa: PLC0415  # only who asks for it waits for rdflib

        lines = cast("bytes", ox.serialize(result, format=ox.RdfFormat.N_TRIPLES))
        return Graph().parse(data=lines, format="nt")

    def graph(self, *, inferred: bool = False) -> "Graph":
        """Return the triples as an rdflib Graph, as the files (or an endpoint) write them.

        Args:
            inferred: add what follows from them by OWL 2 RL and by the rules of ``ontology/rules``.
        """
        from rdflib import Graph  # noqa: PLC0415  # only who asks for it waits for rdflib

        graph = Graph()
        if self.folders:
            for path in self.folders.files:
                graph.parse(path, format="turtle")
        else:
            lines = ox.serialize(self.asserted(), format=ox.RdfFormat.N_TRIPLES)
            graph.parse(data=lines, format="nt")
        if inferred:
            asserted = self.store.triples(inferred=False)
            more = self.store.triples(inferred=True) - asserted
            lines = cast("bytes", ox.serialize(more, format=ox.RdfFormat.N_TRIPLES))
            graph.parse(data=lines, format="nt")
        return graph

    def nquads(self, *, inferred: bool = True) -> bytes:
        """Return the graph as N-Quads, always in the same order: what an endpoint must hold.

        Args:
            inferred: with what follows by OWL 2 RL, in a graph of its own.
        """
        from guidekg.stores.store import nquads  # noqa: PLC0415  # for who exports

        return nquads(self.store, inferred=inferred)

    def validate(  # noqa: PLR0913  # each setting by its name
        self,
        *sources: "Source",
        as_of: "date | str | None" = None,
        facts: "Mapping[str, FactValue] | None" = None,
        engine: "Choice" = "auto",
        overrides: "str | Path | Iterable[Override]" = (),
        lang: "Language" = "en",
        form: "Form | None" = None,
        workers: int = 1,
        scheduler: "str | None" = None,
    ) -> "Report":
        """Validate proposals against the guides that are open.

        The first validation with some settings takes a good part of a second, in which shapes are
        made and the engine reads them; it is kept, and those that follow take milliseconds.

        Args:
            sources: files, folders, patterns, ``-``, bytes, rdflib graphs, JSON-LD objects.
            as_of: the day of the run (a date, a datetime's own day, ``"2022-10-01"``); today if
                not given. A deadline after it has not passed.
            facts: what the guide leaves open, by name.
            engine: ``auto``, ``pyshacl``, or ``shacl`` (the accelerator).
            overrides: decisions of people, or the path of the Turtle file that states them.
            lang: the language in which the report shows itself.
            form: the form of the input (``turtle``, ``jsonld`` …), where its name does not tell.
            workers: processes to judge in. More than one start afresh and import the main module:
                a script then needs ``if __name__ == "__main__"``.
            scheduler: the address of a Dask scheduler, such as ``tcp://host:8786``, whose workers
                judge instead (the extra ``cluster``).

        Returns:
            A judgement for each proposal, and a problem for each input that cannot be read.

        Raises:
            UnknownSettingError: there is no such engine or language.
            FactError, OverrideError, EngineError: what is wrong with the settings.
            ExecutorError: the run broke off, for want of a process to judge in; its ``report``
                is what was judged before.
        """
        check_language(lang)
        run = self.validation(as_of=as_of, facts=facts, engine=engine, overrides=overrides)
        report = run.report(*sources, form=form, workers=workers, scheduler=scheduler)
        report.lang = lang
        return report

    def validate_iter(  # noqa: PLR0913  # as above
        self,
        *sources: "Source",
        as_of: "date | str | None" = None,
        facts: "Mapping[str, FactValue] | None" = None,
        engine: "Choice" = "auto",
        overrides: "str | Path | Iterable[Override]" = (),
        form: "Form | None" = None,
        workers: int = 1,
        scheduler: "str | None" = None,
    ) -> "Iterator[Judgement | Problem]":
        """Yield what ``validate`` returns, as it comes: memory does not grow with the input."""
        run = self.validation(as_of=as_of, facts=facts, engine=engine, overrides=overrides)
        return run.run(*sources, form=form, workers=workers, scheduler=scheduler)

    def validation(
        self,
        *,
        as_of: "date | str | None" = None,
        facts: "Mapping[str, FactValue] | None" = None,
        engine: "Choice" = "auto",
        overrides: "str | Path | Iterable[Override]" = (),
    ) -> "Validation":
        """Return a validation made ready: its header, and ``run`` as often as wanted.

        The settings and their errors are those of ``validate``; the last few validations are kept
        by them. Of an endpoint the facts that shapes need are fetched once; what is validated is
        never sent to it.
        """
        return self._validations.get(as_of, facts or {}, engine).overridden(overrides)

    @cached_property
    def _validations(self) -> "PreparedValidations":
        from guidekg.validation.validator import PreparedValidations  # noqa: PLC0415  # who validates

        return PreparedValidations(self.local)

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


def _other_form(wanted: str) -> QueryError:
    return QueryError(f"这里需要 {wanted} 查询。", f"a query of the form {wanted} is needed here")


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
    from guidekg.stores.remote import RemoteStore  # noqa: PLC0415  # HTTP is for those who connect

    return KnowledgeGraph(RemoteStore(url, token=token, auth=auth, timeout=timeout))


def diff(old: str | Path, new: str | Path, *, kg: KnowledgeGraph | None = None) -> "Comparison":
    """Compare two editions of a guide, provision by provision.

    Args:
        old: a folder that describes one guide, or the name of a guide that is open.
        new: the same, of the edition that is compared with it; or the text of one, which is drafted.
        kg: where guides are open, for those that are named; the shipped one if not given.

    Returns:
        What came, went and changed; false, if nothing did.

    Raises:
        UnknownNameError, AmbiguousNameError: a name means no guide, or several.
        NotAGuideError: a folder describes none, or several.
        DraftError: the text is not that of a guide.
        GuideKGError: as for ``load``, where a folder cannot be opened.
    """
    from guidekg.guides.editions import Edition, compare  # noqa: PLC0415  # for who compares

    def opened(given: str | Path) -> Edition:
        if Path(given).is_file():
            return drafted(Path(given))
        if not Path(given).is_dir():
            named = kg or load()
            return Edition(named.things, named.guides[named.resolve(str(given), "guide")])
        alone = load(given, shipped=False)
        if len(alone.guides) != 1:
            raise NotAGuideError(
                f"{printable(given)} 中有 {len(alone.guides)} 份指南；请给出只有一份指南的文件夹。",
                f"{printable(given)} describes {len(alone.guides)} guides;"
                " name a folder that describes one",
            )
        return Edition(alone.things, next(iter(alone.guides.values())))

    def drafted(text: Path) -> Edition:
        """Return the edition that a text is, with what the old one says in the same words."""
        from guidekg.drafting.drafts import draft, folder_of  # noqa: PLC0415

        with TemporaryDirectory() as made:
            draft(text).write(Path(made) / "draft", earlier=folder_of(old))
            return opened(Path(made) / "draft")

    return compare(opened(old), opened(new))
