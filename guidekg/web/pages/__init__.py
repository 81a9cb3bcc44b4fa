"""The pages: what the server shows a person.

To add a page: a module with ``routes(kg) -> list[BaseRoute]`` made by ``layout.localized``, its
template in ``templates/``, its name in ``_PAGES``, its words and its place in the navigation in
``words.toml``.
"""

from collections.abc import Collection

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
    review,
    sparql_editor,
    things,
    timeline,
    validate,
    vocabulary,
)
from guidekg.web.pages.questions import FormFields

_PAGES = (diff, vocabulary, sparql_editor, map_page, timeline)


def routes(
    kg: KnowledgeGraph, judge: validate.Judge, editable: Collection[str] = ()
) -> list[BaseRoute]:
    """Return the routes of all pages; what these need of the guides is read here, once.

    ``editable`` has the names of the guides that people may change here.
    """
    fields = FormFields(kg)
    return [
        *things.routes(kg),
        *calls.routes(kg, fields),
        *questions.routes(kg, fields),
        *home.routes(kg, editable),
        *guide.routes(kg, editable),
        *review.routes(kg, editable),
        *(route for module in _PAGES for route in module.routes(kg)),
        *validate.routes(kg, judge),
        *layout.elsewhere(),
    ]
