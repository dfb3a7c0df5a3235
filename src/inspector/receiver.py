"""The receiver: an aiohttp server that turns every request into a CapturedRequest and awaits its answer."""

import asyncio
import errno
import logging
import secrets
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Final

from aiohttp import web
from aiohttp.http import HttpProcessingError

from inspector.core.receiver_path import named
from inspector.core.round_trip import HEADER, proof
from inspector.model import Acknowledgement, CapturedRequest, Headers, InspectorError
from inspector.model.request import host_of

__all__ = ["Receive", "Receiver"]

Receive = Callable[[CapturedRequest, str | None, str], Awaitable[Acknowledgement]]
"""Takes a request, the connector and the label that its path names, and answers once it is stored."""

_SHUTDOWN: Final = 10.0  # seconds that requests in flight have to end
_IDLE: Final = 75.0  # seconds after which a connection is closed on which no request has come, or not all of its head
_BODY: Final = 60.0  # seconds that a body has to come
_CONNECTIONS: Final = 65_536  # that there may be, if the system allows it


class Receiver:
    """Listens on one address. `clock` gives the moment of receipt; bodies above `max_body` bytes get 413.

    Where it stands `behind` a tunnel or a proxy, address and sender are those that X-Forwarded-* names. Who knows the
    `token` can tell that a request came to this receiver and to no other.
    """

    def __init__(
        self,
        receive: Receive,
        clock: Callable[[], datetime | float],
        max_body: int,
        behind: Callable[[], bool] = lambda: False,
    ) -> None:
        self._receive = receive
        self._clock = clock
        self._max_body = max_body
        self._behind = behind
        self.token = secrets.token_hex(16)
        self._runner: web.ServerRunner | None = None

    async def start(self, host: str, port: int, *, spare: bool = False) -> int:
        """Listen; port 0 takes a free one. Returns the port.

        Raises InspectorError where it is taken; with `spare`, a free one is taken instead.
        """
        # An application would route, and there is one route. The bytes are kept as they came: what is compressed is
        # unpacked by the core.
        request = partial(web.BaseRequest, loop=asyncio.get_running_loop(), client_max_size=self._max_body)
        server = web.Server(
            self._answer,
            request_factory=request,
            access_log=None,
            logger=_log,
            auto_decompress=False,
            keepalive_timeout=_IDLE,
        )
        _allow_connections()
        self._runner = web.ServerRunner(server, shutdown_timeout=_SHUTDOWN)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port, reuse_address=True).start()
        except OSError as error:
            await self._runner.cleanup()
            if spare and error.errno == errno.EADDRINUSE:
                return await self.start(host, 0)
            raise _refused(host, port, error) from None
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Take no more requests, and end when those in flight are answered."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _answer(self, request: web.BaseRequest) -> web.Response:
        if word := request.headers.get(HEADER):
            return web.Response(status=204, headers={HEADER: proof(self.token, word)})
        try:
            if (request.content_length or 0) > self._max_body:
                return self._too_large()
            body = await (request.read() if request.content.is_eof() else _in_time(request))
        except web.HTTPRequestEntityTooLarge:
            return self._too_large()
        except TimeoutError:
            return _closing(408, f"The body did not come within {_BODY:g} s; it was not stored")
        except (ConnectionError, web.RequestPayloadError):
            return _closing(400, "The body did not come whole; it was not stored")
        origin, peer = _origin(request, self._behind())
        captured = CapturedRequest(
            method=request.method,
            url=_address(origin, request.raw_path),
            headers=_headers(request.raw_headers),
            body=body,
            received_at=self._clock(),
            peer=peer,
        )
        try:
            connector, label, _ = named(captured.path)
            answer = await self._receive(captured, connector, label)
        except InspectorError as error:
            return web.Response(status=503, text=f"{error.title}; the delivery was not stored: send it again\n")
        return web.Response(status=answer.status_code, headers=list(answer.headers), body=answer.body)

    def _too_large(self) -> web.Response:
        return _closing(413, f"The body is larger than {self._max_body:,} bytes (--max-body); it was not stored")


async def _in_time(request: web.BaseRequest) -> bytes:
    """The body of a request that has not come whole yet; TimeoutError where it takes too long."""
    async with asyncio.timeout(_BODY):
        return await request.read()


def _closing(status: int, words: str) -> web.Response:
    """An answer to what is not read to its end."""
    return web.Response(status=status, text=f"{words}\n", headers={"Connection": "close"})


class _OurOwn(logging.Filter):
    """Leaves out what a sender has done wrong: it gets a 400, and is nothing that we could mend."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether it is about us."""
        return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


_log = logging.getLogger(__name__)
_log.addFilter(_OurOwn())


def _allow_connections() -> None:
    """As many connections as the system allows: a process often begins with a thousand, and has only to ask."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _CONNECTIONS if hard == resource.RLIM_INFINITY else min(hard, _CONNECTIONS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _origin(request: web.BaseRequest, behind: bool) -> tuple[str, str]:
    """Scheme and host that the sender used, and the sender: https://developer.mozilla.org/docs/Web/HTTP/Headers/X-Forwarded-For

    The last one of each list was written by the tunnel itself; those before it are the sender's word.
    """

    def last(name: str, otherwise: str) -> str:
        found = request.headers.get(f"X-Forwarded-{name}", "") if behind else ""
        return found.rpartition(",")[2].strip() or otherwise

    scheme = last("Proto", request.scheme)
    if scheme not in ("http", "https"):
        scheme = request.scheme
    return f"{scheme}://{host_of(last('Host', request.host))}", last("For", request.remote or "")


def _address(origin: str, target: str) -> str:
    """The address that was asked for. A whole one in the request line counts before Host (RFC 9112, 3.2.2)."""
    return target if target.startswith(("http://", "https://")) else f"{origin}{target}"


def _headers(raw: tuple[tuple[bytes, bytes], ...]) -> Headers:
    """Order, case and repetition as they came. Bytes that are not UTF-8 are read as Latin-1 (RFC 9110, 5.5)."""
    return tuple([(_text(name), _text(value)) for name, value in raw])


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _refused(host: str, port: int, error: OSError) -> InspectorError:
    if error.errno == errno.EADDRINUSE:
        return InspectorError(
            f"Port {port} is taken",
            "Another program listens there, perhaps another Inspector.",
            f"Try --port {_free_port(host)}",
        )
    if error.errno == errno.EACCES:
        return InspectorError(f"Port {port} is not allowed", str(error.strerror), "Try --port 4242")
    return InspectorError(f"{host}:{port} cannot be listened on", str(error.strerror or error), "Try --host 127.0.0.1")


def _free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
