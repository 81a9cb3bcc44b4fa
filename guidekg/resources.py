"""Where the ontology, data, shapes, queries and examples stand.

A wheel carries them inside the package; an editable checkout reads them where stewards edit them.
"""

from pathlib import Path
from typing import Literal

Folder = Literal["ontology", "data", "shapes", "queries", "examples"]

_PACKAGE = Path(__file__).parent


def folder(name: Folder) -> Path:
    """Return the folder of that name.

    Raises:
        FileNotFoundError: the installation is broken and holds no such folder.
    """
    for base in (_PACKAGE / "_resources", _PACKAGE.parent):
        if (base / name).is_dir():
            return base / name
    raise FileNotFoundError(f"the installation lacks its folder {name!r}; install guidekg again")


def turtle_files(base: Path) -> list[Path]:
    """Return every Turtle file below a folder, in a fixed order."""
    return sorted(base.rglob("*.ttl"))
