"""An app to forward to: mostly fine, sometimes slow, broken or lost, so that there is something to see."""

import asyncio
import json
import socket
from itertools import count
from typing import Final

from aiohttp import web

__all__ = ["DemoApp"]

# Status and seconds of the answers, round and round.
_ANSWERS: Final = (
    *((200, 0.0), (200, 0.02), (200, 0.0), (500, 0.0), (200, 0.01), (200, 0.0), (200, 0.7), (200, 0.0)),
    *((200, 0.03), (404, 0.0), (200, 0.0), (200, 0.05), (200, 0.0)),
)


class DemoApp:
    """A shop's back end. It has its free port of this machine from the start, and answers from `start` on."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._runner: web.AppRunner | None = None
        self._turn = count()

    @property
    def address(self) -> str:
        """Where it takes webhooks."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/webhooks"

    async def start(self) -> None:
        """Answer."""
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_post("/webhooks", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.SockSite(self._runner, self._socket).start()

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()
        self._socket.close()

    async def _answer(self, request: web.Request) -> web.Response:
        await request.read()
        status, seconds = _ANSWERS[next(self._turn) % len(_ANSWERS)]
        await asyncio.sleep(seconds)
        said = {200: {"received": True}, 404: {"error": "no such order"}, 500: {"error": "the database is busy"}}
        return web.Response(status=status, text=json.dumps(said[status]) + "\n", content_type="application/json")
