"""What has been waiting since before the start: it is sent now, or stays, and a person is told."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from inspector.core.signatures.clock import duration
from inspector.model import Notice, visible

if TYPE_CHECKING:
    from inspector.workspace.sending import Sending

__all__ = ["backlog"]

_LONGEST = 80  # characters of an address


def backlog(workspace: "Sending") -> Iterator[Notice]:
    """A notice a destination that something waits for. What nobody configures any more may come back: nothing of it is
    dropped."""
    for key, count, oldest in workspace.jobs.backlog():
        destination = workspace.destinations.get(key)
        named = f"{destination.name}, {destination.url}" if destination and destination.name else key
        waited = duration(max(0.0, workspace.clock() - oldest))
        which = f"1 delivery has waited {waited}" if count == 1 else f"{count:,} deliveries have waited up to {waited}"
        title = f"{which} for {visible(named, _LONGEST)}"
        if destination is None:
            yield Notice(title, "Nobody configures it now; nothing is lost, and it is sent once somebody does")
        else:
            yield Notice(title, "Being sent now, in the order of arrival", key="pause")
