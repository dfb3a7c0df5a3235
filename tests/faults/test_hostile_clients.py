"""Clients that send slowly, too much, or lie: they get what they deserve, and nobody else notices."""

import asyncio
import re
import resource
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import pytest

from inspector import receiver as module
from inspector.workspace import Options, Workspace
from tests.faults.receiving import Receiver, deliver, receiving
from tests.soak.deliveries import Answered, Deliveries, Stored

HEAD = b"POST /stripe HTTP/1.1\r\nHost: a\r\n"
FLOOD = 11 * 1024 * 1024  # bytes, more than a body may have


@asynccontextmanager
async def connected(address: str) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A raw connection to a receiver."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
    try:
        yield reader, writer
    finally:
        writer.close()


async def answers(address: str, content: bytes, *, hang_up: bool = False) -> list[int]:
    """The statuses of the answers to some bytes, up to the first that is final, or to the end."""
    found: list[int] = []
    async with connected(address) as (reader, writer):
        writer.write(content)
        with suppress(ConnectionError):
            await writer.drain()
            if hang_up:
                writer.write_eof()
            async with asyncio.timeout(20):
                while line := await reader.readline():
                    if status := re.match(rb"HTTP/1\.[01] (\d\d\d)", line):
                        found.append(int(status[1]))
                        if found[-1] >= 200:
                            break
    return found


@pytest.fixture
async def receiver(tmp_path: Path) -> AsyncIterator[Receiver]:
    """One that listens; whatever is done to it, it has nothing to say of it but for the start, and goes on."""
    deliveries, answered = Deliveries(), Answered()
    async with receiving(tmp_path / "data") as found:
        yield found
        deliveries.address = found.address
        assert (await deliver(deliveries, iter(range(10)), answered)).total() == len(answered) == 10
        assert "Error" not in found.words
        assert "Traceback" not in found.words
        assert await found.stop() == 0


LIES = {
    "two lengths": (HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x", [400]),
    "a length and chunks": (HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", [400]),
    "a negative length": (HEAD + b"Content-Length: -2\r\n\r\n{}", [400]),
    "a length beyond all numbers": (HEAD + b"Content-Length: 99999999999999999999\r\n\r\n{}", [400]),
    "a length beyond the limit": (HEAD + b"Content-Length: 99999999999\r\n\r\n{}", [413]),
    "chunks that are none": (HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", [400]),
    "chunks without end": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s" % (FLOOD, bytes(FLOOD)), [413]),
    "a header without end": (HEAD + b"X: " + b"a" * 100_000 + b"\r\n\r\n", [400]),
    "headers without end": (HEAD + b"".join(b"X%d: a\r\n" % n for n in range(20_000)) + b"\r\n", [400]),
    "a path without end": (b"POST /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", [400]),
    "a header with a null": (HEAD + b"X: a\0b\r\nContent-Length: 2\r\n\r\n{}", [400]),
    "another protocol": (b"SSH-2.0-OpenSSH_9.6\r\n", [400]),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500), [400]),
}


@pytest.mark.parametrize(("content", "expected"), LIES.values(), ids=list(LIES))
async def test_a_request_that_cannot_be_right_gets_a_400(
    receiver: Receiver, content: bytes, expected: list[int]
) -> None:
    """Or a 413 where it is too large, long before it has been sent; nothing of it is told to the user's terminal."""
    assert await answers(receiver.address, content) == expected


async def test_a_body_that_is_shorter_than_it_says_is_not_stored(tmp_path: Path) -> None:
    """Whoever hangs up in the middle gets no answer, and half of a delivery is none."""
    async with receiving(tmp_path / "data") as found:
        for content in (b"Content-Length: 100\r\n\r\n{}", b"Transfer-Encoding: chunked\r\n\r\nff\r\n{}"):
            assert await answers(found.address, HEAD + content, hang_up=True) == []
        assert await answers(found.address, HEAD + b"Content-Length: 2\r\nX-Delivery-Number: 1\r\n\r\n{}") == [200]
        assert "Traceback" not in found.words
        assert await found.stop() == 0
    assert Stored.read(tmp_path / "data" / "inspector.db", Answered()).total == 1


@asynccontextmanager
async def impatient(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, idle: float, body: float
) -> AsyncIterator[Workspace]:
    """A receiver that waits for a part of a second only."""
    monkeypatch.setattr(module, "_IDLE", idle)
    monkeypatch.setattr(module, "_BODY", body)
    workspace = await Workspace.open(Options(data=tmp_path, port=0))
    try:
        await workspace.listen()
        yield workspace
    finally:
        await workspace.close()


async def test_a_body_that_trickles_gets_a_408(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is waited for as long as was said and no longer, however steadily it comes; it is not stored."""
    async with (
        impatient(tmp_path, monkeypatch, 75, 0.3) as workspace,
        connected(workspace.address) as (reader, writer),
    ):
        writer.write(HEAD + b"Content-Length: 1000000\r\n\r\n")
        answer = asyncio.create_task(reader.readline())
        for _ in range(500):
            if answer.done():
                break
            writer.write(b" ")
            await asyncio.sleep(0.02)
        assert b" 408 " in await answer
        assert workspace.total() == 0


async def test_a_head_that_trickles_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection on which no request is complete is closed after a while, so that it holds no place for ever."""
    async with (
        impatient(tmp_path, monkeypatch, 0.3, 60) as workspace,
        connected(workspace.address) as (reader, writer),
    ):
        writer.write(HEAD)
        async with asyncio.timeout(20):
            with suppress(ConnectionError):
                assert await reader.read() == b""
        assert workspace.total() == 0


@pytest.mark.parametrize("count", [500, pytest.param(10_000, marks=[pytest.mark.soak, pytest.mark.timeout(600)])])
async def test_connections_that_do_nothing_keep_nobody_out(tmp_path: Path, count: int) -> None:
    """While so many clients are connected that have sent half of a request, deliveries are answered as ever."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count + 500:
        pytest.skip(f"this machine allows {hard} open files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count + 500), hard))
    deliveries, answered = Deliveries(), Answered()
    try:
        async with receiving(tmp_path / "data") as found, AsyncExitStack() as stack:
            deliveries.address = found.address
            for _ in range(count):
                _, writer = await stack.enter_async_context(connected(found.address))
                writer.write(HEAD)
            assert (await deliver(deliveries, iter(range(200)), answered)).total() == 200
            assert len(answered) == 200
            assert "Traceback" not in found.words
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    async with receiving(tmp_path / "data") as found:
        assert await found.stop() == 0
    assert Stored.read(tmp_path / "data" / "inspector.db", answered) == (200, 0, 0, 0)
