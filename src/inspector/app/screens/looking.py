"""Looking: what the list shows of what is there, and in which order. Nothing of it changes what is stored."""

from typing import Final

from msgspec.structs import replace
from textual.binding import Binding

from inspector.app.present import columns
from inspector.app.screens.browse import Browse
from inspector.app.screens.dialogs import Dialogs
from inspector.app.widgets.event_list import EventList
from inspector.app.widgets.filter_bar import FilterBar
from inspector.model import ARRIVAL

__all__ = ["FILTERING", "LOOKING", "Looking"]

FILTERING: Final = (
    Binding("slash", "filter", "Filter", key_display="/", tooltip="Say which rows are wanted"),
    Binding("backslash", "filter(True)", "Filter off and on again", show=False, key_display="\\"),
)
LOOKING: Final = (
    Binding("space", "follow", "Follow", False, tooltip="Follow the newest, or hold still"),
    Binding("v", "sort", "Sort", False, tooltip="Sort by the next column; a click on a title sorts by it"),
    Binding("V", "sort(True)", "Turn the order", False, tooltip="The other way round: the newest or the largest first"),
    Binding("c", "fold", "Fold copies", False, tooltip="Show each event once, its copies counted; show them again"),
    Binding("T", "times", "Times", False, tooltip="Times as 5m ago, or of the day"),
    Binding("x", "clear", "Clear", False, tooltip="Hide what has come so far, but for the marked; show it again"),
)
"""Their keys: a screen puts them where it wants them in its footer."""


class Looking(Dialogs):
    """A screen with a list that can be narrowed, sorted, held and cleared."""

    @property
    def browse(self) -> Browse:
        """The list and its filter."""
        return self.query_one(Browse)

    @property
    def events(self) -> EventList:
        """The list."""
        return self.query_one(EventList)

    def action_filter(self, toggle: bool = False) -> None:
        """Type a filter; or turn it off for a moment, and on again."""
        wanted = self.browse.wanted
        if not toggle:
            self.query_one(FilterBar).edit()
        elif wanted.query.terms:
            self.browse.want(replace(wanted, filtering=not wanted.filtering))
        else:
            self.notify("There is no filter to turn off; / makes one", timeout=3)

    def narrow(self, query: str) -> None:
        """Put a filter into the line and in force."""
        self.query_one(FilterBar).put(query)
        self.events.focus()

    def action_follow(self) -> None:
        """Follow the newest, or hold still: the status line says which."""
        if self.events.follow:
            self.events.follow = False
            return
        if self.browse.wanted.order != ARRIVAL:
            self.browse.want(replace(self.browse.wanted, order=ARRIVAL))
        self.events.action_edge(newest=True)

    def action_sort(self, turn: bool = False) -> None:
        """By the next column that is on the screen, and after the last as they came; or the other way round."""
        wanted = self.browse.wanted
        shown = [each.key for each in columns(self.events.size.width)]
        place = shown.index(wanted.order.column) if wanted.order.column in shown else 0
        column = wanted.order.column if turn else shown[(place + 1) % len(shown)]
        self.browse.want(wanted.sorted_by(column))

    def action_fold(self) -> None:
        """Each event once, or every copy of it."""
        wanted = self.browse.wanted
        self.browse.want(replace(wanted, folded=not wanted.folded))
        said = "Each event once; c shows its copies again" if self.browse.wanted.folded else "Every copy is shown"
        self.notify(said, timeout=3)

    def action_times(self) -> None:
        """Tell times from now, or as they are."""
        self.events.now = self.workspace.clock() if self.events.now is None else None

    def action_mark(self) -> None:
        """Mark the event under the cursor, or take its mark away, and go to the next one."""
        if self.row is not None:
            self.events.marks ^= {self.row.id}
            self.events.renew([self.row.id])
            self.events.action_move(1)

    def action_clear(self) -> None:
        """An empty view: what has come so far is hidden, but for the marked. Once more shows it again."""
        wanted, last = self.browse.wanted, self.workspace.last_id()
        self.browse.want(replace(wanted, cleared=0 if wanted.cleared == last else last))
