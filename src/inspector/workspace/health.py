"""Whether the app is there: a connection every few seconds, which is closed again without a word."""

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from inspector.certificates import unchecked
from inspector.model import Destination

if TYPE_CHECKING:
    from inspector.workspace.sending import Sending

__all__ = ["listens", "watch_app"]

_EVERY: Final = 5.0  # seconds
_TIMEOUT: Final = 3.0  # seconds


async def watch_app(workspace: "Sending", destination: Destination) -> None:
    """Keep true what the workspace says of a destination that does not listen, until the task is cancelled."""
    while True:
        if await listens(destination):
            workspace.down.pop(destination.key, None)
        else:
            workspace.down.setdefault(destination.key, workspace.clock())
        await asyncio.sleep(_EVERY)


async def listens(destination: Destination) -> bool:
    """Whether a connection to a destination can be made."""
    # Redis writes an error to its log for every connection that ends before the TLS on it has begun.
    tls = unchecked() if destination.scheme in ("rediss", "amqps") else None
    try:
        # Not wait_for: where a connection and the end of the task coincide, Python 3.11's goes on as if nothing were.
        async with asyncio.timeout(_TIMEOUT):
            _, writer = await asyncio.open_connection(*destination.endpoint, ssl=tls)
    except (OSError, TimeoutError):
        return False
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return True
