"""One delivery in the hands of a test: what was sent, signed now, and how to send it to the app under test."""

import json
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from inspector.fixtures import Kept, Shelf
from inspector.model import CapturedRequest, Headers

__all__ = ["Webhook", "webhooks"]

_OF_THE_CLIENT: Final = ("host", "content-length", "connection", "transfer-encoding")
Send = Callable[[Any, str, str, Headers, bytes], Any]


class Webhook:
    """A delivery of a session. Each is signed when it is made into a request: with the secret that the test names, or
    with the throwaway one of the session, which is `secret`."""

    def __init__(self, kept: Kept, settings: Mapping[str, str], clock: Callable[[], float]) -> None:
        self.name = kept.path.stem
        self._kept = kept
        self._clock = clock
        self._found = kept.inspect()
        own = {**kept.settings, **settings}
        if kept.connector is not None and "secret" in own:
            own[kept.connector.secret] = own.pop("secret")
        self.settings = own
        self.secret = own.get(kept.connector.secret, "") if kept.connector else ""

    def __repr__(self) -> str:
        return f"<Webhook {self.name}>"

    @property
    def connector(self) -> str:
        """The processor."""
        return self._found.connector

    @property
    def native_type(self) -> str:
        """The processor's name of its first event."""
        return self._found.events[0].native_type if self._found.events else ""

    @property
    def event_type(self) -> str:
        """Our name of its first event."""
        return self._found.events[0].event_type.value if self._found.events else ""

    @property
    def verified(self) -> bool:
        """Whether its signature is meant to hold; an app has to refuse it otherwise."""
        return self._found.source_verified

    @property
    def expected(self) -> dict[str, Any]:
        """The outcome that lies beside it."""
        found: dict[str, Any] = json.loads(self._kept.path.with_name(f"{self.name}.expected.json").read_bytes())
        return found

    @property
    def request(self) -> CapturedRequest:
        """The request, signed now. One that was stale, badly signed or not signed is so again."""
        return self._kept.fresh(self.settings, self._clock())

    @property
    def method(self) -> str:
        """POST, mostly."""
        return self._kept.request.method

    @property
    def path(self) -> str:
        """Path and query as they came."""
        request = self._kept.request
        return request.path + (f"?{request.query}" if request.query else "")

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Names and values, signed now, without those that a client makes itself."""
        return [pair for pair in self.request.headers if pair[0].lower() not in _OF_THE_CLIENT]

    @property
    def body(self) -> bytes:
        """The bytes; where the signature stands in them, with one of now."""
        return self.request.body

    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)

    def fits(self, connector: str, kind: str, native: str) -> bool:
        """Whether it is of a connector, an event type (a part of its name, in any case) and a native type (stars)."""
        return (
            connector in ("", self.connector)
            and kind.lower() in self.event_type.lower()
            and fnmatchcase(self.native_type, native or "*")
        )

    def send_to(self, client: Any, url: str | None = None) -> Any:
        """Send it with a test client (Flask, Django, Starlette, FastAPI, aiohttp) or with httpx or requests, and answer
        as the client does: what an asynchronous one returns is awaited. `url` is the app's, if not the path of the
        delivery."""
        for kind in type(client).__mro__:
            send = _CLIENTS.get((kind.__module__.partition(".")[0], kind.__name__))
            if send is not None:
                request = self.request
                headers = tuple(pair for pair in request.headers if pair[0].lower() not in _OF_THE_CLIENT)
                return send(client, request.method, url or self.path, headers, request.body)
        known = ", ".join(sorted({module for module, _ in _CLIENTS}))
        raise TypeError(f"{type(client)} is no client of {known}: send method, path, headers and body yourself")


def _httpx(client: Any, method: str, url: str, headers: Headers, body: bytes) -> Any:
    return client.request(method, url, headers=list(headers), content=body)


def _requests(client: Any, method: str, url: str, headers: Headers, body: bytes) -> Any:
    return client.request(method, url, headers=dict(headers), data=body)


def _werkzeug(client: Any, method: str, url: str, headers: Headers, body: bytes) -> Any:
    return client.open(url, method=method, headers=list(headers), data=body)


def _django(client: Any, method: str, url: str, headers: Headers, body: bytes) -> Any:
    plain = {name: value for name, value in headers if name.lower() != "content-type"}
    kind = next((value for name, value in headers if name.lower() == "content-type"), "application/octet-stream")
    parts = urlsplit(url)
    return client.generic(method, parts._replace(scheme="", netloc="").geturl(), body, kind, headers=plain)


def _aiohttp(client: Any, method: str, url: str, headers: Headers, body: bytes) -> Any:
    return client.request(method, url, headers=list(headers), data=body)


_CLIENTS: Final[Mapping[tuple[str, str], Send]] = {
    ("httpx", "Client"): _httpx,
    ("httpx", "AsyncClient"): _httpx,
    ("starlette", "TestClient"): _httpx,
    ("requests", "Session"): _requests,
    ("werkzeug", "Client"): _werkzeug,
    ("django", "Client"): _django,
    ("django", "AsyncClient"): _django,
    ("aiohttp", "TestClient"): _aiohttp,
    ("aiohttp", "ClientSession"): _aiohttp,
}


def webhooks(shelf: Shelf, folder: Path, settings: Mapping[str, str], clock: Callable[[], float]) -> list[Webhook]:
    """The deliveries of a session, in their order. Raises InspectorError."""
    return [Webhook(shelf.take(path), settings, clock) for path in sorted(folder.glob("*.http"))]
