"""The bridge: changes of the workspace become messages, at most one a frame."""

import asyncio
from typing import Final

from textual.message_pump import MessagePump

from inspector.app.messages import DeliveriesChanged
from inspector.workspace import Workspace

__all__ = ["watch"]

_FRAME: Final = 1 / 30
_YIELDED: Final = 6  # as long as the loop was late for a frame, so many times it is left to the receiver


async def watch(workspace: Workspace, target: MessagePump) -> None:
    """Tell a screen what is new until the task is cancelled. What arrives within a frame is told together, and where
    the loop has more to do than it can, frames are fewer."""
    loop = asyncio.get_running_loop()
    target.post_message(DeliveriesChanged(arrived=True, changed=frozenset()))  # what came while it was being made
    async for change in workspace.changes():
        changed = change.forwarded | change.verified
        trimmed = change.trimmed or change.elsewhere
        told = DeliveriesChanged(change.arrived, changed, change.notices, elsewhere=change.elsewhere, trimmed=trimmed)
        target.post_message(told)
        due = loop.time() + _FRAME
        await asyncio.sleep(_FRAME)
        await asyncio.sleep(_YIELDED * (loop.time() - due))
