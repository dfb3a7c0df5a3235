"""The list of events: virtual, so that a hundred thousand rows scroll like a hundred.

It keeps the ids of the rows and a window of what they say; a row is drawn when it is on the screen. The newest is
at the end and is followed until the user moves.
"""

from array import array
from collections.abc import Collection, Sequence
from typing import Final

from textual import on
from textual.events import Click, MouseScrollDown, MouseScrollUp, Resize
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.scrollbar import ScrollDown, ScrollTo, ScrollUp
from textual.strip import Strip

from inspector.app.keys import Key, Section
from inspector.app.present import Line, cells, column_at, columns, header
from inspector.app.widgets.row_window import Fetch, RowWindow
from inspector.app.widgets.styled import StyledView
from inspector.model import ARRIVAL, EventRow, Order

__all__ = ["EventList"]

_REST: Final = 0.15  # seconds that the newest is shown at least while others follow it


class EventList(StyledView, can_focus=True):
    """The rows behind `ids`, whose words `fetch` gets. The first line is that of the titles."""

    BINDINGS = [
        Key("j,down", "move(1)", "Down", show=False, id="down", section=Section.MOVING),
        Key("k,up", "move(-1)", "Up", show=False, id="up", section=Section.MOVING),
        Key("pagedown", "move(1, True)", "Page down", show=False, id="page_down", section=Section.MOVING),
        Key("pageup", "move(-1, True)", "Page up", show=False, id="page_up", section=Section.MOVING),
        Key("g,home", "edge(False)", "First", show=False, id="first", section=Section.MOVING),
        Key("G,end", "edge(True)", "Last, and follow the newest", show=False, id="last", section=Section.MOVING),
    ]

    cursor: reactive[int] = reactive(-1)
    follow: reactive[bool] = reactive(True)
    order: reactive[Order] = reactive(ARRIVAL)
    now: reactive[float | None] = reactive(None)
    """The time, in Unix seconds, that times are told from; None where they are told as they are."""

    class TitleClicked(Message):
        """The title of a column was clicked."""

        def __init__(self, column: str) -> None:
            super().__init__()
            self.column = column

    class Selected(Message):
        """Another row is under the cursor; None where the list is empty."""

        def __init__(self, row: EventRow | None) -> None:
            super().__init__()
            self.row = row

    def __init__(self, fetch: Fetch, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._window = RowWindow(fetch)
        self._told_from: float | None = None
        self.marks: set[int] = set()
        self._selected = self._told = 0  # the ids of the row under the cursor, and of the one that was told of last
        self._resting = False  # since the last one was told of

    def __len__(self) -> int:
        return len(self._window)

    @property
    def ids(self) -> Sequence[int]:
        """The ids of all rows, whether they are on the screen or not."""
        return self._window.ids

    @property
    def row(self) -> EventRow | None:
        """The row under the cursor."""
        return self._window.at(self.cursor)

    def replace(self, ids: "array[int]") -> None:
        """Show other rows. The cursor stays with its event, or goes to the next one that is among them."""
        self._window.ids, self._window.ascending = ids, self.order == ARRIVAL
        self.follow &= self._window.ascending
        self.strips.clear()
        self.spread(self.size.width, len(self) + 1)
        self._go(len(ids) - 1 if self.follow else self._window.place(self._selected))

    def append(self, ids: "array[int]") -> None:
        """More rows at the end."""
        if ids:
            self._window.ids.extend(ids)
            self.spread(self.size.width, len(self) + 1)
            if self.follow or self.cursor < 0:
                self._go(len(self) - 1, calmly=True)

    def forget(self, first: int, but: Collection[int]) -> int:
        """Show nothing before a row any more but these; how many were shown. The others stay where they are."""
        gone = self._window.drop(first, but)
        self.marks = {each for each in self.marks if each >= first or each in but}
        if gone:
            place = max(0, self.scroll_offset.y - gone)
            self.strips.clear()
            self.spread(self.size.width, len(self) + 1)
            self.scroll_to(y=place, animate=False, force=True, immediate=True)
            self._go(len(self) - 1 if self.follow else self._window.place(self._selected))
        return gone

    def renew(self, ids: Collection[int] | None = None) -> None:
        """What these rows say has changed; None: what all of them say."""
        gone = None if ids is None else frozenset(ids)
        self._window.forget(gone)
        self.strips = {} if gone is None else {key: strip for key, strip in self.strips.items() if key[0] not in gone}
        self.refresh()

    def on_resize(self, _: Resize) -> None:
        """Other columns fit now."""
        self.spread(self.size.width, len(self) + 1)
        if self.follow:
            self._go(len(self) - 1)

    def render_line(self, y: int) -> Strip:
        """One line of the screen: the titles, then rows."""
        width, index = self.size.width, self.scroll_offset.y + y - 1
        if y == 0:
            return self.strip(0, lambda: header(columns(width), self.order), 0, width)  # no row has the id 0
        if index >= len(self):
            return self.strip(-1, list, 0, width)
        if self.now != self._told_from:
            self._told_from = self.now
            self.strips.clear()
        beneath = "plain" if index != self.cursor else "cursor" if self.has_focus else "away"
        return self.strip(self._window.ids[index], lambda: self._cells(index), 0, width, beneath)

    def _cells(self, index: int) -> Line:
        row = self._window.at(index)
        return cells(row, columns(self.size.width), row.id in self.marks, self.now) if row else []

    def _go(self, index: int, *, calmly: bool = False) -> None:
        """Put the cursor on a row and bring it into view; tell where it is another row than before."""
        index = min(max(index, 0), len(self) - 1)
        self.cursor = index
        if index >= 0:
            below = Region(0, index, 1, 2)  # the titles take a line of the view
            self.scroll_to_region(below, animate=False, force=True, immediate=True)
        selected = self._window.ids[index] if index >= 0 else 0
        if selected != self._selected or not selected:
            self._selected = selected
            self._tell(calmly=calmly)

    def _tell(self, *, calmly: bool) -> None:
        """Say what is under the cursor; calmly, where it moves by itself: nobody reads what stays for a moment only."""
        if calmly and self._resting:
            return
        self._told = self._selected
        # A message stops at whoever was active when it was made: this one has to be the list's own.
        self.call_later(lambda: self.post_message(self.Selected(self.row)))
        if calmly:
            self._resting = True
            self.set_timer(_REST, self._rested)

    def _rested(self) -> None:
        self._resting = False
        if self._told != self._selected:
            self._tell(calmly=True)

    def watch_has_focus(self, focused: bool) -> None:
        """The cursor is another one while the list does not have the focus."""
        super().watch_has_focus(focused)
        self.refresh()

    @on(MouseScrollUp)
    @on(MouseScrollDown)
    @on(ScrollTo)
    @on(ScrollUp)
    @on(ScrollDown)
    def hold(self) -> None:
        """Who scrolls away from the end wants to read. Once the end is reached, the newest is followed again."""

        def settled() -> None:
            self.follow = self.scroll_target_y >= self.max_scroll_y and self.order == ARRIVAL

        self.call_later(settled)

    def on_click(self, event: Click) -> None:
        """Select the row that is clicked; tell of the title that is."""
        index = self.scroll_offset.y + event.y - 1
        if event.y == 0 and (column := column_at(columns(self.size.width), event.x)):
            self.post_message(self.TitleClicked(column))
        elif event.y > 0 and index < len(self):
            self.follow = False
            self._go(index)

    def action_move(self, by: int, pages: bool = False) -> None:
        """Move by rows, or by what is on the screen; the newest is followed again once one has reached it."""
        self._go(self.cursor + by * (max(1, self.size.height - 2) if pages else 1))
        self.follow = self.cursor >= len(self) - 1 and self.order == ARRIVAL

    def action_edge(self, newest: bool) -> None:
        """To the oldest, and hold still; or to the newest, and follow it."""
        self.follow = newest and self.order == ARRIVAL
        self._go(len(self) - 1 if newest else 0)
