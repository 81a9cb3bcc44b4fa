"""How a report names files to programs that open them."""

from pathlib import Path
from urllib.parse import quote


def relative(file: str) -> str:
    """Return a path from the folder in which we run, where the file lies in it."""
    if not file:
        return file
    path = Path(file)
    if path.is_absolute() and path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    return path.as_posix()


def uri(file: str) -> str:
    """Return a file as a URI reference, percent-encoded; relative where it can be."""
    path = relative(file)
    encoded = quote(path, safe="/-._~", errors="surrogateescape")
    if not Path(path).is_absolute():
        return encoded
    return f"file://{encoded}" if path.startswith("/") else f"file:///{encoded}"
