"""Apps that hang, reset, answer garbage or without end: the attempt ends in time and says what happened."""

import asyncio
import gzip
import socket
import struct
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.test_forwarder import App, sent

OK = b"HTTP/1.1 200 OK\r\n"
KEPT = 1024 * 1024  # bytes of an answer that are kept


def endless(beginning: bytes, more: bytes, pause: float = 0.0) -> App:
    """An app that begins an answer, and goes on until the caller hangs up."""

    async def app(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(beginning)
        with suppress(ConnectionError):
            for _ in range(200_000):
                writer.write(more)
                await writer.drain()
                await asyncio.sleep(pause)

    return app


def resetting(beginning: bytes) -> App:
    """An app that begins an answer, and resets the connection."""

    async def app(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(beginning)
        await writer.drain()
        await asyncio.sleep(0.05)
        connection: socket.socket = writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    return app


async def test_an_endless_body_is_cut_where_enough_is_kept() -> None:
    """A megabyte of it is in the attempt, with its status; the rest is not waited for."""
    attempt = await sent(endless(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + bytes(65_536) + b"\r\n"))
    assert (attempt.status_code, len(attempt.body), attempt.error) == (200, KEPT, "")


@pytest.mark.parametrize(
    ("beginning", "more"),
    [
        (OK + b"Content-Length: 1000000\r\n\r\n", b"x"),
        (OK + b"X-Slow: ", b"x"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
    ids=["a body that trickles", "a head that trickles", "nothing but promises"],
)
async def test_what_comes_too_slowly_is_too_late(beginning: bytes, more: bytes) -> None:
    """However steadily it comes, the attempt ends when the time is over, and says so."""
    attempt = await sent(endless(beginning, more, 0.02), seconds=0.5)
    assert attempt.status_code is None
    assert attempt.error == "no answer within 0.5 s"


@pytest.mark.parametrize(
    ("beginning", "more"),
    [(OK + b"X-Long: ", b"x" * 1024), (OK, b"X-One-More: x\r\n" * 64), (b"", b"\x00\xff garbage \x1b[2J")],
    ids=["a header without end", "headers without end", "noise"],
)
async def test_a_head_without_end_is_no_answer(beginning: bytes, more: bytes) -> None:
    """It is refused before it fills the memory, in a sentence of one line without the app's control characters."""
    attempt = await sent(endless(beginning, more), seconds=20)
    assert attempt.status_code is None
    assert "did not answer in HTTP" in attempt.error
    assert len(attempt.error) <= 400
    assert "\x1b" not in attempt.error


@pytest.mark.parametrize(
    "beginning", [b"", OK, OK + b"Content-Length: 10\r\n\r\nhalf"], ids=["at once", "head", "body"]
)
async def test_a_connection_that_is_reset_is_no_answer(beginning: bytes) -> None:
    """Wherever it breaks: there is no status, and a sentence."""
    attempt = await sent(resetting(beginning))
    assert attempt.status_code is None
    assert attempt.error


@pytest.fixture
def memory() -> Iterator[None]:
    """What is allocated is traced."""
    tracemalloc.start()
    yield
    tracemalloc.stop()


async def test_a_small_answer_that_unpacks_to_much_is_cut(memory: None) -> None:
    """A hundred megabytes of nothing, compressed: a megabyte is kept, and no more than some are ever unpacked."""
    bomb = gzip.compress(bytes(100 * KEPT), 9)

    async def app(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb) + bomb)
        while await reader.read(65_536):
            pass

    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    attempt = await sent(app, seconds=20)
    assert (attempt.status_code, len(attempt.body)) == (200, KEPT)
    assert tracemalloc.get_traced_memory()[1] - before < 40 * KEPT
