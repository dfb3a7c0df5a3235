"""Plain HTTP to an app on this machine, one exchange after the other over kept connections.

aiohttp's client spends four times as long on a request as the wire and its parser do, and a queue sends one request
after the other. So a request with a body to http://localhost or to the number of a host is written here; its answer is
aiohttp's to parse. Whatever else there is, names, TLS, a password in the address, nobody who listens, is left to its
client.
"""

import asyncio
from collections import defaultdict
from contextlib import suppress
from functools import lru_cache
from ipaddress import ip_address
from typing import Final, NamedTuple

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.streams import StreamReader
from multidict import CIMultiDict
from yarl import URL

__all__ = ["Answer", "PlainHttp", "parsed"]

_IDLE: Final = 1.0  # seconds after which a connection is not used again: the app may be about to close it
_WITH_BODY: Final = frozenset(("POST", "PUT", "PATCH"))


class Answer(NamedTuple):
    """An app's answer: its status, its headers as they came, and its body up to what is kept."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


class PlainHttp:
    """The connections to apps, by host and port."""

    def __init__(self) -> None:
        self._idle: defaultdict[tuple[str, int], list[tuple[float, ResponseHandler]]] = defaultdict(list)

    async def exchange(
        self, method: str, url: URL, headers: "CIMultiDict[str]", body: bytes, kept: int
    ) -> Answer | None:
        """Send a request and read its answer, the body's first `kept` bytes. None where that is nothing for here, and
        nothing was sent. Raises what aiohttp's client raises."""
        head = _head(method, url, headers, len(body))
        connection = await self._connected(url) if head and body else None
        if connection is None or connection.transport is None:
            return None
        try:
            connection.set_response_params(read_until_eof=True)
            connection.transport.write(head + body)
            answer = await _answer(connection, kept)
        except HttpProcessingError as error:
            connection.close()
            raise aiohttp.ClientPayloadError(error.message) from None
        except BaseException:
            connection.close()
            raise
        if connection.should_close:
            connection.close()
        else:
            self._idle[_place(url)].append((asyncio.get_running_loop().time(), connection))
        return answer

    def close(self) -> None:
        """Close the connections that nobody uses."""
        for idle in self._idle.values():
            for _, connection in idle:
                connection.close()
        self._idle.clear()

    async def _connected(self, url: URL) -> ResponseHandler | None:
        """A connection that was used a moment ago, or a new one; None where none can be made."""
        loop = asyncio.get_running_loop()
        idle = self._idle[_place(url)]
        while idle:
            since, connection = idle.pop()
            if connection.is_connected() and not connection.should_close and loop.time() - since < _IDLE:
                return connection
            connection.close()
        host, port = _place(url)
        with suppress(OSError):
            _, made = await loop.create_connection(lambda: ResponseHandler(loop), host, port)
            return made
        return None


async def _answer(connection: ResponseHandler, kept: int) -> Answer:
    """The answer, after those that only say that it is to come."""
    message, payload = await connection.read()
    while 100 <= message.code < 200 and message.code != 101:
        message, payload = await connection.read()
    return Answer(message.code, tuple(message.raw_headers), await _body(payload, kept))


async def _body(payload: StreamReader, kept: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while size < kept and (chunk := await payload.readany()):
        chunks.append(chunk)
        size += len(chunk)
    return b"".join(chunks)[:kept]


def _head(method: str, url: URL, headers: "CIMultiDict[str]", length: int) -> bytes:
    """The request's head; empty where it is not so simple as that."""
    near = url.scheme == "http" and (url.raw_host == "localhost" or _is_number(url.raw_host or ""))
    if not near or method not in _WITH_BODY or url.raw_user or url.raw_password:
        return b""
    lines = [f"{method} {url.raw_path_qs} HTTP/1.1"]
    if "Host" not in headers:
        lines.append(f"Host: {url.host_port_subcomponent}")
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines.append(f"Content-Length: {length}")
    text = "\r\n".join(lines)
    breaks = len(lines) - 1
    if text.count("\r") != breaks or text.count("\n") != breaks or "\0" in text:
        return b""
    return f"{text}\r\n\r\n".encode()


@lru_cache(maxsize=256)
def _is_number(host: str) -> bool:
    with suppress(ValueError):
        return bool(ip_address(host))
    return False


def _place(url: URL) -> tuple[str, int]:
    return url.raw_host or "", url.port or 80


@lru_cache(maxsize=256)
def parsed(url: str) -> URL:
    """An address as it is, nothing of it encoded anew."""
    return URL(url, encoded=True)
