"""The SPARQL 1.1 Protocol, query operation, sentence by sentence; then HTTP's own MUSTs.

A comment gives the sentence that the tests below it hold the server to.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as ET

import pytest
from rdflib import Graph, Literal, Namespace, URIRef

from guidekg.rdf.namespaces import ASSERTED, INFERRED, NS, PREFIXES
from tests.web.server import JSON

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.web.server import Reply, Server

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
XML = "application/sparql-results+xml"
CALLS = "SELECT ?call WHERE { ?call a gk:PartnerCall } ORDER BY ?call"
ASK = "ASK { ?call a gk:PartnerCall }"
CONSTRUCT = "CONSTRUCT WHERE { ?call a gk:PartnerCall }"
DESCRIBE = "DESCRIBE scheme:zj-sti-2022-finland"
FINLAND = PREFIXES["scheme"] + "zj-sti-2022-finland"
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
NAMED = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
VOID = Namespace("http://rdfs.org/ns/void#")


def calls(reply: Reply) -> list[str]:
    assert reply.status == 200, reply.text
    return [row["call"]["value"] for row in json.loads(reply.body)["results"]["bindings"]]


def count(reply: Reply) -> int:
    assert reply.status == 200, reply.text
    return int(json.loads(reply.body)["results"]["bindings"][0]["n"]["value"])


def problem(reply: Reply, status: int, name: str) -> dict[str, object]:
    assert reply.status == status, reply.text
    assert reply.kind == "application/problem+json"
    document = json.loads(reply.body)
    assert document["status"] == status
    assert document["type"].endswith(f"/problem/{name}")
    assert "Traceback" not in reply.text
    return dict(document)


def post(
    server: Server, body: str | bytes, kind: str | None, target: str = "/sparql", **headers: str
) -> Reply:
    data = body.encode() if isinstance(body, str) else body
    named = {"Content-Type": kind} if kind else {}
    return server.send("POST", target, body=data, headers={**named, **headers})


# "The query operation MUST be invoked with either the HTTP GET or HTTP POST method."


def test_the_query_operation_is_invoked_with_get(server: Server) -> None:
    assert FINLAND in calls(server.ask(CALLS))


def test_the_query_operation_is_invoked_with_post(server: Server) -> None:
    assert FINLAND in calls(post(server, CALLS, DIRECT))


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
def test_the_query_operation_is_not_invoked_with_another_method(
    server: Server, method: str
) -> None:
    reply = server.send(method, params={"query": CALLS})
    problem(reply, 405, "method-not-allowed")
    # RFC 9110: "The origin server MUST generate an Allow header field in a 405 response".
    assert {"GET", "HEAD", "POST"} <= {name.strip() for name in reply.headers["allow"].split(",")}


# "Client requests for this operation must include exactly one SPARQL query string
#  (parameter name: query)"


def test_a_request_includes_exactly_one_query_two_by_get_are_refused(server: Server) -> None:
    problem(server.send(params=[("query", ASK), ("query", ASK)]), 400, "malformed-request")


def test_a_request_includes_exactly_one_query_two_in_a_form_are_refused(server: Server) -> None:
    body = urlencode([("query", ASK), ("query", CALLS)])
    problem(post(server, body, FORM), 400, "malformed-request")


def test_a_request_includes_exactly_one_query_in_the_body_or_the_address(server: Server) -> None:
    reply = post(server, ASK, DIRECT, "/sparql?" + urlencode({"query": ASK}))
    problem(reply, 400, "malformed-request")


def test_a_request_includes_a_query_a_form_without_one_is_refused(server: Server) -> None:
    said = problem(post(server, urlencode({"format": "json"}), FORM), 400, "malformed-request")
    assert "query" in str(said["detail"])


def test_a_request_includes_a_query_an_empty_one_is_none(server: Server) -> None:
    problem(server.send(target="/sparql?query="), 400, "malformed-query")
    problem(post(server, "", DIRECT), 400, "malformed-query")


# "… and may include zero or more default graph URIs (parameter name: default-graph-uri) and zero
#  or more named graph URIs (parameter name: named-graph-uri)."


def test_a_request_may_include_one_default_graph(server: Server, sizes: Mapping[str, int]) -> None:
    assert count(server.ask(COUNT, **{"default-graph-uri": ASSERTED})) == sizes[ASSERTED]


def test_a_request_may_include_several_default_graphs(
    server: Server, sizes: Mapping[str, int]
) -> None:
    graphs = [("default-graph-uri", ASSERTED), ("default-graph-uri", INFERRED)]
    assert count(server.send(params=[("query", COUNT), *graphs])) == sum(sizes.values())


def test_a_request_may_include_one_named_graph(server: Server, sizes: Mapping[str, int]) -> None:
    assert count(server.ask(NAMED, **{"named-graph-uri": INFERRED})) == sizes[INFERRED]


def test_a_request_may_include_several_named_graphs(
    server: Server, sizes: Mapping[str, int]
) -> None:
    graphs = [("named-graph-uri", ASSERTED), ("named-graph-uri", INFERRED)]
    assert count(server.send(params=[("query", NAMED), *graphs])) == sum(sizes.values())


def test_a_request_may_include_both_kinds_of_graph(
    server: Server, sizes: Mapping[str, int]
) -> None:
    graphs = {"default-graph-uri": ASSERTED, "named-graph-uri": INFERRED}
    assert count(server.ask(COUNT, **graphs)) == sizes[ASSERTED]
    assert count(server.ask(NAMED, **graphs)) == sizes[INFERRED]


def test_a_request_that_names_no_named_graph_has_none(server: Server) -> None:
    assert count(server.ask(NAMED, **{"default-graph-uri": ASSERTED})) == 0


def test_a_request_that_names_no_default_graph_has_an_empty_one(server: Server) -> None:
    assert count(server.ask(COUNT, **{"named-graph-uri": ASSERTED})) == 0


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
@pytest.mark.parametrize("iri", ["http://example.org/g", "file:///etc/passwd", "", "no iri"])
def test_a_service_may_reject_a_dataset_with_400_and_says_which_graphs_there_are(
    server: Server, name: str, iri: str
) -> None:
    said = problem(server.ask(COUNT, **{name: iri}), 400, "unknown-graph")
    assert said["offered"] == [ASSERTED, INFERRED]


# "When using the GET method, clients must URL percent encode all parameters and include them as
#  query parameter strings with the names given above."


@pytest.mark.parametrize("text", ["芬兰", "a b+c&d=e%f", 'quote " and \\ and #', "😀"])
def test_parameters_of_get_are_percent_encoded(server: Server, text: str) -> None:
    literal = text.replace("\\", "\\\\").replace('"', '\\"')
    reply = server.ask(f'SELECT ("{literal}" AS ?call) WHERE {{}}')
    assert calls(reply) == [text]


def test_parameters_of_get_a_plus_is_a_space(server: Server) -> None:
    reply = server.send(target="/sparql?query=ASK+%7B+%3Fs+a+gk:PartnerCall+%7D")
    assert json.loads(reply.body)["boolean"] is True


@pytest.mark.parametrize("broken", ["%", "%4", "%zz", "ASK%20%7B%7D%"])
def test_parameters_of_get_with_a_broken_escape_are_refused(server: Server, broken: str) -> None:
    problem(server.send(target=f"/sparql?query={broken}"), 400, "malformed-request")


@pytest.mark.parametrize("broken", ["%ff", "%C3%28", "%ED%A0%80", "ASK%20%7B%7D%80"])
def test_parameters_of_get_that_are_not_utf_8_are_refused(server: Server, broken: str) -> None:
    problem(server.send(target=f"/sparql?query={broken}"), 400, "malformed-request")


# "HTTP query string parameters must be separated with the ampersand (&) character. Clients may
#  include the query string parameters in any order."


def test_parameters_of_get_may_come_in_any_order(server: Server, sizes: Mapping[str, int]) -> None:
    pairs = [("default-graph-uri", INFERRED), ("format", "json"), ("query", COUNT)]
    assert count(server.send(params=pairs)) == sizes[INFERRED]


def test_parameters_of_get_are_not_separated_by_a_semicolon(server: Server) -> None:
    target = f"/sparql?query={quote(ASK)};default-graph-uri=urn:x"
    problem(server.send(target=target), 400, "malformed-query")


def test_parameters_that_are_not_of_the_protocol_are_passed_over(server: Server) -> None:
    assert FINLAND in calls(server.ask(CALLS, timeout="9", output="json"))


# "… clients must URL percent encode all parameters and include them as parameters within the
#  request body via the application/x-www-form-urlencoded media type with the name given above."


def test_parameters_of_a_form_are_in_the_body(server: Server) -> None:
    assert FINLAND in calls(post(server, urlencode({"query": CALLS}), FORM))


def test_parameters_of_a_form_are_utf_8(server: Server) -> None:
    body = urlencode({"query": 'SELECT ("芬兰" AS ?call) {}'})
    assert calls(post(server, body, f"{FORM}; charset=UTF-8")) == ["芬兰"]


@pytest.mark.parametrize("body", ["query=%zz", "query=%ff", b"query=\xff", b"\xff=1&query=ASK{}"])
def test_parameters_of_a_form_that_are_not_encoded_are_refused(
    server: Server, body: str | bytes
) -> None:
    problem(post(server, body, FORM), 400, "malformed-request")


def test_parameters_of_a_form_may_come_in_any_order(
    server: Server, sizes: Mapping[str, int]
) -> None:
    body = urlencode([("named-graph-uri", ASSERTED), ("query", NAMED)])
    assert count(post(server, body, FORM)) == sizes[ASSERTED]


def test_a_form_may_name_default_graphs(server: Server, sizes: Mapping[str, int]) -> None:
    body = urlencode([("query", COUNT), ("default-graph-uri", INFERRED)])
    assert count(post(server, body, FORM)) == sizes[INFERRED]


# "The content type header of the HTTP request must be set to application/x-www-form-urlencoded."


@pytest.mark.parametrize(
    "kind", [None, "text/plain", "multipart/form-data; boundary=x", "application/json", "nonsense"]
)
def test_the_content_type_of_a_form_must_be_set(server: Server, kind: str | None) -> None:
    reply = post(server, urlencode({"query": ASK}), kind)
    said = problem(reply, 415, "unsupported-media-type")
    assert FORM in str(said["detail"])
    assert DIRECT in reply.headers["accept-post"]


# "… clients must include the SPARQL query string, unencoded, and nothing else as the message body
#  of the request. Clients must set the content type header … to application/sparql-query."


def test_a_query_sent_directly_is_the_body(server: Server) -> None:
    assert calls(post(server, 'SELECT ("芬兰" AS ?call) {}', DIRECT)) == ["芬兰"]


def test_a_query_sent_directly_is_not_decoded(server: Server) -> None:
    assert calls(post(server, 'SELECT ("%41+" AS ?call) {}', DIRECT)) == ["%41+"]


def test_a_query_sent_directly_is_not_encoded(server: Server) -> None:
    problem(post(server, quote(ASK), DIRECT), 400, "malformed-query")


def test_a_query_sent_directly_has_its_content_type(server: Server) -> None:
    problem(post(server, ASK, None), 415, "unsupported-media-type")
    problem(post(server, ASK, "application/sparql-update"), 415, "unsupported-media-type")


def test_a_content_type_is_read_without_regard_to_case(server: Server) -> None:
    assert FINLAND in calls(post(server, CALLS, "Application/SPARQL-Query; Charset=utf-8"))


# "Clients may include the optional default-graph-uri and named-graph-uri parameters as HTTP query
#  string parameters in the request URI."


def test_a_query_sent_directly_may_name_graphs_in_the_address(
    server: Server, sizes: Mapping[str, int]
) -> None:
    target = "/sparql?" + urlencode({"default-graph-uri": INFERRED})
    assert count(post(server, COUNT, DIRECT, target)) == sizes[INFERRED]
    target = "/sparql?" + urlencode({"named-graph-uri": ASSERTED})
    assert count(post(server, NAMED, DIRECT, target)) == sizes[ASSERTED]


# "Note that UTF-8 is the only valid charset here."


def test_utf_8_is_the_only_valid_charset(server: Server) -> None:
    problem(post(server, ASK, f"{DIRECT}; charset=latin-1"), 415, "unsupported-media-type")
    problem(post(server, b'ASK { ?s ?p "\xe9" }', DIRECT), 400, "malformed-request")
    problem(post(server, ASK.encode("utf-16"), DIRECT), 400, "malformed-request")


def test_a_compressed_request_is_refused(server: Server) -> None:
    reply = post(server, gzip.compress(ASK.encode()), DIRECT, **{"Content-Encoding": "gzip"})
    problem(reply, 415, "unsupported-media-type")


# "The RDF Dataset for a query may be specified either via the … parameters … or in the SPARQL
#  query string using the FROM and FROM NAMED keywords."


def test_the_dataset_may_be_specified_with_from(server: Server, sizes: Mapping[str, int]) -> None:
    query = COUNT.replace("WHERE", f"FROM <{ASSERTED}> WHERE")
    assert count(server.ask(query)) == sizes[ASSERTED]
    query = COUNT.replace("WHERE", f"FROM <{ASSERTED}> FROM <{INFERRED}> WHERE")
    assert count(server.ask(query)) == sum(sizes.values())


def test_the_dataset_may_be_specified_with_from_named(
    server: Server, sizes: Mapping[str, int]
) -> None:
    query = NAMED.replace("WHERE", f"FROM NAMED <{INFERRED}> WHERE")
    assert count(server.ask(query)) == sizes[INFERRED]


@pytest.mark.parametrize("clause", ["FROM <urn:x>", "FROM NAMED <http://example.org/x>"])
def test_the_dataset_of_a_query_holds_only_our_graphs(server: Server, clause: str) -> None:
    said = problem(server.ask(f"SELECT * {clause} WHERE {{ ?s ?p ?o }}"), 400, "refused-query")
    assert ASSERTED in str(said["detail"])


# "If different RDF Datasets are specified in both the protocol request and the SPARQL query
#  string, then the SPARQL service must execute the query using the RDF Dataset given in the
#  protocol request."


def test_the_dataset_of_the_protocol_goes_before_from(
    server: Server, sizes: Mapping[str, int]
) -> None:
    query = COUNT.replace("WHERE", f"FROM <{ASSERTED}> WHERE")
    assert count(server.ask(query, **{"default-graph-uri": INFERRED})) == sizes[INFERRED]


def test_the_dataset_of_the_protocol_goes_before_from_named(
    server: Server, sizes: Mapping[str, int]
) -> None:
    query = NAMED.replace("WHERE", f"FROM NAMED <{ASSERTED}> WHERE")
    assert count(server.ask(query, **{"named-graph-uri": INFERRED})) == sizes[INFERRED]


# "If an RDF Dataset is not specified …, then implementations may execute the query against an
#  implementation-defined default RDF dataset."


def test_without_a_dataset_the_default_graph_is_the_union(
    server: Server, sizes: Mapping[str, int]
) -> None:
    assert count(server.ask(COUNT)) == sum(sizes.values())
    assert count(server.ask(NAMED)) == sum(sizes.values())


# "Protocol clients should use HTTP content negotiation to request response formats that the
#  client can consume."  "The content type of the response to a successful query operation must be
#  the media type defined for the format of the response body."


@pytest.mark.parametrize("accept", [None, "", "*/*", "application/*", JSON])
def test_the_content_type_is_that_of_json(server: Server, accept: str | None) -> None:
    reply = server.ask(CALLS, accept)
    assert (reply.status, reply.headers["content-type"]) == (200, JSON)
    document = json.loads(reply.body)
    assert document["head"]["vars"] == ["call"]
    assert document["results"]["bindings"][0]["call"]["type"] == "uri"


def test_the_content_type_is_that_of_xml(server: Server) -> None:
    reply = server.ask(CALLS, XML)
    assert reply.headers["content-type"] == XML
    root = ET.fromstring(reply.body)  # noqa: S314  # our own server's answer
    assert root.tag == "{http://www.w3.org/2005/sparql-results#}sparql"
    assert FINLAND in [item.text for item in root.iter(f"{root.tag[:-6]}uri")]


def test_the_content_type_is_that_of_csv(server: Server) -> None:
    reply = server.ask(CALLS, "text/csv")
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    assert [FINLAND] in list(csv.reader(io.StringIO(reply.text)))
    assert reply.body.startswith(b"call\r\n")


def test_the_content_type_is_that_of_tsv(server: Server) -> None:
    reply = server.ask(CALLS, "text/tab-separated-values")
    assert reply.headers["content-type"] == "text/tab-separated-values; charset=utf-8"
    assert reply.text.splitlines()[0] == "?call"
    assert f"<{FINLAND}>" in reply.text.splitlines()


@pytest.mark.parametrize("accept", [JSON, XML, "text/csv", "text/tab-separated-values"])
def test_ask_is_answered_in_every_form_of_results(server: Server, accept: str) -> None:
    reply = server.ask(ASK, accept)
    assert reply.kind == accept
    assert "true" in reply.text
    assert "false" in server.ask("ASK { <urn:no> ?p ?o }", accept).text


@pytest.mark.parametrize("query", [CONSTRUCT, DESCRIBE])
@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("text/turtle", "turtle"),
        ("application/n-triples", "nt"),
        ("application/ld+json", "json-ld"),
        ("application/rdf+xml", "xml"),
    ],
)
def test_a_graph_is_answered_in_every_form_of_graphs(
    server: Server, query: str, accept: str, form: str
) -> None:
    reply = server.ask(query, accept)
    assert reply.kind == accept
    graph = Graph().parse(data=reply.body, format=form)
    assert URIRef(FINLAND) in set(graph.subjects())


def test_a_graph_comes_as_turtle_unasked(server: Server) -> None:
    assert server.ask(CONSTRUCT).kind == "text/turtle"
    assert server.ask(DESCRIBE, "*/*").kind == "text/turtle"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (f"{JSON};q=0.4, {XML};q=0.6", XML),
        (f"text/csv;q=0.9, {XML};q=1.0, {JSON};q=0.1", XML),
        (f"{XML};q=0, */*;q=0.1", JSON),
        (f"*/*;q=0.1, {XML};q=0.2", XML),
        (f"application/*;q=0.1, text/*;q=0.5, {JSON};q=0.2", "text/csv"),
        ("text/csv;q=0.50, text/tab-separated-values;q=0.51", "text/tab-separated-values"),
        ("text/html, application/xhtml+xml, */*;q=0.8", JSON),
        (f"nonsense, ;;;, text/csv;q=abc, {XML}", XML),
        ("application/json", "application/json"),
        (f"{JSON};charset=utf-8;q=0.2, {XML};q=0.3", XML),
    ],
)
def test_content_negotiation_weighs_what_the_client_prefers(
    server: Server, accept: str, kind: str
) -> None:
    assert server.ask(CALLS, accept).kind == kind


@pytest.mark.parametrize(
    ("query", "accept", "offered"),
    [
        (CALLS, "text/turtle", JSON),
        (CALLS, "image/png", JSON),
        (CONSTRUCT, "text/csv", "text/turtle"),
        (CALLS, "*/*;q=0", JSON),
    ],
)
def test_what_cannot_be_had_is_406_with_what_can(
    server: Server, query: str, accept: str, offered: str
) -> None:
    reply = server.ask(query, accept)
    assert offered in problem(reply, 406, "not-acceptable")["offered"]  # type: ignore[operator]


@pytest.mark.parametrize(
    ("query", "name", "kind"),
    [
        (CALLS, "json", JSON),
        (CALLS, "xml", XML),
        (CALLS, "csv", "text/csv"),
        (CALLS, "tsv", "text/tab-separated-values"),
        (CALLS, "text/csv", "text/csv"),
        (CONSTRUCT, "turtle", "text/turtle"),
        (CONSTRUCT, "nt", "application/n-triples"),
        (CONSTRUCT, "jsonld", "application/ld+json"),
        (CONSTRUCT, "rdfxml", "application/rdf+xml"),
    ],
)
def test_a_person_may_name_the_form(server: Server, query: str, name: str, kind: str) -> None:
    assert server.ask(query, "image/png", format=name).kind == kind


def test_a_form_that_does_not_exist_is_refused_with_the_list(server: Server) -> None:
    said = problem(server.ask(CALLS, format="docx"), 400, "malformed-request")
    assert "tsv" in said["offered"]  # type: ignore[operator]
    problem(server.ask(CALLS, format="turtle"), 406, "not-acceptable")


def test_every_answer_says_that_it_depends_on_accept(server: Server) -> None:
    replies = [server.ask(CALLS), server.ask("nonsense"), server.send(), server.ask(CALLS, "x/y")]
    assert all("Accept" in reply.headers["vary"].split(", ") for reply in replies)


# "400 if the SPARQL query supplied in the request is not a legal sequence of characters in the
#  language defined by the SPARQL grammar"


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [
        ("SELECT * WHERE { ?s ?p", 1, 23),
        ("SELECT * WHERE { ?s ?p ?o }\n nonsense", 2, 2),
        ("nonsense", 1, 1),
        ("SELECT * WHERE { ?s ?p ?o . . }", 1, None),
    ],
)
def test_what_is_no_sparql_is_400_with_the_place(
    server: Server, query: str, line: int, column: int | None
) -> None:
    said = problem(server.ask(query), 400, "malformed-query")
    assert said["line"] == line
    assert column is None or said["column"] in range(column, column + 9)
    assert "expected" in str(said["detail"])
    problem(post(server, query, DIRECT), 400, "malformed-query")


def test_an_unknown_prefix_is_named_with_the_nearest(server: Server) -> None:
    said = problem(server.ask("ASK { ?s a gkk:Track }"), 400, "malformed-query")
    assert (said["line"], said["column"], said["nearest"]) == (1, 12, ["gk:"])
    assert "gkk:" in str(said["detail"])


@pytest.mark.parametrize(
    ("query", "header"),
    [
        ("SELECT * { ?c a gk:PartnerCall }", None),
        (
            "SELECT * { ?c a gk:Partnercall }",
            '"gk:Partnercall";nearest="gk:PartnerCall gk:partner"',
        ),
        ("ASK { ?c gk:maximumAmount 1 }", '"gk:maximumAmount";nearest="gk:maximum";replaced'),
        ("ASK { ?c a place:无此 }", '"place:%E6%97%A0%E6%AD%A4"'),
    ],
)
def test_a_header_names_what_a_query_asks_for_in_vain(
    server: Server, query: str, header: str | None
) -> None:
    reply = server.ask(query)
    assert reply.status == 200
    assert reply.headers.get("guidekg-unknown-terms") == header


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { OPTIONAL { ?s rdfs:a\\' ?o } SERVICE <http://127.0.0.1:9/> { ?s ?p 'x' } }",
        "SELECT * { ?s ?p ?o.SERVICE<http://127.0.0.1:9/>{ ?a ?b ?c } }",
        "LOAD <http://127.0.0.1:9/>",
        "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
        "DELETE WHERE { ?s ?p ?o }",
        "CLEAR ALL",
    ],
)
def test_a_service_may_refuse_to_execute_a_query(server: Server, query: str) -> None:
    problem(server.ask(query), 400, "refused-query")


@pytest.mark.parametrize("kind", ["address", "form"])
@pytest.mark.parametrize("name", ["update", "using-graph-uri", "using-named-graph-uri"])
def test_an_update_is_refused(server: Server, kind: str, name: str) -> None:
    pairs = urlencode({name: "DROP ALL", "query": ASK})
    reply = (
        server.send(target=f"/sparql?{pairs}") if kind == "address" else post(server, pairs, FORM)
    )
    said = problem(reply, 400, "malformed-request")
    assert name in str(said["detail"])


# "Implementations may use HTTP content negotiation to provide human-readable or machine-processable
#  (or both) information about the failed query request."


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (None, "application/problem+json"),
        ("application/json", "application/json"),
        (XML, "application/problem+json"),
        ("text/plain", "text/plain"),
        ("text/html,*/*;q=0.5", "text/html"),
    ],
)
@pytest.mark.parametrize(
    ("lang", "words"), [("en-GB", "malformed"), ("zh-CN,en;q=0.5", "语法错误")]
)
def test_a_failure_is_told_to_machines_and_people(
    server: Server, accept: str | None, kind: str, lang: str, words: str
) -> None:
    headers = {"Accept-Language": lang} | ({"Accept": accept} if accept else {})
    reply = server.send(params={"query": "SELECT ?"}, headers=headers)
    assert (reply.status, reply.kind) == (400, kind)
    assert words in reply.text
    assert reply.headers["content-language"] == lang[:2]


def test_a_failure_that_is_told_in_a_page_is_escaped(server: Server) -> None:
    reply = server.ask(CALLS, "text/html", format="<script>")
    assert (reply.status, reply.kind) == (400, "text/html")
    assert "&lt;script&gt;" in reply.text
    assert "<script>" not in reply.text


# Service Description: "SPARQL services … should return a service description document at the
#  service endpoint when dereferenced using the HTTP GET operation without any query parameter
#  strings provided. This service description must be made available in an RDF serialization …
#  and should use content negotiation if available in other RDF representations."


@pytest.mark.parametrize(
    ("accept", "kind", "form"),
    [
        (None, "text/turtle", "turtle"),
        ("text/turtle", "text/turtle", "turtle"),
        ("application/n-triples", "application/n-triples", "nt"),
        ("application/ld+json", "application/ld+json", "json-ld"),
        ("application/rdf+xml", "application/rdf+xml", "xml"),
    ],
)
def test_the_service_description_is_available_in_rdf(
    server: Server, accept: str | None, kind: str, form: str, sizes: Mapping[str, int]
) -> None:
    reply = server.send(headers={"Accept": accept} if accept else {})
    assert (reply.status, reply.kind) == (200, kind)
    graph = Graph().parse(data=reply.body, format=form)
    service = URIRef(server.endpoint)
    assert (service, SD.endpoint, service) in graph
    assert (service, SD.supportedLanguage, SD.SPARQL11Query) in graph
    dataset = graph.value(service, SD.defaultDataset)
    default = graph.value(dataset, SD.defaultGraph)
    assert graph.value(default, VOID.triples) == Literal(sum(sizes.values()))
    named = {
        str(graph.value(item, SD.name)): graph.value(graph.value(item, SD.graph), VOID.triples)
        for item in graph.objects(dataset, SD.namedGraph)
    }
    assert named == {iri: Literal(size) for iri, size in sizes.items()}


def test_the_service_description_uses_terms_that_exist(server: Server) -> None:
    graph = Graph().parse(data=server.send().body, format="turtle")
    known = {"Service", "endpoint", "supportedLanguage", "SPARQL11Query", "feature", "Dataset"}
    known |= {"UnionDefaultGraph", "resultFormat", "defaultDataset", "defaultGraph", "Graph"}
    known |= {"namedGraph", "NamedGraph", "name", "graph"}
    used = {str(term) for triple in graph for term in triple if str(term).startswith(str(SD))}
    assert {term.removeprefix(str(SD)) for term in used} == known


def test_the_service_description_has_no_other_form(server: Server) -> None:
    problem(server.send(headers={"Accept": "text/csv"}), 406, "not-acceptable")


# HTTP, RFC 9110: "The server SHOULD send the same header fields in response to a HEAD request as
#  it would have sent if the request method had been GET"; "MUST NOT send content in the response".


@pytest.mark.parametrize("params", [{"query": CALLS}, {"query": CONSTRUCT}, {}])
def test_head_is_get_without_content(server: Server, params: dict[str, str]) -> None:
    got, head = server.send(params=params), server.send("HEAD", params=params)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-type"] == got.headers["content-type"]
    assert head.headers["content-length"] == str(len(got.body))


def test_each_description_of_the_endpoint_is_the_same(server: Server) -> None:
    assert len({server.send().body for _ in range(50)}) == 1


def test_head_of_a_long_result_does_not_wait_for_it(server: Server) -> None:
    head = server.send("HEAD", params={"query": "SELECT * { ?a ?b ?c . ?d ?e ?f }"})
    assert (head.status, head.body) == (200, b"")


@pytest.mark.parametrize("query", ["nonsense", "SELECT * FROM <urn:x> {}"])
def test_head_of_what_fails_fails_without_content(server: Server, query: str) -> None:
    head = server.send("HEAD", params={"query": query})
    assert (head.status, head.body) == (400, b"")


# HTTP: "The server generating a 304 response MUST generate any of the following header fields
#  that would have been sent in a 200 (OK) response to the same request: Content-Location, Date,
#  ETag, and Vary; Cache-Control and Expires".


@pytest.mark.parametrize("params", [{"query": CALLS}, {"query": CONSTRUCT}, {"query": ASK}, {}])
def test_what_the_client_holds_is_not_sent_again(server: Server, params: dict[str, str]) -> None:
    first = server.send(params=params)
    headers = {"If-None-Match": f'"other", {first.headers["etag"]}'}
    again = server.send(params=params, headers=headers)
    assert (again.status, again.body) == (304, b"")
    for name in ("date", "etag", "vary", "cache-control"):
        assert again.headers[name] == first.headers[name] or name == "date"


def test_the_tag_is_of_the_query_the_form_and_the_graphs(server: Server) -> None:
    tags = {
        server.ask(CALLS).headers["etag"],
        server.ask(CALLS, XML).headers["etag"],
        server.ask(CALLS + " LIMIT 1").headers["etag"],
        server.ask(CALLS, **{"default-graph-uri": ASSERTED}).headers["etag"],
    }
    assert len(tags) == 4
    assert server.ask(CALLS).headers["etag"] in tags


def test_the_tag_is_the_same_in_another_worker(server: Server) -> None:
    assert len({server.ask(CALLS).headers["etag"] for _ in range(20)}) == 1


@pytest.mark.parametrize("call", ["NOW()", "RAND()", "UUID()", "STRUUID ()", "bnode()"])
def test_what_changes_each_time_has_no_tag(server: Server, call: str) -> None:
    assert "etag" not in server.ask(f"SELECT ({call} AS ?x) {{}}").headers


def test_two_workers_do_not_give_the_same_uuid(server: Server) -> None:
    query = "SELECT (STRUUID() AS ?call) (RAND() AS ?r) {}"
    replies = [json.loads(server.ask(query).body)["results"]["bindings"][0] for _ in range(40)]
    assert len({row["call"]["value"] for row in replies}) == 40
    assert len({row["r"]["value"] for row in replies}) == 40


def test_another_tag_gets_the_result(server: Server) -> None:
    reply = server.send(params={"query": CALLS}, headers={"If-None-Match": '"other"'})
    assert FINLAND in calls(reply)


# HTTP: content codings.


def test_a_result_is_compressed_for_who_takes_it(server: Server) -> None:
    query = {"query": "SELECT * { ?s rdfs:label ?o } ORDER BY ?s ?o LIMIT 100"}
    plain = server.send(params=query)
    packed = server.send(params=query, headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["vary"]
    assert len(packed.body) < len(plain.body) / 4
    assert gzip.decompress(packed.body) == plain.body


def test_a_long_result_is_compressed_as_it_streams(server: Server) -> None:
    query = {"query": "SELECT * { ?s ?p ?o }", "format": "csv"}
    plain = server.send(params=query)
    packed = server.send(params=query, headers={"Accept-Encoding": "gzip"})
    assert plain.headers["transfer-encoding"] == "chunked"
    assert len(plain.body) > 1_000_000
    assert len(gzip.decompress(packed.body)) == len(plain.body)


@pytest.mark.parametrize("accept", ["identity", "gzip;q=0", "br", ""])
def test_a_result_is_not_compressed_for_who_does_not_take_it(server: Server, accept: str) -> None:
    reply = server.send(
        params={"query": "SELECT * { ?s ?p ?o } LIMIT 100"}, headers={"Accept-Encoding": accept}
    )
    assert "content-encoding" not in reply.headers


@pytest.mark.parametrize("size", [1024, 1025])
def test_what_is_small_is_not_compressed(server: Server, size: int) -> None:
    head = "x\r\n\r\n"  # a heading, and the end of the one row
    query = {"query": f'SELECT ?x {{ VALUES ?x {{ "{"a" * (size - len(head))}" }} }}'}
    plain = server.send(params={**query, "format": "csv"})
    assert len(plain.body) == size
    reply = server.send(params={**query, "format": "csv"}, headers={"Accept-Encoding": "gzip"})
    assert ("content-encoding" in reply.headers) == (size > 1024)


# CORS (the Fetch standard).


def test_a_page_of_another_origin_may_ask(server: Server) -> None:
    headers = {"Origin": "https://example.org"}
    for params in ({"query": CALLS}, {"query": "nonsense"}, {}):
        reply = server.send(params=params, headers=headers)
        assert reply.headers["access-control-allow-origin"] == "*"


def test_a_preflight_is_answered(server: Server) -> None:
    headers = {
        "Origin": "https://example.org",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type, authorization",
    }
    reply = server.send("OPTIONS", headers=headers)
    assert reply.status == 200
    assert reply.headers["access-control-allow-origin"] == "*"
    assert "POST" in reply.headers["access-control-allow-methods"]
    allowed = reply.headers["access-control-allow-headers"].lower()
    assert "content-type" in allowed
    assert "authorization" in allowed


def test_options_says_what_is_allowed(server: Server) -> None:
    assert "POST" in server.send("OPTIONS").headers["allow"]


# What is too large, and what is not there.


def test_a_long_address_is_414(server: Server) -> None:
    problem(server.ask(f"ASK {{}} #{'x' * 40_000}"), 414, "uri-too-long")


def test_a_long_query_is_sent_by_post(server: Server) -> None:
    assert post(server, f"ASK {{}} #{'x' * 40_000}", DIRECT).status == 200


def test_a_query_that_is_too_long_is_413(server: Server) -> None:
    problem(post(server, f"ASK {{}} #{'x' * 300_000}", DIRECT), 413, "content-too-large")


def test_a_body_that_is_too_large_is_413(server: Server) -> None:
    problem(post(server, b"x" * 2_000_000, DIRECT), 413, "content-too-large")


@pytest.mark.parametrize("path", ["/nothing", "/sparql/", "/sparql/x", "/%2e%2e/etc/passwd"])
def test_what_is_not_there_is_404_and_says_where_the_endpoint_is(server: Server, path: str) -> None:
    said = problem(server.send(target=path), 404, "not-found")
    assert "/sparql" in str(said["detail"])


# Our own promises about queries.


def test_our_prefixes_are_known(server: Server) -> None:
    query = "SELECT ?call { ?call gk:partOf scheme:zj-sti-2022-bilateral ; skos:prefLabel ?l }"
    assert server.ask(query).status == 200
    own = f"PREFIX gk: <urn:other#> SELECT ?call {{ ?call a gk:PartnerCall ; a <{NS}PartnerCall> }}"
    assert calls(server.ask(own)) == []


def test_a_literal_keeps_its_language_and_datatype(server: Server) -> None:
    query = 'SELECT ("芬兰"@zh AS ?a) (1.50 AS ?b) {}'
    row = json.loads(server.ask(query).body)["results"]["bindings"][0]
    assert row["a"] == {"type": "literal", "value": "芬兰", "xml:lang": "zh"}
    assert row["b"]["datatype"] == PREFIXES["xsd"] + "decimal"


@pytest.fixture(scope="module")
def sizes(server: Server) -> dict[str, int]:
    """How many triples each graph has, counted in its own way."""
    query = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
    rows = json.loads(server.ask(query).body)["results"]["bindings"]
    found = {row["g"]["value"]: int(row["n"]["value"]) for row in rows}
    assert set(found) == {ASSERTED, INFERRED}
    assert min(found.values()) > 1000
    return found


# A browser that comes without a query is led to the editor; programs get the description.

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "target", "status"),
    [
        (BROWSER, "/sparql", 303),
        (BROWSER, "/sparql?format=turtle", 200),
        ("*/*", "/sparql", 200),
        ("text/turtle", "/sparql", 200),
        ("text/html;q=0.1, text/turtle", "/sparql", 200),
    ],
)
def test_a_browser_is_led_to_the_editor(
    server: Server, accept: str, target: str, status: int
) -> None:
    reply = server.send(headers={"Accept": accept}, target=target)
    assert reply.status == status
    if status == 303:
        assert reply.headers["location"] == "sparql-editor"
        assert server.send(target="/sparql-editor").status in (200, 302, 303, 307)
