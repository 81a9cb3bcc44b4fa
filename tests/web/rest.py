"""What the tests of the API share: how uploads are written, and what problems look like."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from guidekg.web.problems import TYPE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.web.server import Reply, Server

EXAMPLES = Path(__file__).parents[2] / "examples"
TURTLE = {"Content-Type": "text/turtle"}
AS_OF = "as_of=2022-10-01"


def example(name: str) -> bytes:
    """Return an example."""
    return (EXAMPLES / name).read_bytes()


def many(count: int) -> bytes:
    """Return so many proposals, as the one for Finland."""
    text = example("finland.ttl").decode()
    head = "\n".join(line for line in text.splitlines() if line.startswith("@prefix"))
    body = "\n".join(line for line in text.splitlines() if not line.startswith("@prefix"))
    assert "ex:" in body
    copies = (body.replace("ex:", f"ex:n{number}-") for number in range(count))
    return f"{head}\n{''.join(copies)}".encode()


def poor(count: int) -> bytes:
    """Return so many proposals that say nothing, and so have much in their reports."""
    stated = (
        f"<https://example.org/{number}> a gk:Proposal ;"
        " gk:appliesTo <https://w3id.org/guidekg/id/scheme/zj-sti-2022-finland> .\n"
        for number in range(count)
    )
    return f"@prefix gk: <https://w3id.org/guidekg/ns#> .\n{''.join(stated)}".encode()


def multipart(
    files: Mapping[str, bytes], fields: Mapping[str, str] | None = None
) -> tuple[bytes, dict[str, str]]:
    """Return a form with files, and the header that goes with it."""
    parts = [
        f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode() + data
        for name, data in files.items()
    ]
    parts += [
        f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()
        for name, value in (fields or {}).items()
    ]
    body = b"".join(b"--cut\r\n" + part + b"\r\n" for part in parts) + b"--cut--\r\n"
    return body, {"Content-Type": "multipart/form-data; boundary=cut"}


def validate(server: Server, body: bytes, query: str = AS_OF, **headers: str) -> Reply:
    """Have a document validated; headers are named with ``_`` for ``-``."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return server.send("POST", f"/api/validate?{query}", body=body, headers=TURTLE | named)


def upload(
    server: Server,
    files: Mapping[str, bytes],
    fields: Mapping[str, str] | None = None,
    query: str = AS_OF,
) -> Reply:
    """Have files validated."""
    body, headers = multipart(files, fields)
    return server.send("POST", f"/api/validate?{query}", body=body, headers=headers)


def problem(reply: Reply, status: int, name: str) -> dict[str, Any]:
    """Check that a problem is told as RFC 9457 says, and return it."""
    assert reply.status == status, reply.text[:500]
    assert reply.kind == "application/problem+json"
    said: dict[str, Any] = json.loads(reply.body)
    assert said["type"] == TYPE + name
    assert said["status"] == status
    assert said["title"]
    assert said["detail"]
    assert "Traceback" not in reply.text
    return said
