"""The inbox: the list of events, the filter, and the detail of the one under the cursor."""

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import Screen
from textual.widgets import Footer

from inspector.app.messages import DeliveriesChanged
from inspector.app.present import Line, copy_texts, status_line
from inspector.app.screens.browse import Browse
from inspector.app.screens.copy import CopyScreen
from inspector.app.screens.help import HelpScreen
from inspector.app.widgets.detail import Detail
from inspector.app.widgets.event_list import EventList
from inspector.app.widgets.status import StatusLine
from inspector.model import InspectorError
from inspector.workspace import Workspace

__all__ = ["InboxScreen"]


class InboxScreen(Screen[None]):
    """Where the user lives. It reads from the workspace, and every action is one verb of it."""

    BINDINGS = [
        Binding("enter", "focus_on('detail')", "Detail", tooltip="Into the detail of the event"),
        Binding("tab", "focus_on('other')", "Next pane", show=False, priority=True, tooltip="List or detail"),
        Binding("1", "tab('event')", "Event", show=False, tooltip="Event: fields, each with where it came from"),
        Binding("2", "tab('signature')", "Signature", show=False, tooltip="Signature: the verdict, what was signed"),
        Binding("3", "tab('body')", "Body", show=False, tooltip="Body: what was sent, as a tree, or raw with b"),
        Binding("4", "tab('headers')", "Headers", show=False, tooltip="Headers: in their order, repeated ones too"),
        Binding("5", "tab('forwards')", "Forwards", show=False, tooltip="Forwards: what the app answered"),
        Binding("slash", "filter", "Filter", key_display="/", tooltip="Say which rows are wanted; escape clears it"),
        Binding("backslash", "filter(True)", "Filter off and on again", show=False, key_display="\\"),
        Binding("f", "forward", "Forward", tooltip="Send this delivery to the app"),
        Binding("a", "auto_forward", "Auto", tooltip="Forward whatever arrives, or stop"),
        Binding("y", "copy", "Copy", tooltip="Copy as curl, body, normalized JSON, or a field"),
        Binding("space", "follow", "Follow", tooltip="Follow the newest, or hold still"),
        Binding("escape", "focus_on('list')", "Back to the list", show=False),
        Binding("question_mark", "help", "Help", key_display="?", tooltip="This page"),
        Binding("q", "app.quit", "Quit", tooltip="Answer what is in flight, and quit"),
    ]

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace = workspace

    def compose(self) -> ComposeResult:
        """Status, list and filter, detail, keys."""
        yield StatusLine(self._status)
        yield Browse(self.workspace)
        yield Detail()
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Show what the store holds."""
        self.query_one(Browse).load()

    @property
    def events(self) -> EventList:
        """The list."""
        return self.query_one(EventList)

    def _status(self, width: int) -> Line:
        workspace, last = self.workspace, self.query_one(Browse).last
        return status_line(
            address=workspace.address,
            public_url=workspace.public_url,
            forward_to=workspace.forward_to,
            auto=workspace.auto_forward,
            session=workspace.session,
            last=None if last is None else workspace.clock() - last,
            width=width,
        )

    def on_browse_emptied(self, message: Browse.Emptied) -> None:
        """Without an event there is no detail."""
        message.stop()
        self.query_one(Detail).display = not message.empty

    def on_deliveries_changed(self, message: DeliveriesChanged) -> None:
        """New rows at the end; rows whose attempts changed are drawn anew."""
        message.stop()
        if message.arrived:
            self.query_one(Browse).arrived()
            self.query_one(StatusLine).renew()
        if message.forwarded:
            self.events.renew(self.workspace.rows_of(sorted(message.forwarded)))
            row = self.events.row
            if row is not None and row.delivery in message.forwarded:
                self.on_event_list_selected(EventList.Selected(row))

    def on_event_list_selected(self, message: EventList.Selected) -> None:
        """Show what is under the cursor."""
        message.stop()
        row = message.row
        delivery = self.workspace.delivery(row.delivery) if row else None
        self.query_one(Detail).show(delivery, row.position if row else 0, self.workspace.forward_to)

    def on_detail_signature_opened(self, message: Detail.SignatureOpened) -> None:
        """The signed text is derived again when somebody looks at it."""
        message.stop()
        row, detail = self.events.row, self.query_one(Detail)
        if row is None or detail.delivery is None:
            return
        connector = self.workspace.service.connectors.get(row.connector)
        name, secret = row.connector, connector.secret if connector else ""
        where = f"Set INSPECTOR_{name.upper()}_{secret.upper()}, or {secret} under [connectors.{name}]"
        detail.show_signed_text(self.workspace.signed_text(row.delivery, row.position), where if secret else "")

    def action_focus_on(self, where: str) -> None:
        """Put the focus on the list, the detail, or the other of the two."""
        to_detail = where == "detail" or (where == "other" and self.events.has_focus)
        if to_detail and self.events.row is not None:
            self.query_one(Detail).focus_inner()
        else:
            self.events.focus()

    def action_tab(self, name: str) -> None:
        """Open a tab; the focus goes with it only where it is in the detail already."""
        detail = self.query_one(Detail)
        if self.events.has_focus:
            detail.show_tab(name)
        else:
            detail.open_tab(name)

    def action_filter(self, toggle: bool = False) -> None:
        """Type a filter; or turn it off for a moment, and on again."""
        browse = self.query_one(Browse)
        if not toggle:
            browse.edit_filter()
        elif not browse.toggle_filter():
            self.notify("There is no filter to turn off; / makes one", timeout=3)

    @work
    async def action_forward(self) -> None:
        """Send the event's delivery to the app."""
        row = self.events.row
        if row is None:
            return
        try:
            attempt = await self.workspace.forward(row.delivery)
        except InspectorError as error:
            self.notify(error.hint or error.detail, title=error.title, severity="warning", markup=False)
            return
        if attempt.error:
            self.notify(attempt.error, title="The app did not answer", severity="error", markup=False)

    def action_auto_forward(self) -> None:
        """Forward whatever arrives, or stop doing so."""
        if self.workspace.forward_to is None:
            hint = "Start with --forward-to http://localhost:3000/webhooks"
            self.notify(hint, title="There is no app to forward to", severity="warning")
            return
        self.workspace.auto_forward = not self.workspace.auto_forward
        self.query_one(StatusLine).renew()

    @work
    async def action_copy(self) -> None:
        """Offer what can be copied, and copy what is chosen."""
        row = self.events.row
        if row is None:
            return
        texts = copy_texts(self.workspace.delivery(row.delivery), row.position)
        chosen = await self.app.push_screen_wait(CopyScreen(texts))
        if chosen is not None:
            self.app.copy_to_clipboard(chosen[1])
            self.notify(f"{chosen[0]} copied: {len(chosen[1]):,} characters (OSC 52)", markup=False, timeout=3)

    def action_follow(self) -> None:
        """Follow the newest, or hold still."""
        if self.events.follow:
            self.events.follow = False
            self.notify("Holding still; space or G follows the newest again", timeout=2)
        else:
            self.events.action_edge(newest=True)

    def action_help(self) -> None:
        """Every key."""
        groups = (("Everywhere", self), ("List", self.events), ("Detail", self.query_one("#event-lines")))
        bindings = [(title, [each for each in part.BINDINGS if isinstance(each, Binding)]) for title, part in groups]
        self.app.push_screen(HelpScreen(bindings))
