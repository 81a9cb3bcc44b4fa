"""The competency questions, all of them opened before workers are forked."""

from contextlib import suppress
from functools import cache

from guidekg.errors import AmbiguousNameError
from guidekg.guides.repository import Knowledge
from guidekg.questions import Questions


@cache
def opened(knowledge: Knowledge) -> Questions:
    """Return the questions over the open guides.

    Their files are read here. Each is asked once with its example, so that the names and things of
    the guides are at hand.
    """
    questions = Questions(knowledge)
    for question in questions.values():
        # With guides of one's own beside the shipped one an example may mean several things.
        with suppress(AmbiguousNameError):
            question(**{item.name: item.example for item in question.header.parameters})
    return questions
