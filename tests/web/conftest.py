"""Servers that several tests share, and one cache for all of them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.web.pages_support import workbench
from tests.web.server import Server, running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from guidekg import KnowledgeGraph
    from tests.web.pages_support import Workbench


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment in which servers find what another has opened already."""
    named = os.environ.get("GUIDEKG_CACHE")
    return {"GUIDEKG_CACHE": named or str(tmp_path_factory.mktemp("cache"))}


@pytest.fixture(scope="session")
def server(cache: dict[str, str]) -> Iterator[Server]:
    """A server as it is started without any option."""
    with running(environment=cache) as started:
        yield started


@pytest.fixture(scope="session")
def bench(kg: KnowledgeGraph) -> Iterator[Workbench]:
    """The pages on a server in a thread."""
    with workbench(kg) as started:
        yield started


@pytest.fixture(scope="session")
def several(four: KnowledgeGraph) -> Iterator[Workbench]:
    """The pages where several guides are open."""
    with workbench(four) as started:
        yield started
