"""The forwarder: a delivery goes to the app as it came, and what the app answers comes back as an attempt."""

import ssl
import time
from collections.abc import Callable
from typing import Final

import aiohttp
from msgspec.structs import replace
from multidict import CIMultiDict
from yarl import URL

from inspector.certificates import trusted
from inspector.model import (
    CapturedRequest,
    Destination,
    Failure,
    ForwardAttempt,
    ForwardMode,
    Headers,
    InspectorError,
)

__all__ = ["Forwarder", "not_sent"]

_KEPT: Final = 1024 * 1024  # bytes of an answer that are kept
# RFC 9110, 7.6.1: what concerns one connection only; Host and Content-Length are made anew for the destination.
_NOT_FORWARDED: Final = frozenset(
    "connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer transfer-encoding "
    "upgrade host content-length".split()
)


class Forwarder:
    """Sends deliveries. `clock` gives Unix seconds for the record; times are measured with a steady clock."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close the connections to the apps."""
        if self._session is not None:
            await self._session.close()

    async def send(
        self,
        delivery: int,
        request: CapturedRequest,
        destination: Destination,
        mode: ForwardMode = ForwardMode.VERBATIM,
        beyond: str = "",
    ) -> ForwardAttempt:
        """One attempt to send the request of a delivery, as it is given; `mode` says how it came to be, `beyond` what
        of its path is added to the destination's.

        Never raises: what went wrong is in the attempt, in a person's words.
        """
        url, headers = _target(request, destination, beyond), _headers(request)
        headers.update(destination.headers)
        attempt = await self._send(delivery, request, url, headers, destination)
        return attempt if mode is ForwardMode.VERBATIM else replace(attempt, mode=mode)

    async def deliver(self, request: CapturedRequest, destination: Destination | None = None) -> ForwardAttempt:
        """Send a request to its own address, as its processor would, with what a destination says of the connection and
        of further headers. Never raises."""
        headers: CIMultiDict[str] = CIMultiDict(
            (name, value) for name, value in request.headers if name.lower() not in _NOT_FORWARDED
        )
        where = destination or Destination(request.url.partition("?")[0])
        headers.update(where.headers)
        return await self._send(0, request, request.url, headers, where)

    async def _send(
        self, number: int, request: CapturedRequest, url: str, headers: CIMultiDict[str], destination: Destination
    ) -> ForwardAttempt:
        started_at, begun = self._clock(), time.perf_counter()
        status: int | None = None
        answered: Headers = ()
        body, error = b"", ""
        failed: Failure | None = None
        try:
            async with self._request(request, url, headers, destination) as response:
                status = response.status
                answered = tuple(
                    (name.decode("latin-1"), value.decode("latin-1")) for name, value in response.raw_headers
                )
                body = await _read(response)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as failure:
            error, failed = _in_words(failure, destination), _kind(failure)
        return ForwardAttempt(
            delivery=number,
            destination=destination.address,
            started_at=started_at,
            elapsed=time.perf_counter() - begun,
            status_code=None if error else status,
            headers=answered,
            body=body,
            error=error,
            failure=failed,
        )

    def _request(
        self, request: CapturedRequest, url: str, headers: CIMultiDict[str], destination: Destination
    ) -> "aiohttp.client._RequestContextManager":
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session.request(
            request.method,
            URL(url, encoded=True),
            data=request.body or None,
            headers=headers,
            # The app gets the headers that came, and none of the client's own.
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=destination.timeout),
            ssl=trusted(destination),
        )


def not_sent(delivery: int, destination: Destination, now: float, why: InspectorError) -> ForwardAttempt:
    """An attempt that came to nothing before anything was sent."""
    words = ". ".join(part for part in (why.title, why.hint) if part)
    return ForwardAttempt(
        delivery=delivery,
        destination=destination.address,
        started_at=now,
        elapsed=0.0,
        error=words,
        failure=Failure.OTHER,
    )


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """The answer's body up to what is kept; the rest is not waited for."""
    plain = "Content-Encoding" not in response.headers  # what is packed may be far larger than it says
    if plain and response.content_length is not None and response.content_length <= _KEPT:
        return await response.read()
    chunks: list[bytes] = []
    size = 0
    async for chunk in response.content.iter_chunked(64 * 1024):
        chunks.append(chunk)
        size += len(chunk)
        if size >= _KEPT:
            response.close()
            break
    return b"".join(chunks)[:_KEPT]


def _target(request: CapturedRequest, destination: Destination, beyond: str) -> str:
    """The destination's address with what is beyond behind its path, and the query of the request behind its own."""
    base, _, own = destination.url.partition("?")
    base = base.rstrip("/") + beyond if beyond else base
    query = "&".join(part for part in (own, request.query) if part)
    return f"{base}?{query}" if query else base


def _headers(request: CapturedRequest) -> CIMultiDict[str]:
    named = {
        name.strip().lower()
        for key, value in request.headers
        if key.lower() == "connection"
        for name in value.split(",")
    }
    headers: CIMultiDict[str] = CIMultiDict()
    spelled: dict[str, str] = {}  # aiohttp would drop what has the same name in another case
    for name, value in request.headers:
        if name.lower() not in _NOT_FORWARDED and name.lower() not in named:
            headers.add(spelled.setdefault(name.lower(), name), value)
    headers.add("X-Forwarded-For", request.peer or "127.0.0.1")
    headers.add("X-Forwarded-Host", request.header("host") or "")
    headers.add("X-Forwarded-Proto", request.url.partition("://")[0] or "http")
    return headers


def _kind(failure: BaseException) -> Failure:
    if isinstance(failure, aiohttp.ClientConnectorError) and not isinstance(failure, aiohttp.ClientSSLError):
        return Failure.NOT_THERE
    if isinstance(failure, TimeoutError):
        return Failure.TOO_LATE
    cut_off = isinstance(failure, aiohttp.ServerDisconnectedError | aiohttp.ClientOSError | ConnectionError)
    return Failure.CUT_OFF if cut_off and not isinstance(failure, aiohttp.ClientSSLError) else Failure.OTHER


def _in_words(failure: BaseException, destination: Destination) -> str:
    host, port = destination.endpoint
    where = f"{host}:{port}"
    if isinstance(failure, TimeoutError):
        return f"no answer within {destination.timeout:g} s"
    if isinstance(failure, aiohttp.ClientConnectorCertificateError | ssl.SSLError | aiohttp.ClientConnectorSSLError):
        return f"{where}: the TLS connection failed: {getattr(failure, 'certificate_error', failure)}"
    if isinstance(failure, aiohttp.ClientConnectorDNSError):
        return f"the name {host} is not known"
    if isinstance(failure, aiohttp.ClientConnectorError):
        return f"nothing listens on {where}" if isinstance(failure.os_error, ConnectionRefusedError) else str(failure)
    if isinstance(failure, aiohttp.ServerDisconnectedError | ConnectionResetError):
        return f"{where} closed the connection without an answer"
    return f"{where} did not answer in HTTP: {failure}"[:300]
