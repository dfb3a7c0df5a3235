"""The inbox: the list of events, the filter above it, and the detail of the one under the cursor."""

from typing import Final

from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import Screen
from textual.widgets import ContentSwitcher, Footer

from inspector.app.messages import DeliveriesChanged
from inspector.app.present import copy_texts, empty_lines, status_line
from inspector.app.screens.copy import CopyScreen
from inspector.app.screens.help import HelpScreen
from inspector.app.widgets.detail import Detail
from inspector.app.widgets.event_list import EventList
from inspector.app.widgets.filter_bar import FilterBar
from inspector.app.widgets.status import SpansView
from inspector.core.query import Query
from inspector.model import EventRow, InspectorError
from inspector.workspace import Workspace

__all__ = ["InboxScreen"]

_EVERYTHING: Final = Query()


class InboxScreen(Screen[None]):
    """Where the user lives. It reads from the workspace, and every action is one verb of it."""

    BINDINGS = [
        Binding("enter", "open_detail", "Detail", tooltip="Into the detail of the event"),
        Binding(
            "tab", "next_pane", "Next pane", show=False, priority=True, tooltip="From the list to the detail and back"
        ),
        Binding("1", "tab('event')", "Event", show=False, tooltip="Event: fields, each with where it came from"),
        Binding(
            "2", "tab('signature')", "Signature", show=False, tooltip="Signature: the verdict, and what was signed"
        ),
        Binding("3", "tab('body')", "Body", show=False, tooltip="Body: what was sent: tree, or raw bytes with b"),
        Binding("4", "tab('headers')", "Headers", show=False, tooltip="Headers: in their order, repeated ones marked"),
        Binding("5", "tab('forwards')", "Forwards", show=False, tooltip="Forwards: what the app answered"),
        Binding("slash", "filter", "Filter", key_display="/", tooltip="Say which rows are wanted; escape clears it"),
        Binding("backslash", "toggle_filter", "Filter off and on again", show=False, key_display="\\"),
        Binding("f", "forward", "Forward", tooltip="Send this delivery to the app"),
        Binding("a", "auto_forward", "Auto", tooltip="Forward whatever arrives, or stop"),
        Binding("y", "copy", "Copy", tooltip="Copy as curl, body, normalized JSON, or a field"),
        Binding("space", "follow", "Follow", tooltip="Follow the newest, or hold still"),
        Binding("escape", "back", "Back to the list", show=False),
        Binding("question_mark", "help", "Help", key_display="?"),
        Binding("q", "app.quit", "Quit"),
    ]

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace = workspace
        self._query = _EVERYTHING
        self._filtering = True
        self._total = 0
        self._checked = 0
        self._last: float | None = None

    def compose(self) -> ComposeResult:
        """Status, filter, list or what to do next, detail, keys."""
        yield SpansView(id="status")
        with ContentSwitcher(initial="empty", id="inbox"):
            yield SpansView(id="empty")
            yield EventList(self.workspace.rows, id="events")
        yield FilterBar()
        yield Detail()
        yield Footer(show_command_palette=False)

    @property
    def events(self) -> EventList:
        """The list."""
        return self.query_one(EventList)

    def on_mount(self) -> None:
        """Show what the store holds, and what comes."""
        self._reload()
        self.events.focus()
        self.set_interval(1.0, self._show_status)
        self._show_status()

    def on_resize(self) -> None:
        """The status line is laid out for the width."""
        self._show_status()

    def _show_status(self) -> None:
        workspace = self.workspace
        last = None if self._last is None else workspace.clock() - self._last
        line = status_line(
            address=workspace.address,
            public_url=workspace.public_url,
            forward_to=workspace.forward_to,
            auto=workspace.auto_forward,
            session=workspace.session,
            last=last,
            width=self.size.width,
        )
        self.query_one("#status", SpansView).show([line])

    def _reload(self) -> None:
        """Ask the store anew: at the start, and for another filter."""
        query = self._query if self._filtering else _EVERYTHING
        ids = self.workspace.ids(query)
        self._total = self.workspace.total()
        self._checked = self.workspace.last_id()
        self.events.replace(ids)
        self._show_counts()

    def _show_counts(self) -> None:
        rows = len(self.events)
        self.query_one(FilterBar).say(rows, self._total - rows, self._filtering)
        empty = self._total == 0
        if empty:
            workspace = self.workspace
            lines = empty_lines(workspace.address, workspace.public_url, workspace.settings.accounts())
            self.query_one("#empty", SpansView).show(lines)
        self.query_one("#inbox", ContentSwitcher).current = "empty" if empty else "events"
        self.query_one(Detail).display = not empty
        newest = self.events.newest
        if newest and self._filtering and self._last is None:
            self._last = next((row.received_at for row in self.workspace.rows([newest])), None)

    def on_deliveries_changed(self, message: DeliveriesChanged) -> None:
        """New rows at the end; rows whose attempts changed are drawn anew."""
        message.stop()
        if message.arrived:
            self._arrived()
        if message.forwarded:
            self._forwarded(message.forwarded)

    def _arrived(self) -> None:
        query = self._query if self._filtering else _EVERYTHING
        newest = self.workspace.last_id()
        new = self.workspace.ids(query, self._checked)
        self._total += (
            newest - self._checked if query is _EVERYTHING else len(self.workspace.ids(_EVERYTHING, self._checked))
        )
        self._checked = newest
        self._last = self.workspace.clock()
        was_empty = len(self.events) == 0
        self.events.append(new)
        self._show_counts()
        if was_empty and len(self.events):
            self.events.focus()

    def _forwarded(self, deliveries: frozenset[int]) -> None:
        self.events.renew(self.workspace.rows_of(sorted(deliveries)))
        row = self.events.row
        if row is not None and row.delivery in deliveries:
            self._show_detail(row)

    def on_event_list_selected(self, message: EventList.Selected) -> None:
        """Show what is under the cursor."""
        message.stop()
        self._show_detail(message.row)

    def _show_detail(self, row: EventRow | None) -> None:
        delivery = self.workspace.delivery(row.delivery) if row else None
        self.query_one(Detail).show(delivery, row.position if row else 0, self.workspace.forward_to)

    def on_detail_signature_opened(self, message: Detail.SignatureOpened) -> None:
        """The signed text is derived again when somebody looks at it."""
        message.stop()
        row, detail = self.events.row, self.query_one(Detail)
        if row is None or detail.delivery is None:
            return
        connector = self.workspace.service.connectors.get(row.connector)
        secret = connector.secret if connector else ""
        where = (
            f"Set INSPECTOR_{row.connector.upper()}_{secret.upper()}, or {secret} under [connectors.{row.connector}]"
        )
        detail.show_signed_text(self.workspace.signed_text(row.delivery, row.position), where if secret else "")

    def on_filter_bar_changed(self, message: FilterBar.Changed) -> None:
        """Narrow the list while one types."""
        message.stop()
        self._query, self._filtering = message.query_, True
        self._reload()

    def on_filter_bar_left(self, message: FilterBar.Left) -> None:
        """Back to the list."""
        message.stop()
        self.events.focus()

    def action_open_detail(self) -> None:
        """Put the focus into the detail."""
        if self.events.row is not None:
            self.query_one(Detail).focus_inner()

    def action_next_pane(self) -> None:
        """From the list to the detail and back."""
        if self.events.has_focus:
            self.action_open_detail()
        else:
            self.events.focus()

    def action_back(self) -> None:
        """To the list."""
        self.events.focus()

    def action_tab(self, name: str) -> None:
        """Open a tab; the focus goes with it only where it is in the detail already."""
        detail = self.query_one(Detail)
        if self.events.has_focus:
            detail.show_tab(name)
        else:
            detail.open_tab(name)

    def action_filter(self) -> None:
        """Type a filter."""
        self.query_one(FilterBar).edit()

    def action_toggle_filter(self) -> None:
        """Everything for a moment, or the filter again."""
        if self._query.terms:
            self._filtering = not self._filtering
            self._reload()
        else:
            self.notify("There is no filter to turn off; / makes one", timeout=3)

    def action_forward(self) -> None:
        """Send the event's delivery to the app."""
        row = self.events.row
        if row is not None:
            self.run_worker(self._forward(row.delivery), exclusive=False)

    async def _forward(self, number: int) -> None:
        try:
            attempt = await self.workspace.forward(number)
        except InspectorError as error:
            self.notify(error.hint or error.detail, title=error.title, severity="warning")
            return
        if attempt.error:
            self.notify(attempt.error, title="The app did not answer", severity="error", markup=False)

    def action_auto_forward(self) -> None:
        """Forward whatever arrives, or stop doing so."""
        if self.workspace.forward_to is None:
            self.notify(
                "Start with --forward-to http://localhost:3000/webhooks",
                title="There is no app to forward to",
                severity="warning",
            )
            return
        self.workspace.auto_forward = not self.workspace.auto_forward
        self._show_status()

    def action_copy(self) -> None:
        """Offer what can be copied."""
        row = self.events.row
        if row is not None:
            texts = copy_texts(self.workspace.delivery(row.delivery), row.position)
            self.app.push_screen(CopyScreen(texts), self._copied)

    def _copied(self, chosen: tuple[str, str] | None) -> None:
        if chosen is not None:
            self.app.copy_to_clipboard(chosen[1])
            self.notify(f"{chosen[0]} copied: {len(chosen[1]):,} characters (OSC 52)", markup=False, timeout=3)

    def action_follow(self) -> None:
        """Follow the newest, or hold still."""
        if self.events.follow:
            self.events.follow = False
            self.notify("Holding still; space or G follows the newest again", timeout=2)
        else:
            self.events.action_last()

    def action_help(self) -> None:
        """Every key."""
        groups = (("Everywhere", self), ("List", self.events), ("Detail", self.query_one("#event-lines")))
        bindings = [(title, [each for each in part.BINDINGS if isinstance(each, Binding)]) for title, part in groups]
        self.app.push_screen(HelpScreen(bindings))
