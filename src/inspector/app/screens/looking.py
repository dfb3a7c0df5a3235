"""Looking: what the list shows of what is there, and in which order. Nothing of it changes what is stored."""

from typing import Final

from msgspec.structs import replace

from inspector.app.keys import Key, Section
from inspector.app.present import columns
from inspector.app.screens.browse import Browse
from inspector.app.screens.simulating import Simulating
from inspector.app.widgets.event_list import EventList
from inspector.app.widgets.filter_bar import FilterBar
from inspector.model import ARRIVAL

__all__ = ["FILTERING", "LOOKING", "Looking"]

FILTERING: Final = (
    Key(
        "slash",
        "filter",
        "Filter",
        key_display="/",
        tooltip="Say which rows are wanted",
        id="filter",
        section=Section.LOOKING,
    ),
    Key(
        "backslash",
        "filter(True)",
        "Filter off and on again",
        show=False,
        key_display="\\",
        id="filter_off",
        section=Section.LOOKING,
    ),
)
LOOKING: Final = (
    Key(
        "space",
        "follow",
        "Follow",
        False,
        tooltip="Follow the newest, or hold still",
        id="follow",
        section=Section.LOOKING,
    ),
    Key(
        "v",
        "sort",
        "Sort",
        False,
        tooltip="Sort by the next column; a click on a title sorts by it",
        id="sort",
        section=Section.LOOKING,
    ),
    Key(
        "V",
        "sort(True)",
        "Turn the order",
        False,
        tooltip="The other way round: the newest or the largest first",
        id="sort_turn",
        section=Section.LOOKING,
    ),
    Key(
        "c",
        "fold",
        "Fold copies",
        False,
        tooltip="Show each event once, its copies counted; show them again",
        id="fold",
        section=Section.LOOKING,
    ),
    Key("T", "times", "Times", False, tooltip="Times as 5m ago, or of the day", id="times", section=Section.LOOKING),
    Key(
        "x",
        "clear",
        "Clear",
        False,
        tooltip="Hide what has come so far, but for the marked; show it again",
        id="clear",
        section=Section.LOOKING,
    ),
)
"""Their keys: a screen puts them where it wants them in its footer."""


class Looking(Simulating):
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
        else:
            self.browse.want(replace(wanted, filtering=not wanted.filtering))

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
        once = f"Each event once; {self.signs['fold']} shows its copies again"
        said = once if self.browse.wanted.folded else "Every copy is shown"
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
