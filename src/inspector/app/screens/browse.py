"""The upper half of the inbox: the list, the filter beneath it, and what to do while there is nothing to see."""

from array import array
from collections.abc import Collection, Mapping
from contextlib import aclosing
from typing import Final

from msgspec.structs import replace
from textual.app import ComposeResult
from textual.containers import Container
from textual.message import Message
from textual.widgets import ContentSwitcher

from inspector.app.keys import signs
from inspector.app.present import empty_lines, first_steps
from inspector.app.screens.finding import Finder, Wanted
from inspector.app.screens.legible import Legible
from inspector.app.screens.soon import OFTEN, Soon
from inspector.app.widgets.event_list import EventList
from inspector.app.widgets.filter_bar import FilterBar
from inspector.app.widgets.status import SpansView
from inspector.core.query import parse_query
from inspector.model import ARRIVAL, InspectorError
from inspector.workspace import Workspace

__all__ = ["Browse"]

_MOVING: Final = frozenset(("app", "is", "signature"))  # keys that may become true of a row that is there already
_COPIES: Final = parse_query("is:duplicate")


class Browse(Container):
    """Asks the workspace for the rows that are wanted, and for those that arrive."""

    class Emptied(Message):
        """Whether there is anything to see at all has changed."""

        def __init__(self, empty: bool) -> None:
            super().__init__()
            self.empty = empty

    class Unreadable(Message):
        """Something of the store cannot be read."""

        def __init__(self, error: InspectorError) -> None:
            super().__init__()
            self.error = error

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace = workspace
        self.wanted = Wanted()
        self.last: float | None = None
        self._finder = Finder(workspace)
        self._held_at = 0
        self._empty: bool | None = None
        self._waiting = False  # for the moment of the next look
        self._so_far: int | None = None  # rows that a look has found which goes on
        # The first of some copies says ×2 from then on.
        self._recount = Soon(self, lambda: self.query_one(EventList).renew())
        self.trimmed = Soon(self, lambda: self.screen.run_worker(self._forget(), exit_on_error=False))
        self._signs: Mapping[str, str] = {}
        self._rows = Legible(workspace, lambda error: self.post_message(self.Unreadable(error))).rows

    def compose(self) -> ComposeResult:
        """List or what to do next, and the filter."""
        with ContentSwitcher(initial="empty", id="inbox"):
            yield SpansView(id="empty")
            yield EventList(self._rows, id="events")
        yield FilterBar(self.workspace.service.connectors)

    def load(self) -> None:
        """Show what the store holds."""
        workspace = self.workspace
        self._signs = signs(type(self.screen), workspace.settings.keys)
        steps = first_steps(workspace.address, workspace.public_url, workspace.settings.accounts(), self._signs)
        self.query_one("#empty", SpansView).show(empty_lines(steps))
        self.reload()
        newest = self._rows([self._finder.checked])
        self.last = newest[0].received_at if newest else None

    def begin(self) -> None:
        """Another session: nothing of the one before is kept."""
        self.wanted = replace(self.wanted, cleared=0)
        self._finder.begin()
        self.events.marks.clear()
        self.events.renew()
        self.load()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to see at all."""
        return self._finder.total == 0

    @property
    def events(self) -> EventList:
        """The list."""
        return self.query_one(EventList)

    @property
    def held(self) -> int | None:
        """How many rows came below since the list was held; None where it follows the newest, or is sorted."""
        if self.events.follow or self.wanted.order != ARRIVAL:
            self._held_at = len(self.events)
            return None
        return max(0, len(self.events) - self._held_at)

    def want(self, wanted: Wanted) -> None:
        """Show other rows, or the same in another order."""
        self.wanted = wanted
        self.events.order = wanted.order
        try:
            self.reload()
        except InspectorError as error:
            self.post_message(self.Unreadable(error))

    def reload(self) -> None:
        """Ask the store anew. Many rows are looked through beside the screen, and what was asked before is dropped."""
        self._finder.count()
        self.workers.cancel_group(self.screen, "look")
        if self._finder.quick(self.wanted):
            self._show(self._finder.now(self.wanted, self.events.marks))
        else:
            self._so_far = 0
            self._show_counts()
            self.screen.run_worker(self._look(), group="look", exit_on_error=False)  # which tells what goes wrong

    async def _look(self) -> None:
        """Show what is found while it is; but for who reads further up, where the rows around are not known yet."""
        try:
            async with aclosing(self._finder.soon(self.wanted, self.events.marks)) as finding:
                async for ids, all_ in finding:
                    if all_ or self.events.follow:
                        self._show(ids, all_)
        except InspectorError:
            self._so_far = None
            raise

    def _reload_soon(self) -> None:
        """Once in a while, however often it is asked for; a look that is under way is waited for."""
        if self._waiting:
            return
        if self._finder.quick(self.wanted):
            self.reload()
            return

        def due() -> None:
            self._waiting = False
            looking = any(each.group == "look" and not each.is_finished for each in self.workers)
            (self._reload_soon if looking else self.reload)()

        self._waiting = True
        self.set_timer(OFTEN, due)

    def _show(self, ids: "array[int]", all_: bool = True) -> None:
        self._so_far = None if all_ else len(ids)
        self._held_at = len(ids)
        self.events.replace(ids)
        self._show_counts()

    def arrived(self) -> None:
        """Rows beyond those that were asked for go to the end, or to their place where the list is sorted."""
        before = self._finder.checked
        new = self._finder.catch_up()
        if not new:
            return
        self.last = self.workspace.clock()
        if not self._recount.waiting and self.workspace.ids(_COPIES, before):
            self._recount()
        if self.wanted.order == ARRIVAL:
            self.events.append(self._finder.beyond(self.wanted, before) if self.wanted.in_force.terms else new)
        else:
            self._reload_soon()
        self._show_counts()

    async def _forget(self) -> None:
        """What is not there any more is not shown any more, and nothing else moves."""
        before = self._finder.total
        left = await self._finder.forget()
        if left.count == before:
            return
        if self.wanted.order == ARRIVAL:
            self._held_at -= self.events.forget(left.first, left.waiting)
            self._show_counts()
        else:
            self._reload_soon()

    def changed(self, deliveries: Collection[int]) -> None:
        """The app has answered, or a verdict is there: rows say so, and a filter on that may want other rows."""
        self.events.renew(self.workspace.rows_of(sorted(deliveries)))
        if any(term.key in _MOVING for term in self.wanted.in_force.terms) or self.wanted.order.column == "app":
            self._reload_soon()

    def _show_counts(self) -> None:
        rows = len(self.events)
        how = f", {self._signs['fold' if self.wanted.folded else 'clear']} shows them"
        off = f"off, {self._signs['filter_off']} turns it on"
        if self._so_far is not None:
            self.query_one(FilterBar).look(self._so_far)
        else:
            self.query_one(FilterBar).say(rows, self._finder.total - rows, "" if self.wanted.filtering else off, how)
        if self.empty is not self._empty:
            self._empty = self.empty
            self.query_one("#inbox", ContentSwitcher).current = "empty" if self.empty else "events"
            self.events.focus()
            self.post_message(self.Emptied(self.empty))

    def on_filter_bar_changed(self, message: FilterBar.Changed) -> None:
        """Narrow the list while one types."""
        message.stop()
        wanted = replace(self.wanted, query=message.query_, filtering=True)
        if wanted != self.wanted:
            self.want(wanted)

    def on_filter_bar_left(self, message: FilterBar.Left) -> None:
        """Back to the list."""
        message.stop()
        self.events.focus()

    def on_event_list_title_clicked(self, message: EventList.TitleClicked) -> None:
        """Sort by the column of the title."""
        message.stop()
        self.want(self.wanted.sorted_by(message.column))
