"""ngrok through pyngrok, which waits for its agent: so it has a thread of its own, and tells the loop what happens."""

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Final, TypeVar

from inspector.model import InspectorError
from inspector.tunnel.agent import Home, agent_path
from inspector.tunnel.errors import no_token, told, too_old

if TYPE_CHECKING:
    from pyngrok.conf import PyngrokConfig
    from pyngrok.log import NgrokLog

__all__ = ["Ngrok"]

_STARTUP: Final = 15  # seconds
_GRACE: Final = 5  # seconds beyond that
_LOST: Final = ("session closed", "failed to reconnect session", "heartbeat timeout")
_BACK: Final = "client session established"

Result = TypeVar("Result")


class Ngrok:
    """One agent with one public address, which leads to `upstream` and to nothing else.

    `heard` is called in the loop: with the reason when the agent has lost its connection, with None when it is back.
    """

    def __init__(self, folder: Path, upstream: str, heard: Callable[[str | None], None]) -> None:
        self._home = Home(folder)
        self._upstream = upstream
        self._heard = heard
        self._loop = asyncio.get_running_loop()
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._config: PyngrokConfig | None = None
        self._secret = ""
        self._connected = False  # to ngrok; whether it does what it is asked for is another question
        self._up = False
        # A daemon: it waits for the agent, and nobody who leaves has to wait for it.
        threading.Thread(target=self._run, name="ngrok", daemon=True).start()

    async def start(self, token: str, domain: str | None) -> str:
        """Start the agent; the public address. Raises InspectorError with the reason in words, and the fix."""
        agent = agent_path()
        if agent is None:
            raise InspectorError("ngrok's agent is not on this machine", hint="Install it: https://ngrok.com/download")
        if not token:
            raise no_token()
        self._secret = token
        try:
            async with asyncio.timeout(_STARTUP + _GRACE):
                return await self._do(partial(self._start, agent, token, domain))
        except TimeoutError:  # pyngrok looks at the clock only when the agent says something
            self._home.kill()
            with suppress(TimeoutError):
                async with asyncio.timeout(_GRACE):
                    await self._do(self._end)
            raise (too_old() if self._connected else told(["ngrok's agent says nothing"])) from None

    async def stop(self) -> None:
        """End the agent, and the thread; also in the middle of a start."""
        self._up = False
        self._home.kill()
        await self._do(self._end)
        self._work.put(None)

    def alive(self) -> bool:
        """Whether the agent runs."""
        from pyngrok import process

        return self._config is not None and process.is_process_running(self._config.ngrok_path)

    def _start(self, agent: Path, token: str, domain: str | None) -> str:
        from pyngrok import ngrok
        from pyngrok.conf import PyngrokConfig
        from pyngrok.exception import PyngrokError

        _be_silent()
        self._connected = False
        started = self._home.prepare(token, agent)
        self._config = config = PyngrokConfig(
            ngrok_path=str(started),
            config_path=str(self._home.configuration),
            startup_timeout=_STARTUP,
            log_event_callback=self._log,
        )
        # The configuration holds it: on a command line, everybody on this machine could read it.
        config.auth_token = None
        options = {"url": domain if "://" in domain else f"https://{domain}"} if domain else {}
        try:
            found = ngrok.connect(self._upstream, name="inspector", pyngrok_config=config, **options)
        except (PyngrokError, OSError) as error:
            ngrok.kill(config)
            raise self._failure(error) from None
        finally:
            self._home.forget()
        self._up = True
        return str(found.public_url)

    def _failure(self, error: Exception) -> InspectorError:
        logs = [log for log in getattr(error, "ngrok_logs", ()) if log.err and log.err != "nil"]
        if self._connected and not (logs or getattr(error, "ngrok_error", None) or hasattr(error, "status_code")):
            return too_old()  # it does not know what it is asked for: /api/endpoints, since 3.30
        texts = [str(getattr(error, "ngrok_error", None) or ""), *(str(log.err) for log in reversed(logs))]
        texts += [*self._home.complaints(), *([] if logs else [str(error)])]
        return told(texts, (self._secret,))

    def _end(self) -> None:
        from pyngrok import ngrok

        if self._config is not None:
            ngrok.kill(self._config)
            self._home.forget()

    def _log(self, log: "NgrokLog") -> None:
        """Called by pyngrok, in whichever thread reads the agent's log."""
        message = log.msg or ""
        if not self._up:
            self._connected |= _BACK in message
            return
        if message.startswith(_LOST):
            self._tell(str(told([str(log.err or "")], (self._secret,)).detail))
        elif _BACK in message:
            self._tell(None)

    def _tell(self, reason: str | None) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._heard, reason)

    async def _do(self, work: Callable[[], Result]) -> Result:
        """Do something in the thread."""
        done: asyncio.Future[Result] = self._loop.create_future()

        def settle(set_: Callable[[Any], None], value: object) -> None:
            if not done.done():
                set_(value)

        def run() -> None:
            try:
                found = work()
            except Exception as error:  # noqa: BLE001 - the thread's edge: whoever waits gets it
                self._loop.call_soon_threadsafe(settle, done.set_exception, error)
            else:
                self._loop.call_soon_threadsafe(settle, done.set_result, found)

        self._work.put(run)
        return await done

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            work()


def _be_silent() -> None:
    """pyngrok repeats the agent's log, which would go to the screen."""
    logger = logging.getLogger("pyngrok")
    logger.propagate = False
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
