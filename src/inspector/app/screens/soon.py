"""Once in a while, however often it is asked for."""

from collections.abc import Callable
from typing import Final

from textual.message_pump import MessagePump

__all__ = ["OFTEN", "Soon"]

OFTEN: Final = 0.5  # seconds between two looks through many rows


class Soon:
    """Something that is done in a moment, for a part of the screen; what is asked for until then is done with it."""

    def __init__(self, part: MessagePump, work: Callable[[], object]) -> None:
        self._part = part
        self._work = work
        self.waiting = False

    def __call__(self) -> None:
        """Ask for it."""
        if not self.waiting:
            self.waiting = True
            self._part.set_timer(OFTEN, self._due)

    def _due(self) -> None:
        self.waiting = False
        self._work()
