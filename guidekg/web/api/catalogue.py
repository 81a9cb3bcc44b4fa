"""What there is: the addresses of the API, and its questions."""

from typing import Any
from urllib.parse import quote, urlencode

from guidekg.i18n import Label, Language
from guidekg.questions import Question, Questions
from guidekg.questions.serialization import described
from guidekg.version import __version__
from guidekg.web.api import OPENAPI, QUESTIONS, VALIDATE

_LINKS = {
    "openapi": (
        OPENAPI,
        Label("接口说明（OpenAPI 3.1）", "the description of this API (OpenAPI 3.1)"),
    ),
    "questions": (QUESTIONS, Label("可以提的问题", "the questions that can be asked")),
    "validate": (VALIDATE, Label("核对申报项目（POST）", "validates proposals (POST)")),
    "sparql": ("/sparql", Label("SPARQL 端点", "the SPARQL endpoint")),
}


def root(lang: Language, root_path: str) -> dict[str, Any]:
    """Return the addresses, below the path at which the server is mounted, and what stands there."""
    return {
        "name": "guidekg",
        "version": __version__,
        "links": {
            name: {"href": root_path + href, "title": title(lang)}
            for name, (href, title) in _LINKS.items()
        },
    }


def listed(questions: Questions, lang: Language, root_path: str) -> dict[str, Any]:
    """Return every question by topic, with its address and a request that gives rows."""
    every = sorted(questions.values(), key=lambda item: (item.header.topic, item.name))
    return {
        "lang": lang,
        "questions": [
            {
                **described(item, lang),
                "href": root_path + address(item),
                "example": root_path + example(item),
            }
            for item in every
        ],
    }


def address(question: Question) -> str:
    """Return where a question is answered."""
    return f"{QUESTIONS}/{quote(question.name)}"


def example(question: Question) -> str:
    """Return a request of a question, with the examples of its parameters."""
    given = {item.name: item.example for item in question.header.parameters}
    return address(question) + (f"?{urlencode(given)}" if given else "")
