"""A scrolled page of lines: the Event, Signature, Headers and Forwards tabs, and the raw body."""

from collections.abc import Callable

from textual.binding import Binding
from textual.events import Resize
from textual.geometry import Size
from textual.strip import Strip

from inspector.app.present import Line, line_width
from inspector.app.widgets.styled import StyledView

__all__ = ["LinesView"]


class LinesView(StyledView, can_focus=True):
    """Shows lines that a function makes for the width at hand. Long ones are reached by scrolling sideways."""

    BINDINGS = [
        Binding("j,down", "scroll_down", "Down", show=False),
        Binding("k,up", "scroll_up", "Up", show=False),
        Binding("pagedown", "page_down", "Page down", show=False),
        Binding("pageup", "page_up", "Page up", show=False),
        Binding("h,left", "scroll_left", "To the left", show=False),
        Binding("l,right", "scroll_right", "To the right", show=False),
        Binding("g,home", "scroll_home", "Top", show=False),
        Binding("G,end", "scroll_end", "Bottom", show=False),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._make: Callable[[int], list[Line]] | None = None
        self.lines: list[Line] = []

    def show(self, make: Callable[[int], list[Line]], *, keep: bool = False) -> None:
        """Show what `make` answers for a width; `keep` leaves the place where one has scrolled to."""
        self._make = make
        self._remake()
        if not keep:
            self.scroll_to(0, 0, animate=False)

    def on_resize(self, _: Resize) -> None:
        """Lay the lines out anew."""
        self._remake()

    def _remake(self) -> None:
        if self._make is None or not self.size.width:
            return
        self.lines = self._make(self.size.width)
        self.virtual_size = Size(max(map(line_width, self.lines), default=0), len(self.lines))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        index = self.scroll_offset.y + y
        line = self.lines[index] if index < len(self.lines) else []
        return self.strip(line, self.scroll_offset.x, self.size.width)
