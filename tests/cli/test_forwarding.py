"""Forwarding by real processes: the app comes and goes, the inspector is killed, and all of it arrives in order."""

import asyncio
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import ClientError, ClientSession
from tests.apps import within
from tests.cli.running import ROOT, environment

from inspector.core import parse_query
from inspector.store import Store

PATIENCE = 10_000  # rounds in which something has to be so, however slow the machine
APP = """
import os, sys
from aiohttp import web
log = os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
async def answer(request):
    os.write(log, (await request.json())["id"].encode() + b"\\n")
    return web.Response()
app = web.Application()
app.router.add_post("/hooks", answer)
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None, reuse_address=True)
"""


def free_port() -> int:
    """A port that nobody has at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Machine:
    """The inspector and an app, each a process on a port of its own, which are started and killed."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log = folder, folder / "app.log"
        self.port, self.app_port = free_port(), free_port()
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.answered: list[str] = []

    def start(self, what: str) -> None:
        """Start the one or the other."""
        app = ["-c", APP, str(self.app_port), str(self.log)]
        listen = ["-m", "inspector", "listen", "--headless", "--auto-forward", "--port", str(self.port)]
        listen += ["--forward-to", f":{self.app_port}/hooks", "--data", str(self.folder / "data")]
        command = [sys.executable, *(app if what == "app" else listen)]
        quiet = subprocess.DEVNULL
        env = environment(self.folder)
        self.running[what] = subprocess.Popen(command, cwd=ROOT, env=env, stdout=quiet, stderr=quiet)

    def kill(self, what: str, number: int = signal.SIGKILL) -> None:
        """End the one or the other."""
        process = self.running.pop(what)
        process.send_signal(number)
        process.wait(20)

    async def listening(self) -> None:
        """Wait until the inspector takes requests."""

        def there() -> bool:
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", self.port)) == 0

        await within(there, rounds=1_000)

    async def post(self, first: int, count: int) -> None:
        """Send so many events at full speed, each until it is answered with 200, as a processor would."""
        waiting = iter(range(first, first + count))

        async def send(client: ClientSession) -> None:
            for number in waiting:
                name = f"evt_{number}"
                resource = {"id": f"pi_{number % 50}", "object": "payment_intent"}
                body = {"id": name, "type": "payment_intent.succeeded", "data": {"object": resource}}
                await within(partial(self._sent, client, body), PATIENCE)
                self.answered.append(name)

        async with ClientSession() as client:
            await asyncio.gather(*(send(client) for _ in range(16)))

    async def _sent(self, client: ClientSession, body: dict[str, Any]) -> bool:
        try:
            async with client.post(f"http://127.0.0.1:{self.port}/stripe", json=body) as answer:
                return answer.status == 200
        except (ClientError, OSError):
            return False  # the inspector was killed

    def stored(self) -> list[str]:
        """The ids of what arrived, in the order in which it did."""
        store = Store.open(self.folder / "data", "default")
        try:
            return [row.event_id or "" for row in store.rows(store.ids(parse_query(""), 0.0))]
        finally:
            store.close()

    def waiting(self) -> int:
        """How many deliveries the app has still to get."""
        store = Store.open(self.folder / "data", "default")
        try:
            return sum(store.jobs.waiting().values())
        finally:
            store.close()

    def got(self) -> list[str]:
        """What the app got, in its order."""
        return self.log.read_text().splitlines() if self.log.exists() else []


@contextmanager
def machine(folder: Path) -> Iterator[Machine]:
    """Nothing that was started runs on."""
    found = Machine(folder)
    try:
        yield found
    finally:
        for what in list(found.running):
            found.kill(what)


@pytest.mark.parametrize("deliveries", [900, pytest.param(10_002, marks=[pytest.mark.soak, pytest.mark.timeout(900)])])
async def test_every_delivery_reaches_the_app_in_order_whatever_is_killed(tmp_path: Path, deliveries: int) -> None:
    """At full speed while the app is down, then up, then restarted in the middle, and the inspector killed twice."""
    third = deliveries // 3
    with machine(tmp_path) as it:
        it.start("inspector")
        await it.listening()
        await it.post(0, third)
        posting = asyncio.ensure_future(it.post(third, third))
        await within(lambda: len(it.answered) > third + third // 3, PATIENCE)
        it.kill("inspector")  # the first time: it receives, and the app is down
        it.start("app")
        it.start("inspector")
        await posting
        posting = asyncio.ensure_future(it.post(2 * third, third))
        await within(lambda: len(it.got()) > third // 2, PATIENCE)
        it.kill("app")
        it.start("app")
        await posting
        await within(lambda: len(it.got()) > third, PATIENCE)
        it.kill("inspector")  # the second time: it forwards
        it.start("inspector")
        await it.listening()
        await within(lambda: it.waiting() == 0, PATIENCE)
        it.kill("inspector", signal.SIGTERM)
        stored, got = it.stored(), it.got()
    assert len(it.answered) == 3 * third
    assert set(it.answered) <= set(stored), "an answer means that it is kept"
    assert list(dict.fromkeys(got)) == list(dict.fromkeys(stored)), "at least once, and in the order of arrival"
    again = len(got) - len(stored)
    sys.stdout.write(msgspec.json.encode({"stored": len(stored), "sent twice": again}).decode() + "\n")
    assert again <= 2 * 257 + 2  # what was not written when the inspector was killed, and what the app took with it
