"""The upper half of the inbox: the list, the filter beneath it, and what to do while there is nothing to see."""

from typing import Final

from textual.app import ComposeResult
from textual.containers import Container
from textual.message import Message
from textual.widgets import ContentSwitcher

from inspector.app.present import empty_lines
from inspector.app.widgets.event_list import EventList
from inspector.app.widgets.filter_bar import FilterBar
from inspector.app.widgets.status import SpansView
from inspector.core.query import Query
from inspector.workspace import Workspace

__all__ = ["Browse"]

_EVERYTHING: Final = Query()


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
        self._empty: bool | None = None

    def compose(self) -> ComposeResult:
        """List or what to do next, and the filter."""
        with ContentSwitcher(initial="empty", id="inbox"):
            yield SpansView(id="empty")
            yield EventList(self.workspace.rows, id="events")
        yield FilterBar()

    def load(self) -> None:
        """Show what the store holds."""
        workspace = self.workspace
        lines = empty_lines(workspace.address, workspace.public_url, workspace.settings.accounts())
        self.query_one("#empty", SpansView).show(lines)
        self.reload()
        newest = workspace.rows([self.events.newest])
        self.last = newest[0].received_at if newest else None

    @property
    def events(self) -> EventList:
        """The list."""
        return self.query_one(EventList)

    @property
    def query_in_force(self) -> Query:
        """The filter, where it is not turned off."""
        return self._query if self._filtering else _EVERYTHING

    def reload(self) -> None:
        """Ask the store anew: at the start, and for another filter."""
        ids = self.workspace.ids(self.query_in_force)
        self._total = self.workspace.total()
        self._checked = self.workspace.last_id()
        self.events.replace(ids)
        self._show_counts()

    def arrived(self) -> None:
        """Rows beyond those that were asked for go to the end."""
        newest = self.workspace.last_id()
        if newest == self._checked:
            return
        query = self.query_in_force
        new = self.workspace.ids(query, self._checked)
        self._total += len(new) if query is _EVERYTHING else len(self.workspace.ids(_EVERYTHING, self._checked))
        self._checked = newest
        self.last = self.workspace.clock()
        self.events.append(new)
        self._show_counts()

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
