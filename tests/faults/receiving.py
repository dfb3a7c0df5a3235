"""A receiver in a process of its own, headless, and deliveries for it that are counted."""

import asyncio
import contextlib
import os
import re
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import aiohttp

from inspector.workspace import Workspace
from tests.apps import within
from tests.cli.running import ROOT, environment
from tests.soak.deliveries import Answered, Deliveries, own_headers

__all__ = ["Receiver", "deliver", "receiving", "started"]

_START: Final = 30.0  # seconds that a start may take on a machine that has much to do
_PATIENCE: Final = 60.0  # seconds that an answer may take
_SENDERS: Final = 32


class Receiver:
    """A process that listens. `told` has what it has said on standard error."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.address = ""
        self.told: list[str] = []
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.told.append(line.decode())

    @property
    def words(self) -> str:
        """All that it has said on standard error."""
        return "".join(self.told)

    async def listens(self) -> None:
        """Wait until it names its address."""
        async with asyncio.timeout(_START):
            while not (found := re.search(r"listens on (http://\S+)", self.words)):
                assert not self._reading.done(), self.words
                await asyncio.sleep(0.02)
        self.address = found[1]

    async def says(self, text: str) -> None:
        """Wait until it has said this on standard error."""
        await within(lambda: text in self.words)

    def kill(self) -> None:
        """As `kill -9` does it."""
        self.signal(signal.SIGKILL)

    def signal(self, number: int) -> None:
        """Not by the process object: it would look whether it has ended, and take the exit code from its watcher."""
        if self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, number)

    async def stop(self) -> int:
        """End it in good order; the exit code."""
        self.signal(signal.SIGTERM)
        return await self.ended()

    async def ended(self) -> int:
        """The exit code, once it has ended and all that it said was read."""
        async with asyncio.timeout(_START):
            code = await self.process.wait()
            await self._reading
        return code


@asynccontextmanager
async def started(
    data: Path, *words: str, stdout: int = asyncio.subprocess.DEVNULL, variables: Mapping[str, str] | None = None
) -> AsyncIterator[Receiver]:
    """`inspector listen --headless` on a free port and a data folder; it is killed where it has not ended."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "inspector", "listen", "--headless", "--port", "0", "--data", str(data), *words),
        cwd=ROOT,
        env=environment(data.parent, **(variables or {})),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=stdout,
        stderr=asyncio.subprocess.PIPE,
    )
    receiver = Receiver(process)
    try:
        yield receiver
    finally:
        receiver.kill()
        await receiver.ended()


@asynccontextmanager
async def receiving(data: Path, *words: str, **variables: str) -> AsyncIterator[Receiver]:
    """The same, once it listens."""
    async with started(data, *words, variables=variables) as receiver:
        await receiver.listens()
        yield receiver


async def deliver(
    deliveries: Deliveries, numbers: Iterator[int], answered: Answered, then: Callable[[], None] = lambda: None
) -> Counter[int]:
    """Send deliveries side by side until there are no more, or the receiver has gone; `then` after each answer.
    How often each status was answered."""
    statuses: Counter[int] = Counter()
    gone = False

    async def send(client: aiohttp.ClientSession) -> None:
        nonlocal gone
        while not gone and (number := next(numbers, None)) is not None:
            request = deliveries.make(number, Workspace.clock())
            try:
                async with client.post(request.url, data=request.body, headers=own_headers(request)) as answer:
                    await answer.read()
            except (aiohttp.ClientError, OSError):
                gone = True
                return
            statuses[answer.status] += 1
            if answer.ok:
                answered.add(number, request.body)
            then()

    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_PATIENCE)) as client:
        await asyncio.gather(*[send(client) for _ in range(_SENDERS)])
    return statuses
