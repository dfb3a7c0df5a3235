"""What happens in the workspace, as messages of the app."""

from textual.message import Message

__all__ = ["DeliveriesChanged"]


class DeliveriesChanged(Message):
    """Deliveries arrived, or attempts to forward some of them ended. At most one a frame."""

    def __init__(self, arrived: bool, forwarded: frozenset[int]) -> None:
        super().__init__()
        self.arrived = arrived
        self.forwarded = forwarded
