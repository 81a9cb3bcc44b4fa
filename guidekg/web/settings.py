"""What a server may be told, and the limits that it keeps."""

import os
from dataclasses import asdict, dataclass, field, replace
from typing import Any

MIB = 1 << 20
_DECISION = 64 * 1024  # bytes of one that a person sends


@dataclass(frozen=True, slots=True)
class Limits:
    """What one client, one query or one worker may take; sizes in bytes, times in seconds."""

    deadline: float = 10.0  # for the evaluation of a query
    workers: int = max(4, 2 * (os.cpu_count() or 1))  # queries that run at once
    spare: int = 2  # workers kept ready to take the place of one that was ended
    waiting: int = 64  # queries that wait for a worker; one more is told to come again
    body: int = MIB  # of a request …
    upload: int = 16 * MIB  # … of one that brings proposals, packed or not
    uploads: int = 64 * MIB  # that all of those under way may take together
    uploading: float = 60.0  # for one of them to arrive
    url: int = 32 * 1024
    headers: int = 64 * 1024
    query: int = 256 * 1024
    rows: int = 1_000_000
    result: int = 256 * MIB
    memory: int = 1024 * MIB  # that a worker may take beyond the store
    connections: int = 1000
    arrival: float = 10.0  # for a request to arrive
    idle: int = 15  # for a connection without a request
    grace: float = 10.0  # by which a client may fall behind …
    rate: int = 32 * 1024  # … a result that it takes at this many bytes a second
    stop: int = 15  # for what is under way when the server is stopped


@dataclass(frozen=True, slots=True)
class Settings:
    """What to serve, where, and to whom."""

    folders: tuple[str, ...] = ()  # of guides, opened beside the shipped one …
    shipped: bool = True  # … or instead of it
    files: tuple[str, ...] = ()  # if any, these are opened, and nothing else
    host: str = "127.0.0.1"
    port: int = 8000
    token: str | None = field(default=None, repr=False)
    access_log: bool = True
    edit: bool = False  # whether people may change the guides of the folders
    limits: Limits = field(default_factory=Limits)

    def for_editing(self) -> "Settings":
        """Return what holds of the one worker that changes guides: a decision is small, and is not ended early."""
        deadline, waiting = max(self.limits.deadline, 30.0), max(self.limits.waiting, 16)
        one = {"workers": 1, "spare": 0, "body": _DECISION, "waiting": waiting}
        return replace(self, limits=replace(self.limits, deadline=deadline, **one))

    def for_workers(self) -> dict[str, Any]:
        """Return what the workers need to know, for JSON."""
        return {
            "folders": self.folders,
            "shipped": self.shipped,
            "files": self.files,
            "edit": self.edit,
            "limits": asdict(self.limits),
        }
