"""Requests as .http files: request line, headers, an empty line, and the exact bytes of the body."""

import re
from collections.abc import Iterable

from inspector.model import CapturedRequest, InspectorError
from inspector.model.request import host_of

__all__ = ["read_http", "write_http"]

_GAP = re.compile(rb"\r?\n\r?\n")
_REQUEST_LINE = re.compile(r"([A-Z][!#$%&'*+.^_`|~0-9A-Z-]*) ([^ ]+)(?: HTTP/\d(?:\.\d)?)?")


def read_http(content: bytes, received_at: float = 0.0) -> CapturedRequest:
    """The request in a .http file; lines end with LF or CRLF. Raises InspectorError for what is not one."""
    head, body = _split(content)
    lines = head.decode("utf-8", "surrogateescape").replace("\r\n", "\n").split("\n")
    found = _REQUEST_LINE.fullmatch(lines[0])
    if found is None:
        raise InspectorError(
            "This is not a .http file",
            "The first line should be a request line.",
            "Example: POST /stripe HTTP/1.1",
        )
    headers: list[tuple[str, str]] = []
    for number, line in enumerate(lines[1:], 2):
        name, colon, value = line.partition(":")
        name = name.strip()
        if not colon or not name:
            raise InspectorError(f"Line {number} of the .http file is not a header", line[:80])
        headers.append((name, value.strip(" \t\r")))
    url = found[2] if found[2].partition("/")[0] in ("http:", "https:") else f"{_origin(headers)}{found[2]}"
    return CapturedRequest(method=found[1], url=url, headers=tuple(headers), body=body, received_at=received_at)


def _split(content: bytes) -> tuple[bytes, bytes]:
    found = _GAP.search(content)
    if found is None:
        return content.rstrip(b"\r\n"), b""
    return content[: found.start()], content[found.end() :]


def _origin(headers: Iterable[tuple[str, str]]) -> str:
    host = next((value for name, value in headers if name.lower() == "host"), "localhost")
    return f"http://{host_of(host)}"


def write_http(request: CapturedRequest) -> bytes:
    """The request as a .http file, from which `read_http` makes the very same: its line holds path and query, or the
    whole address where the headers do not tell the host."""
    rest = request.url.removeprefix(_origin(request.headers))
    target = rest if rest.startswith("/") else request.url or "/"
    lines = [f"{request.method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in request.headers)]
    return "\n".join(lines).encode("utf-8", "surrogateescape") + b"\n\n" + request.body
