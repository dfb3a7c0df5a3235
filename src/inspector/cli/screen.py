"""The screen of a command. What it shows is opened behind the first frame, and closed whatever happens."""

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inspector.workspace import Workspace

__all__ = ["Opening", "show"]

Opening = Callable[[contextlib.AsyncExitStack], Awaitable["Workspace"]]
"""Opens a workspace that listens; what has to be ended after the screen goes onto the stack."""


def show(opening: Opening) -> int:
    """Run the screen until the user quits. Raises InspectorError where the workspace cannot be opened."""
    return asyncio.run(_show(opening))


async def _show(opening: Opening) -> int:
    from inspector.app import InspectorApp
    from inspector.model import InspectorError

    async with contextlib.AsyncExitStack() as stack:
        app = InspectorApp(lambda: opening(stack))
        with contextlib.suppress(NotImplementedError):  # Windows has no such handlers
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, app.exit)
        error = await app.run_async()
    if isinstance(error, InspectorError):
        raise error
    return app.return_code or 0
