"""What a person handed in."""

from typing import NamedTuple

from guidekg.web.settings import MIB

LIMIT = 2 * MIB  # bytes of one document


class Given(NamedTuple):
    """A document as it came; ``whole`` is false where it is larger than the limit."""

    name: str
    data: bytes
    whole: bool = True
    uploaded: bool = False
