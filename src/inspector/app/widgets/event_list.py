"""The list of events: virtual, so that a hundred thousand rows scroll like a hundred.

It keeps the ids of the rows and a window of what they say; a row is drawn when it is on the screen. The newest is
at the end and is followed until the user moves.
"""

from array import array
from collections.abc import Sequence
from typing import Final

from textual.binding import Binding
from textual.events import Click, Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from inspector.app.present import Line, cells, columns, header
from inspector.app.widgets.row_window import Fetch, RowWindow
from inspector.app.widgets.styled import StyledView
from inspector.model import EventRow

__all__ = ["EventList"]

_KEPT: Final = 1_000  # lines that are kept as they were drawn


class EventList(StyledView, can_focus=True):
    """The rows behind `ids`, whose words `fetch` gets. The first line is that of the titles."""

    BINDINGS = [
        Binding("j,down", "move(1)", "Down", show=False),
        Binding("k,up", "move(-1)", "Up", show=False),
        Binding("pagedown", "move(1, True)", "Page down", show=False),
        Binding("pageup", "move(-1, True)", "Page up", show=False),
        Binding("g,home", "edge(False)", "First", show=False),
        Binding("G,end", "edge(True)", "Last, and follow the newest", show=False),
    ]

    cursor: reactive[int] = reactive(-1)
    follow: reactive[bool] = reactive(True)

    class Selected(Message):
        """Another row is under the cursor; None where the list is empty."""

        def __init__(self, row: EventRow | None) -> None:
            super().__init__()
            self.row = row

    def __init__(self, fetch: Fetch, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._window = RowWindow(fetch)
        self._strips: dict[tuple[int, bool], Strip] = {}

    def __len__(self) -> int:
        return len(self._window)

    @property
    def newest(self) -> int:
        """The id of the last row; 0 where there is none."""
        return self._window.ids[-1] if len(self) else 0

    @property
    def row(self) -> EventRow | None:
        """The row under the cursor."""
        return self._window.at(self.cursor)

    def replace(self, ids: "array[int]") -> None:
        """Show other rows. The cursor stays with its event where that is among them."""
        held = self._window.ids[self.cursor] if 0 <= self.cursor < len(self) else None
        self._window.ids = ids
        self._grown()
        place = ids.index(held) if held is not None and held in ids else len(ids) - 1
        self._go(len(ids) - 1 if self.follow else place)

    def append(self, ids: "array[int]") -> None:
        """More rows at the end."""
        if ids:
            self._window.ids.extend(ids)
            self._grown()
            if self.follow or self.cursor < 0:
                self._go(len(self) - 1)

    def renew(self, ids: Sequence[int]) -> None:
        """What these rows say has changed."""
        self._window.forget(ids)
        gone = set(ids)
        self._strips = {key: strip for key, strip in self._strips.items() if key[0] not in gone}
        self.refresh()

    def _grown(self) -> None:
        self.virtual_size = Size(self.size.width, len(self) + 1)
        self.refresh()

    def on_resize(self, _: Resize) -> None:
        """Other columns fit now."""
        self._strips.clear()
        self._grown()
        if self.follow:
            self._reveal()

    def notify_style_update(self) -> None:
        """Another theme: everything is drawn anew."""
        super().notify_style_update()
        self._strips.clear()

    def render_line(self, y: int) -> Strip:
        """One line of the screen: the titles, then rows."""
        width = self.size.width
        if y == 0:
            return self.strip(header(columns(width)), 0, width)
        index = self.scroll_offset.y + y - 1
        if index >= len(self):
            return Strip.blank(width, self.rich_style)
        return self._row_strip(index, width)

    def _row_strip(self, index: int, width: int) -> Strip:
        key = (self._window.ids[index], index == self.cursor)
        strip = self._strips.get(key)
        if strip is None:
            row = self._window.at(index)
            line: Line = cells(row, columns(width)) if row else []
            beneath = ("cursor" if self.has_focus else "away") if key[1] else "plain"
            strip = self.strip(line, 0, width, beneath)
            if len(self._strips) > _KEPT:
                self._strips.clear()
            self._strips[key] = strip
        return strip

    def _go(self, index: int) -> None:
        index = min(max(index, 0), len(self) - 1)
        changed = index != self.cursor
        self.cursor = index
        self._reveal()
        if changed or index < 0:
            self.post_message(self.Selected(self.row))

    def _reveal(self) -> None:
        if self.cursor >= 0:
            below = Region(0, self.cursor, 1, 2)  # the titles take a line of the view
            self.scroll_to_region(below, animate=False, force=True, immediate=True)

    def watch_cursor(self) -> None:
        """The old and the new row are drawn anew."""
        self._strips = {key: strip for key, strip in self._strips.items() if not key[1]}
        self.refresh()

    def watch_has_focus(self, focused: bool) -> None:
        """The cursor is another one while the list does not have the focus."""
        super().watch_has_focus(focused)
        self.watch_cursor()

    def on_click(self, event: Click) -> None:
        """Select the row that is clicked."""
        index = self.scroll_offset.y + event.y - 1
        if event.y > 0 and index < len(self):
            self.follow = False
            self._go(index)

    def action_move(self, by: int, pages: bool = False) -> None:
        """Move by rows, or by what is on the screen; the newest is followed again once one has reached it."""
        self._go(self.cursor + by * (max(1, self.size.height - 2) if pages else 1))
        self.follow = self.cursor >= len(self) - 1

    def action_edge(self, newest: bool) -> None:
        """To the oldest, and hold still; or to the newest, and follow it."""
        self.follow = newest
        self._go(len(self) - 1 if newest else 0)
