"""The upper half of the inbox: the list, the filter beneath it, and what to do while there is nothing to see."""

from array import array
from bisect import bisect_right
from collections.abc import Collection
from typing import Final

from textual.app import ComposeResult
from textual.containers import Container
from textual.message import Message
from textual.widgets import ContentSwitcher

from inspector.app.present import empty_lines, first_steps
from inspector.app.widgets.event_list import EventList
from inspector.app.widgets.filter_bar import FilterBar
from inspector.app.widgets.status import SpansView
from inspector.core.query import Query
from inspector.workspace import Workspace

__all__ = ["Browse"]

_EVERYTHING: Final = Query()
_MOVING: Final = frozenset(("app", "is", "signature"))  # keys that may become true of a row that is there already
_LOOKED_AT: Final = 500  # new rows that are asked whether they are copies


class Browse(Container):
    """Asks the workspace for the rows that the filter lets through, and for those that arrive."""

    class Emptied(Message):
        """Whether there is anything to see at all has changed."""

        def __init__(self, empty: bool) -> None:
            super().__init__()
            self.empty = empty

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace = workspace
        self.last: float | None = None
        self._query = _EVERYTHING
        self._filtering = True
        self._total = 0
        self._checked = 0
        self._held_at = 0
        self._cleared = 0  # the id up to which rows are hidden
        self._empty: bool | None = None

    def compose(self) -> ComposeResult:
        """List or what to do next, and the filter."""
        with ContentSwitcher(initial="empty", id="inbox"):
            yield SpansView(id="empty")
            yield EventList(self.workspace.rows, id="events")
        yield FilterBar(self.workspace.service.connectors)

    def load(self) -> None:
        """Show what the store holds."""
        workspace = self.workspace
        steps = first_steps(workspace.address, workspace.public_url, workspace.settings.accounts())
        self.query_one("#empty", SpansView).show(empty_lines(steps))
        self.reload()
        newest = workspace.rows([self.events.newest])
        self.last = newest[0].received_at if newest else None

    def begin(self) -> None:
        """Another session: nothing of the one before is kept."""
        self._total = self._checked = self._cleared = 0
        self.events.marks.clear()
        self.events.renew()
        self.load()

    @property
    def events(self) -> EventList:
        """The list."""
        return self.query_one(EventList)

    @property
    def query_in_force(self) -> Query:
        """The filter, where it is not turned off."""
        return self._query if self._filtering else _EVERYTHING

    @property
    def held(self) -> int | None:
        """How many rows came below since the list was held; None where it follows the newest."""
        if self.events.follow:
            self._held_at = len(self.events)
            return None
        return max(0, len(self.events) - self._held_at)

    def reload(self) -> None:
        """Ask the store anew: at the start, and for another filter."""
        self._catch_up()
        ids = self.workspace.ids(self.query_in_force)
        if self._cleared:
            marks, begin = self.events.marks, bisect_right(ids, self._cleared)
            ids = array("q", [each for each in ids[:begin] if each in marks]) + ids[begin:]
        ids = ids[: bisect_right(ids, self._checked)]  # the writer goes on meanwhile: what is newer comes as an arrival
        self._held_at = len(ids)
        self.events.replace(ids)
        self._show_counts()

    def clear(self) -> None:
        """Hide the rows so far, but for the marked; show them again where they are hidden already."""
        self._cleared = 0 if self._cleared == self.workspace.last_id() else self.workspace.last_id()
        self.reload()

    def _catch_up(self) -> "array[int]":
        """The rows since it was last asked, whatever the filter. Each is counted once: no other read tells how many."""
        came = self.workspace.ids(_EVERYTHING, self._checked)
        if came:
            self._checked = came[-1]
            self._total += len(came)
        return came

    def arrived(self) -> None:
        """Rows beyond those that were asked for go to the end."""
        before = self._checked
        new = self._catch_up()
        if not new:
            return
        self.last = self.workspace.clock()
        if self.query_in_force.terms:
            new = self.workspace.ids(self.query_in_force, before)
            new = new[: bisect_right(new, self._checked)]
        if self._copies_in(new):
            self.events.renew()  # the first of them says ×2 now
        self.events.append(new)
        self._show_counts()

    def _copies_in(self, ids: "array[int]") -> bool:
        return any(row.copies > 1 for row in self.workspace.rows(ids[-_LOOKED_AT:]))

    def changed(self, deliveries: Collection[int]) -> None:
        """The app has answered, or a verdict is there: rows say so, and a filter on that may want other rows."""
        self.events.renew(self.workspace.rows_of(sorted(deliveries)))
        if any(term.key in _MOVING for term in self.query_in_force.terms):
            self.reload()

    def _show_counts(self) -> None:
        rows = len(self.events)
        self.query_one(FilterBar).say(rows, self._total - rows, self._filtering)
        empty = self._total == 0
        if empty is not self._empty:
            self._empty = empty
            self.query_one("#inbox", ContentSwitcher).current = "empty" if empty else "events"
            self.events.focus()
            self.post_message(self.Emptied(empty))

    def on_filter_bar_changed(self, message: FilterBar.Changed) -> None:
        """Narrow the list while one types."""
        message.stop()
        self._query, self._filtering = message.query_, True
        self.reload()

    def on_filter_bar_left(self, message: FilterBar.Left) -> None:
        """Back to the list."""
        message.stop()
        self.events.focus()

    def edit_filter(self) -> None:
        """Type a filter."""
        self.query_one(FilterBar).edit()

    def toggle_filter(self) -> bool:
        """Everything for a moment, or the filter again. False where there is no filter."""
        if not self._query.terms:
            return False
        self._filtering = not self._filtering
        self.reload()
        return True
