"""Deliveries that could not be kept: their processors are asked to send them again, and somebody has to know."""

from collections.abc import Callable

from inspector.model import InspectorError, Notice

__all__ = ["Refusals"]


class Refusals:
    """The deliveries that were refused since the last one was kept, and why. Told of once, and once it is over."""

    def __init__(self, tell: Callable[[Notice], None]) -> None:
        self._tell = tell
        self.count = 0
        self.why = ""

    def refused(self, error: InspectorError) -> None:
        """A delivery could not be kept."""
        self.count += 1
        if error.title != self.why:
            self.why = error.title
            lines = [line for line in (error.detail, error.hint) if line]
            text = "\n".join([*lines, "Processors are answered with 503, so that they send again"])
            self._tell(Notice(f"Deliveries are refused: {_lowered(error.title)}", text, bad=True))

    def kept(self) -> None:
        """A delivery was kept."""
        if self.count:
            text = f"{self.count:,} were refused: {_lowered(self.why)}"
            self.count, self.why = 0, ""
            self._tell(Notice("Deliveries are kept again", text))


def _lowered(title: str) -> str:
    return title[:1].lower() + title[1:]
