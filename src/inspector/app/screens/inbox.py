"""The inbox: the list of events, the filter, and the detail of the one under the cursor."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from textual import on
from textual.app import ComposeResult
from textual.notifications import SeverityLevel

from inspector.app.keys import said
from inspector.app.messages import DeliveriesChanged
from inspector.app.present import Line, Status, secret_place, status_line
from inspector.app.screens.answer import AnswerScreen
from inspector.app.screens.browse import Browse
from inspector.app.screens.copy import CopyScreen
from inspector.app.screens.coverage import CoverageScreen
from inspector.app.screens.diff import DiffScreen
from inspector.app.screens.forward_to import ForwardToScreen
from inspector.app.screens.help import HelpScreen
from inspector.app.screens.looking import FILTERING, LOOKING, Looking
from inspector.app.screens.panes import LEAVING, MOVING
from inspector.app.screens.reaching import REACHING
from inspector.app.screens.reasons import Situation
from inspector.app.screens.replay import ReplayScreen
from inspector.app.screens.replaying import REPLAYING
from inspector.app.screens.save import SaveScreen
from inspector.app.screens.secrets import SecretsScreen
from inspector.app.screens.sessions import SessionsScreen
from inspector.app.screens.simulate import SimulateScreen
from inspector.app.screens.simulating import SIMULATING
from inspector.app.screens.trigger import TriggerScreen
from inspector.app.screens.tunnel import FetchScreen, TunnelScreen
from inspector.app.screens.verbs import VERBS
from inspector.app.screens.waiting import WAITING
from inspector.app.widgets.body import BodyView
from inspector.app.widgets.chooser import Chooser
from inspector.app.widgets.detail import Detail
from inspector.app.widgets.event_list import EventList
from inspector.app.widgets.filter_bar import FilterBar
from inspector.app.widgets.footer import KeyFooter
from inspector.app.widgets.lines import LinesView
from inspector.app.widgets.search_bar import SearchBar
from inspector.app.widgets.status import StatusLine
from inspector.app.widgets.value_tree import ValueTree
from inspector.core.keeping import retention_words
from inspector.core.read import opened
from inspector.model import EventRow, InspectorError
from inspector.workspace import Workspace, explain

__all__ = ["InboxScreen"]


class InboxScreen(Looking):
    """Where the user lives. It reads from the workspace, and hands what it reads to the widgets."""

    BINDINGS = [
        *MOVING,
        *FILTERING,
        *VERBS,
        *WAITING,
        *REPLAYING,
        *SIMULATING,
        *LOOKING,
        *REACHING,
        *LEAVING,
    ]

    def compose(self) -> ComposeResult:
        """Status, list and filter, detail, keys."""
        yield StatusLine(self._status)
        yield Browse(self.workspace)
        yield Detail()
        yield KeyFooter(show_command_palette=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The way into the detail is offered where one is not in it yet."""
        into = action == "focus_on" and parameters == ("detail",)
        there = into and self.query_one(Detail).has_focus_within and self.row is not None
        return False if there else super().check_action(action, parameters)

    def on_mount(self) -> None:
        """Show what the store holds."""
        self.browse.load()
        self.watch(self.events, "follow", self.show_status, init=False)
        self.set_interval(1.0, self._tick)

    def _tick(self) -> None:
        """Times that are told from now have to be told anew, and which keys are dim."""
        self.renew_keys()
        if self.events.now is not None:
            self.events.now = self.workspace.clock()
        detail = self.query_one(Detail)
        if detail.active == "forwards" and detail.delivery and self.workspace.jobs.of(detail.delivery.number):
            self.sending_changed()

    @property
    def marks(self) -> AbstractSet[int]:
        """The ids of the marked rows."""
        return self.events.marks

    @property
    def listed(self) -> Sequence[int]:
        """The ids of the rows that the filter lets through."""
        return self.events.ids

    @property
    def row(self) -> EventRow | None:
        """The event under the cursor."""
        return self.events.row

    @property
    def situation(self) -> Situation:
        """What there is just now."""
        workspace, browse = self.workspace, self.browse
        return Situation(
            event=self.row is not None,
            anything=not browse.empty,
            pair=len(self.pair) == 2,
            filter=bool(browse.wanted.query.terms),
            app=workspace.forward_to is not None,
            attached=workspace.attached,
            keeps=workspace.settings.vault is not None,
        )

    def show_status(self) -> None:
        """Tell anew where things stand."""
        self.renew_keys()
        self.query_one(StatusLine).renew()

    def reopened(self) -> None:
        """Show the session that is open now."""
        self.browse.begin()
        self.show_status()

    def _status(self, width: int) -> Line:
        workspace, browse = self.workspace, self.browse
        status = Status(
            address=workspace.address,
            public_url=workspace.public_url,
            tunnel=workspace.reach.state,
            forward_to=workspace.forward_to,
            auto=workspace.auto_forward,
            answer=workspace.answers.current,
            attached=workspace.attached,
            waiting=workspace.queue.waiting,
            paused=workspace.queue.paused,
            down=None if workspace.app_down_since is None else workspace.clock() - workspace.app_down_since,
            session=workspace.session,
            last=None if browse.last is None else workspace.clock() - browse.last,
            held=browse.held,
            refused=workspace.refusals.count,
            why=workspace.refusals.why,
            keeps="" if workspace.attached else retention_words(workspace.options.retention),
        )
        return status_line(status, width)

    def on_browse_unreadable(self, message: Browse.Unreadable) -> None:
        """Say why rows are empty, or not there."""
        message.stop()
        self.tell(message.error)

    def on_browse_emptied(self, message: Browse.Emptied) -> None:
        """Without an event there is no detail."""
        message.stop()
        self.query_one(Detail).display = not message.empty

    def on_deliveries_changed(self, message: DeliveriesChanged) -> None:
        """New rows at the end; rows whose attempts changed are drawn anew."""
        message.stop()
        browse = self.browse
        for each in message.notices:
            severity: SeverityLevel = "error" if each.bad else "information"
            helps = f"\n{said(type(self), self.workspace.settings.keys, each.key)}" if each.key else ""
            timeout = 12 if each.bad or helps else 6
            self.notify(each.text + helps, title=each.title, severity=severity, markup=False, timeout=timeout)
        if message.notices and not len(self.events):
            browse.load()  # the address to paste may be another one
        if message.elsewhere:
            self.events.renew()
        if message.trimmed:
            browse.trimmed()
        if message.arrived:
            browse.arrived()
            if self.query_one(Detail).active == "timeline" and not self._looking:
                self.ask_for_timeline()
        if message.changed:
            browse.changed(message.changed)
            row = self.row
            if row is not None and row.delivery in message.changed:
                self.on_event_list_selected(EventList.Selected(row))
        self.show_status()

    def on_event_list_selected(self, message: EventList.Selected) -> None:
        """Show what is under the cursor."""
        message.stop()
        self.renew_keys()
        row = message.row
        if row is None:
            self.query_one(Detail).show(None, 0)
            return
        connector = self.workspace.service.connectors.get(row.connector)
        try:
            delivery = self.workspace.delivery(row.delivery)
        except InspectorError as error:
            self.query_one(Detail).show(None, 0)
            if _is_there(self.workspace, row.id):
                self.tell(error)
            else:
                self.browse.trimmed()  # it was taken away, and the list follows in a moment
            return
        settings = self.workspace.settings_of(row.connector, row.label) if connector and connector.opens else {}
        self.query_one(Detail).show(
            delivery,
            row.position,
            self.forwarding(delivery),
            connector.document.body if connector else None,
            self._place(row, connector.secret) if connector and connector.secret else "",
            lambda: explain(self.workspace, delivery, row.position),
            opened(connector, delivery.request, settings) if connector else None,
        )

    def _place(self, row: EventRow, secret: str) -> str:
        """Where the secret of a row's account goes."""
        return secret_place(row.connector, row.label, secret, self.signs["secrets"])

    @property
    def _looking(self) -> bool:
        return any(worker.group == "timeline" and not worker.is_finished for worker in self.workers)

    @on(Detail.TimelineOpened)
    def ask_for_timeline(self) -> None:
        """Look for the other events of the payment; what was being looked for before is not wanted any more."""
        if self.row is not None:
            delivery, position = self.row.delivery, self.row.position

            async def show() -> None:
                self.query_one(Detail).show_timeline(await self.workspace.timeline(delivery, position))

            self.run_worker(show(), group="timeline", exclusive=True, exit_on_error=False)

    def action_focus_on(self, where: str) -> None:
        """Put the focus on the list, the detail, or the other of the two."""
        to_detail = where == "detail" or (where == "other" and self.events.has_focus)
        if to_detail and self.row is not None:
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


def _is_there(workspace: Workspace, row: int) -> bool:
    """Whether the store has a row; one that cannot be read does."""
    try:
        return bool(workspace.rows([row]))
    except InspectorError:
        return True


InboxScreen.PARTS = (
    InboxScreen,
    EventList,
    LinesView,
    BodyView,
    SearchBar,
    ValueTree,
    FilterBar,
    AnswerScreen,
    CopyScreen,
    ForwardToScreen,
    CoverageScreen,
    DiffScreen,
    HelpScreen,
    ReplayScreen,
    SaveScreen,
    SecretsScreen,
    SessionsScreen,
    SimulateScreen,
    TriggerScreen,
    TunnelScreen,
    FetchScreen,
    Chooser,
)
