"""The screen of a command. What it shows is opened behind the first frame, and closed whatever happens."""

import asyncio
import contextlib
import os
import select
import signal
import threading
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from inspector.workspace import Workspace

__all__ = ["Opening", "show"]

_GRACE: Final = 5.0  # seconds that leaving in good order may take

Opening = Callable[[contextlib.AsyncExitStack], Awaitable["Workspace"]]
"""Opens a workspace that listens; what has to be ended after the screen goes onto the stack."""


def show(opening: Opening, theme: str | None = None) -> int:
    """Run the screen until the user quits; `theme` stands over the one that is configured or kept. InspectorError where
    the workspace cannot be opened."""
    return asyncio.run(_show(opening, theme))


async def _show(opening: Opening, theme: str | None) -> int:
    from inspector.app import InspectorApp
    from inspector.model import InspectorError

    async with contextlib.AsyncExitStack() as stack:
        app = InspectorApp(lambda: opening(stack), theme)
        loop = asyncio.get_running_loop()

        for name in ("SIGTERM", "SIGHUP"):
            with contextlib.suppress(NotImplementedError, AttributeError):  # Windows has no such handlers
                loop.add_signal_handler(getattr(signal, name), app.exit)
        threading.Thread(target=_leave_with_the_terminal, args=(loop, app.exit), daemon=True).start()
        error = await app.run_async()
    if isinstance(error, InspectorError):
        raise error
    return app.return_code or 0


def _leave_with_the_terminal(loop: asyncio.AbstractEventLoop, leave: Callable[[], None]) -> None:
    """Leave when the terminal's window is closed, also where no signal says so.

    Textual's writing thread ends with the terminal, and the next write to it then waits for ever, the whole loop with
    it: what has not left in good order by then is ended. Nothing is lost: what was answered is on the disk.
    """
    if not hasattr(select, "poll") or not os.isatty(0):
        return  # Windows ends a program together with its terminal
    terminal = select.poll()
    terminal.register(0, 0)  # a hang-up is told even where nothing is asked for
    if any(told & select.POLLHUP for _, told in terminal.poll()):
        loop.call_soon_threadsafe(leave)
        time.sleep(_GRACE)
        os._exit(0)
