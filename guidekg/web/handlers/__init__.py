"""What a worker can be asked to do, each by its name.

A task takes the open guides, what was asked (JSON), and where to write. A worker can open no file:
what a task imports is imported at the head of its module, and what it reads is read by its
``make_ready``, which runs before workers are forked.
"""

from collections.abc import Callable, Mapping
from typing import Any

from guidekg.web.handlers import description, document, question, sparql, validation
from guidekg.web.handlers.base import State
from guidekg.web.workers.response_writer import Outlet

Task = Callable[[State, Mapping[str, Any], Outlet], None]

TASKS: dict[str, Task] = {
    "sparql": sparql.answer,
    "description": description.answer,
    "document": document.answer,
    "question": question.answer,
    "validation": validation.answer,
    "form": validation.answer_form,
}


def make_ready(state: State) -> None:
    """Let tasks read what they need; called before each fork, so what is ready must cost nothing."""
    question.opened(state.repository)
    validation.make_ready(state)
