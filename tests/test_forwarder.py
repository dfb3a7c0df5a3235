"""The forwarder against apps that behave badly: the same bytes go out, and what comes back is told in words."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import msgspec
import pytest

from inspector.core.destination import check_destination
from inspector.forwarder import Forwarder
from inspector.model import CapturedRequest, ForwardAttempt, InspectorError

BODY = '{"name": "Zoë"}'.encode()
HEADERS = (
    ("Host", "127.0.0.1:4242"),
    ("X-Kept", "one"),
    ("X-kept", "two"),
    ("Connection", "close, X-Hop"),
    ("X-Hop", "1"),
)
REQUEST = CapturedRequest(url="http://127.0.0.1:4242/stripe?live=0", headers=HEADERS, body=BODY)
App = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def served(app: App) -> AsyncIterator[str]:
    """An app that speaks to a raw connection; its address. Every connection is closed when the block is left."""
    ended: list[asyncio.Task[None]] = []

    async def closing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await app(reader, writer)
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ended.append(asyncio.ensure_future(closing(reader, writer)))

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hooks"
        await asyncio.gather(*ended, return_exceptions=True)


async def sent(app: App, seconds: float = 30) -> ForwardAttempt:
    """One attempt to forward to an app."""
    forwarder = Forwarder(lambda: 1767225600.0)
    async with served(app) as url:
        attempt = await forwarder.send(7, REQUEST, msgspec.structs.replace(check_destination(url), timeout=seconds))
        await forwarder.close()
    return attempt


def answering(answer: bytes, received: list[bytes]) -> App:
    """An app that reads a request, answers with these bytes and hangs up."""

    async def app(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received.extend([await reader.readuntil(b"\r\n\r\n"), await reader.readexactly(len(BODY))])
        writer.write(answer)
        await writer.drain()

    return app


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """An app that never answers, until the caller hangs up."""
    await reader.read()


async def test_the_app_gets_the_bytes_and_headers_that_came() -> None:
    """Body, query, repeated headers and their order stay; what concerns one connection only does not travel on."""
    received: list[bytes] = []
    attempt = await sent(answering(b"HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nok", received))
    head = received[0].decode()
    assert received[1] == BODY
    assert head.startswith("POST /hooks?live=0 HTTP/1.1")
    assert head.index(": one") < head.index(": two")
    assert "X-Hop" not in head
    assert (attempt.delivery, attempt.status_code, attempt.body, attempt.error) == (7, 202, b"ok", "")
    assert attempt.started_at == 1767225600.0


@pytest.mark.parametrize(
    ("answer", "status", "error"),
    [
        (b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", 500, ""),
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", 302, ""),
        (b"", None, "closed the connection without an answer"),
        (b"SMTP ready\r\n\r\n", None, "did not answer in HTTP"),
    ],
    ids=["an error", "a redirect is not followed", "nothing", "another protocol"],
)
async def test_what_the_app_did_is_kept(answer: bytes, status: int | None, error: str) -> None:
    """An answer counts with its status, and where there is none one sentence says what happened."""
    attempt = await sent(answering(answer, []))
    assert attempt.status_code == status
    assert error in attempt.error
    assert bool(attempt.error) is bool(error)


async def test_a_slow_app_is_not_waited_for_longer_than_said() -> None:
    """The attempt ends at the destination's time-out and says it."""
    attempt = await sent(silent, seconds=0.05)
    assert attempt.status_code is None
    assert attempt.error == "no answer within 0.05 s"


async def test_a_huge_answer_is_cut() -> None:
    """The first megabyte of an answer is kept, and the rest is not waited for."""
    attempt = await sent(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n" + bytes(3_000_000), []))
    assert attempt.status_code == 200
    assert len(attempt.body) == 1024 * 1024


@pytest.mark.parametrize(
    "url", ["http://localhost:x", "http://localhost:99999", "http://[::1", "ftp://x", "http://", "", ":0"]
)
def test_an_address_that_nothing_can_be_sent_to_is_refused_at_once(url: str) -> None:
    """With an example of one that is good."""
    with pytest.raises(InspectorError, match="is not an address") as caught:
        check_destination(url)
    assert "http://localhost:3000" in caught.value.hint


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (":3000/hooks", "http://localhost:3000/hooks"),
        ("3000", "http://localhost:3000"),
        ("a.example", "http://a.example"),
    ],
)
def test_a_short_address_is_understood(given: str, meant: str) -> None:
    """A port alone is this machine's."""
    assert check_destination(given).url == meant
