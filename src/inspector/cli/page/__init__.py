"""The screen as a page in a browser: textual-serve runs it, and nobody without the token gets in."""

import secrets
import shlex
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Final

from aiohttp import web
from textual_serve.server import Server

from inspector.cli import output

__all__ = ["Page"]

_COOKIE: Final = "inspector"
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Page(Server):
    """Serves `inspector listen` with these words: a process for each page that is open, the first of which receives."""

    def __init__(self, words: Sequence[str], on: socket.socket) -> None:
        command = [sys.executable, "-m", "inspector", "listen", *words]
        text = subprocess.list2cmdline(command) if sys.platform == "win32" else shlex.join(command)
        host, port = on.getsockname()[:2]
        super().__init__(text, host, port, title="Inspector", templates_path=Path(__file__).parent)
        self._socket = on
        self._token = secrets.token_urlsafe(24)

    def run(self) -> None:
        """Serve until Ctrl+C or SIGTERM."""
        web.run_app(self._make_app(), sock=self._socket, print=None, access_log=None)

    async def _make_app(self) -> web.Application:
        app = await super()._make_app()
        app.middlewares.append(self._guard)
        return app

    async def on_startup(self, app: web.Application) -> None:
        """Say where it is: whoever has the address has the screen."""
        output.write(f"{self.public_url}/?token={self._token}")
        output.note("Open it in a browser. Ctrl+C ends it.")

    @web.middleware
    async def _guard(self, request: web.Request, handler: Answer) -> web.StreamResponse:
        """The token in the address of the page becomes a cookie, which everything else on the page has to bear."""
        given = request.query.get("token", "")
        if request.path == "/" and self._is_token(given):
            response = await handler(request)
            response.set_cookie(_COOKIE, self._token, httponly=True, samesite="Strict")
            response.headers["Cache-Control"] = "no-store"
            return response
        # A page of another program on this machine is of the same site, and bears the cookie as well: its origin tells.
        if self._is_token(request.cookies.get(_COOKIE, "")) and request.headers.get("Origin") in (
            None,
            self.public_url,
        ):
            return await handler(request)
        raise web.HTTPForbidden(text="Open the address that `inspector web` has printed, with its token.\n")

    def _is_token(self, text: str) -> bool:
        return secrets.compare_digest(text.encode("utf-8", "replace"), self._token.encode())
