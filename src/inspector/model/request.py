"""A webhook request exactly as it was received: the only truth that everything else is derived from."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

__all__ = ["CapturedRequest", "Headers", "host_of", "seconds"]

_HOST = re.compile(r"[\w.:\[\]%!$&'()*+,;=~-]+")  # RFC 3986, 3.2, without a user; letters of any script

Headers = tuple[tuple[str, str], ...]
"""Names and values in the order in which they came, repeated ones kept."""


def host_of(named: str) -> str:
    """The host that a sender names, as a part of an address; localhost where it could be none."""
    return named if _HOST.fullmatch(named) else "localhost"


def seconds(moment: datetime | float) -> float:
    """Unix seconds of a datetime (a naive one is taken as UTC) or of a number that is that already."""
    if isinstance(moment, datetime):
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    return float(moment)


class CapturedRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One HTTP request. `received_at` is a datetime or Unix seconds; the body is what came over the wire."""

    method: str = "POST"
    url: str = ""
    headers: Headers = ()
    body: bytes = b""
    received_at: datetime | float = 0.0
    peer: str = ""

    @property
    def path(self) -> str:
        """The path of the address, still percent-encoded."""
        rest = self.url.partition("://")[2] or self.url
        slash = rest.find("/")
        return (rest[slash:] if slash >= 0 else "/").partition("?")[0].partition("#")[0]

    @property
    def query(self) -> str:
        """The query string without its question mark, still percent-encoded."""
        return self.url.partition("#")[0].partition("?")[2]

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case; None where there is none."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    def with_headers(self, changed: Mapping[str, str]) -> "CapturedRequest":
        """The same request with these headers replaced in place, new ones at the end."""
        rest = {name.lower(): (name, value) for name, value in changed.items()}
        kept: list[tuple[str, str]] = []
        for name, value in self.headers:
            if name.lower() not in {key.lower() for key in changed}:
                kept.append((name, value))
            elif name.lower() in rest:
                kept.append((name, rest.pop(name.lower())[1]))
        return msgspec.structs.replace(self, headers=(*kept, *rest.values()))
