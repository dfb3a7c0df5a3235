"""What happens in the workspace, as messages of the app."""

from textual.message import Message

__all__ = ["DeliveriesChanged"]


class DeliveriesChanged(Message):
    """Deliveries arrived, or some were forwarded or verified. At most one a frame."""

    def __init__(self, arrived: bool, changed: frozenset[int]) -> None:
        super().__init__()
        self.arrived = arrived
        self.changed = changed
