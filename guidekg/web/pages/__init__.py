"""The pages: what the server shows a person.

To add a page: a module with ``routes(kg) -> list[BaseRoute]`` made by ``layout.localized``, its
template in ``templates/``, its name in ``_PAGES``, its words and its place in the navigation in
``words.toml``.
"""

from starlette.routing import BaseRoute

from guidekg.graph import KnowledgeGraph
from guidekg.web.pages import (
    calls,
    diff,
    guide,
    home,
    layout,
    map_page,
    questions,
    sparql_editor,
    things,
    timeline,
    validate,
    vocabulary,
)
from guidekg.web.pages.questions import FormFields

_PAGES = (home, guide, diff, vocabulary, sparql_editor, map_page, timeline)


def routes(kg: KnowledgeGraph, judge: validate.Judge) -> list[BaseRoute]:
    """Return the routes of all pages; what these need of the guides is read here, once."""
    fields = FormFields(kg)
    return [
        *things.routes(kg),
        *calls.routes(kg, fields),
        *questions.routes(kg, fields),
        *(route for module in _PAGES for route in module.routes(kg)),
        *validate.routes(kg, judge),
        *layout.elsewhere(),
    ]
