"""Apps to forward to: they keep what they get, answer as they are told, and come and go on one port."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from inspector.model import CapturedRequest

__all__ = ["App", "running_app", "within"]

Answer = Callable[[CapturedRequest], int]


class App:
    """An app on loopback. `answer` says with which status it answers a request."""

    def __init__(self, answer: Answer, tls: ssl.SSLContext | None = None) -> None:
        self.answer = answer
        self.received: list[CapturedRequest] = []
        self.port = 0
        self._tls = tls
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """The address for webhooks."""
        return f"http{'s' if self._tls else ''}://localhost:{self.port}/hooks"

    @property
    def bodies(self) -> list[bytes]:
        """The bodies of what it got, in their order."""
        return [each.body for each in self.received]

    async def start(self) -> None:
        """Listen, on the port that it had before."""
        served = web.Application()
        served.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(served)
        await self._runner.setup()
        await web.TCPSite(self._runner, "localhost", self.port, ssl_context=self._tls, reuse_address=True).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Listen no longer."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def got(self, count: int) -> None:
        """Wait until it got so many requests."""
        await within(lambda: len(self.received) >= count)

    async def _answer(self, request: web.Request) -> web.Response:
        headers = tuple(request.headers.items())
        url, body = str(request.url), await request.read()
        received = CapturedRequest(method=request.method, url=url, headers=headers, body=body)
        self.received.append(received)
        return web.Response(status=self.answer(received))


@asynccontextmanager
async def running_app(answer: Answer = lambda _: 200, tls: ssl.SSLContext | None = None) -> AsyncIterator[App]:
    """An app that listens until the block is left."""
    app = App(answer, tls)
    await app.start()
    try:
        yield app
    finally:
        await app.stop()


async def within(promise: Callable[[], bool] | Callable[[], Awaitable[bool]], rounds: int = 500) -> None:
    """Wait for something that will be so in a moment."""
    for _ in range(rounds):
        found = promise()
        if found if isinstance(found, bool) else await found:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come to be")
