"""What happens in the workspace, as messages of the app."""

from collections.abc import Sequence

from textual.message import Message

from inspector.model import Notice

__all__ = ["DeliveriesChanged", "LinkFollowed"]


class DeliveriesChanged(Message):
    """Deliveries arrived, or some say something else now; and what a person should know. At most one a frame."""

    def __init__(
        self,
        arrived: bool,
        changed: frozenset[int],
        notices: Sequence[Notice] = (),
        *,
        elsewhere: bool = False,
        trimmed: bool = False,
    ) -> None:
        super().__init__()
        self.trimmed = trimmed
        self.elsewhere = elsewhere
        self.notices = notices
        self.arrived = arrived
        self.changed = changed


class LinkFollowed(Message):
    """Somebody wants to see what a line or a place leads to: a field of the event."""

    def __init__(self, link: str) -> None:
        super().__init__()
        self.link = link
