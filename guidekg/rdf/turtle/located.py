"""A statement and where it stands."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple, TypeAlias

import pyoxigraph as ox

Node: TypeAlias = ox.NamedNode | ox.BlankNode
Term: TypeAlias = Node | ox.Literal


class Located(NamedTuple):
    """A statement, with the offsets (in characters) of the tokens that make it.

    The token of an anonymous node is its ``[``, that of a list its ``(``. What lists imply stands
    where they do: ``rdf:first`` at the item, ``rdf:rest`` at the ``(``, its ``rdf:nil`` at the
    ``)``. ``object_end`` is one past the object's token.
    """

    subject: Node
    predicate: ox.NamedNode
    object: Term
    subject_at: int
    predicate_at: int
    object_at: int
    object_end: int


# Without the keywords of the generated __new__: it is called once a statement.
located: Callable[[tuple[Node, ox.NamedNode, Term, int, int, int, int]], Located] = partial(
    tuple.__new__, Located
)
