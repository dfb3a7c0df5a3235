"""Whether the app is there: a connection every few seconds, which is closed again without a word."""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from inspector.workspace.workspace import Workspace

__all__ = ["watch_app"]

_EVERY: Final = 5.0  # seconds
_TIMEOUT: Final = 3.0  # seconds


async def watch_app(workspace: "Workspace", url: str) -> None:
    """Keep `app_down_since` of the workspace true until the task is cancelled."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    while True:
        if await _listens(parts.hostname or "", port):
            workspace.app_down_since = None
        elif workspace.app_down_since is None:
            workspace.app_down_since = workspace.clock()
        await asyncio.sleep(_EVERY)


async def _listens(host: str, port: int) -> bool:
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(host, port), _TIMEOUT)
    except (OSError, TimeoutError):
        return False
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return True
