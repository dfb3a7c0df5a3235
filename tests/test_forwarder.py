"""The forwarder against apps that behave badly: the same bytes go out, and what comes back is told in words."""

import asyncio
import gzip
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


async def sent(app: App, seconds: float = 30, who: str = "") -> ForwardAttempt:
    """One attempt to forward to an app; with a name and a password, `who`, aiohttp's client does it."""
    forwarder = Forwarder(lambda: 1767225600.0)
    async with served(app) as url:
        destination = check_destination(url.replace("//", f"//{who}"))
        attempt = await forwarder.send(7, REQUEST, msgspec.structs.replace(destination, timeout=seconds))
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


@pytest.mark.parametrize("who", ["", "a:b@"], ids=["near", "by the client"])
async def test_the_app_gets_the_bytes_and_headers_that_came(who: str) -> None:
    """Body, query, repeated headers and their order stay; what concerns one connection only does not travel on."""
    received: list[bytes] = []
    attempt = await sent(answering(b"HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nok", received), who=who)
    head = received[0].decode()
    heads = [line.partition(": ") for line in head.split("\r\n")[1:-2]]
    assert (heads[0][0], heads[0][2].partition(":")[0]) == ("Host", "127.0.0.1")
    assert [value for name, _, value in heads if name == "Content-Length"] == [str(len(BODY))]
    assert received[1] == BODY
    assert head.startswith("POST /hooks?live=0 HTTP/1.1")
    assert head.index(": one") < head.index(": two")
    assert "X-Hop" not in head
    assert (attempt.delivery, attempt.status_code, attempt.body, attempt.error) == (7, 202, b"ok", "")
    assert attempt.started_at == 1767225600.0


@pytest.mark.parametrize("who", ["", "a:b@"], ids=["near", "by the client"])
@pytest.mark.parametrize(
    ("answer", "status", "error"),
    [
        (b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", 500, ""),
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", 302, ""),
        (
            b"HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
            200,
            "",
        ),
        (b"HTTP/1.0 200 OK\r\n\r\nuntil it is closed", 200, ""),
        (b"HTTP/1.1 204 None\r\n\r\n", 204, ""),
        (b"", None, "closed the connection without an answer"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", None, "127.0.0.1"),
        (b"SMTP ready\r\n\r\n", None, "did not answer in HTTP"),
    ],
    ids=["error", "redirect", "hints, chunks", "until the end", "nothing in it", "nothing", "cut off", "no HTTP"],
)
async def test_what_the_app_did_is_kept(answer: bytes, status: int | None, error: str, who: str) -> None:
    """An answer counts with its status, and where there is none one sentence says what happened."""
    attempt = await sent(answering(answer, []), who=who)
    assert attempt.status_code == status
    assert error in attempt.error
    assert bool(attempt.error) is bool(error)


async def test_a_slow_app_is_not_waited_for_longer_than_said() -> None:
    """The attempt ends at the destination's time-out and says it."""
    attempt = await sent(silent, seconds=0.05)
    assert attempt.status_code is None
    assert attempt.error == "no answer within 0.05 s"


async def test_a_connection_is_used_again_until_the_app_closes_it() -> None:
    """And a new one is made then: an app that answers once a connection gets every delivery."""
    connections: list[int] = []

    async def app(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(0)
        while connections[-1] < 2 and await reader.readline():
            await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(len(BODY))
            connections[-1] += 1
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    forwarder = Forwarder(lambda: 0.0)
    async with served(app) as url:
        for number in range(5):
            attempt = await forwarder.send(number, REQUEST, check_destination(url))
            assert attempt.status_code == 200, attempt.error
            await asyncio.sleep(0.02)  # it hears that the app has closed
        await forwarder.close()
    assert connections == [2, 2, 1]


@pytest.mark.parametrize("who", ["", "a:b@"], ids=["near", "by the client"])
async def test_a_small_answer_that_unpacks_to_a_huge_one_is_cut(who: str) -> None:
    """It is not the length on the wire that counts."""
    packed = gzip.compress(bytes(50_000_000))
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n"
    attempt = await sent(answering(head.encode() + packed, []), who=who)
    assert (attempt.status_code, len(attempt.body)) == (200, 1024 * 1024)


async def test_a_header_that_would_become_two_is_not_sent() -> None:
    """Nothing of the request is."""
    request = msgspec.structs.replace(REQUEST, headers=(("X-Foreign", "a\r\nX-Admin: yes"),))
    received: list[bytes] = []
    forwarder = Forwarder(lambda: 0.0)
    async with served(answering(b"", received)) as url:
        attempt = await forwarder.send(1, request, check_destination(url))
        await forwarder.close()
    assert attempt.status_code is None
    assert received == []


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
