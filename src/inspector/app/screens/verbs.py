"""Verbs: what one can do with the event under the cursor. Each is a verb of the workspace.

They run as workers, and what one of them raises is told in one place: that is the app's only way to show an error.
"""

import logging
from collections.abc import Coroutine
from typing import Any, Final

from textual.binding import Binding
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from inspector.app.present import ANSWERS, copy_texts, first_steps
from inspector.app.screens.copy import CopyScreen
from inspector.app.screens.trigger import Order, TriggerScreen
from inspector.library import Sample
from inspector.model import AnswerMode, EventRow, InspectorError
from inspector.workspace import Workspace

__all__ = ["VERBS", "Verbs"]

_log = logging.getLogger(__name__)

VERBS: Final = (
    Binding("f", "forward", "Forward", tooltip="Send this delivery to the app"),
    Binding("a", "auto_forward", "Auto", tooltip="Forward whatever arrives, or stop"),
    Binding(
        "o", "answer", "Answer", False, tooltip="What the processor gets: its acknowledgement, 401, the app's, 503"
    ),
    Binding("t", "trigger", "Trigger", tooltip="Send a sample event of any processor, signed"),
    Binding("m", "mark", "Mark", False, tooltip="Mark this event, or take its mark away"),
    Binding("d", "diff", "Diff", False, tooltip="Compare the marked event with this one, or the two that are marked"),
    Binding("y", "copy", "Copy", tooltip="Copy as curl, body, normalized JSON, or a field"),
)
"""Their keys: a screen puts them where it wants them in its footer."""


class Verbs(Screen[None]):
    """A screen with an event under its cursor."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace = workspace

    @property
    def row(self) -> EventRow | None:
        """The event under the cursor."""
        raise NotImplementedError

    def show_status(self) -> None:
        """Something that the status line tells has changed."""
        raise NotImplementedError

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something that takes a while; what it raises is told."""
        self.run_worker(work, exit_on_error=False)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """The worker's edge: an error is a toast, and one that nobody foresaw is logged as well."""
        if event.state is WorkerState.ERROR and isinstance(event.worker.error, BaseException):
            self.tell(event.worker.error)

    def tell(self, error: BaseException) -> None:
        """Show an error: what is wrong and what to do about it."""
        if isinstance(error, InspectorError):
            words = "\n".join(part for part in (error.detail, error.hint) if part)
            self.notify(words or " ", title=error.title, severity="warning", markup=False)
            return
        _log.error("This went wrong unexpectedly", exc_info=error)
        self.notify(f"{type(error).__name__}: {error}", title="That went wrong", severity="error", markup=False)

    def action_forward(self) -> None:
        """Send the event's delivery to the app."""
        if self.row is not None:
            self.begin(self._forward(self.row.delivery))

    async def _forward(self, number: int) -> None:
        attempt = await self.workspace.forward(number)
        if attempt.error:
            self.notify(attempt.error, title="The app did not answer", severity="error", markup=False)

    def action_auto_forward(self) -> None:
        """Forward whatever arrives, or stop doing so."""
        workspace = self.workspace
        if workspace.forward_to is None:
            hint = "Start with --forward-to http://localhost:3000/webhooks"
            self.tell(InspectorError("There is no app to forward to", hint=hint))
            return
        workspace.auto_forward = not workspace.auto_forward
        self.show_status()

    def action_answer(self) -> None:
        """The next answer mode: the processor's acknowledgement, 401 unless verified, the app's answer, an outage."""
        workspace = self.workspace
        modes = [mode for mode in AnswerMode if mode is not AnswerMode.APP or workspace.forward_to]
        workspace.answer_mode = modes[(modes.index(workspace.answer_mode) + 1) % len(modes)]
        self.notify(f"The processor gets {ANSWERS[workspace.answer_mode]}", timeout=4, markup=False)
        self.show_status()

    def action_trigger(self) -> None:
        """Offer every sample; those of the event's processor first in mind."""
        workspace, begun = self.workspace, f"{self.row.connector} " if self.row and self.row.connector else ""

        def url(sample: Sample) -> str:
            return f"{workspace.address}/{sample.connector}"

        screen = TriggerScreen(workspace.candidates(), workspace.fields, url, begun)
        self.app.push_screen(screen, lambda order: self.begin(self._trigger(order)) if order else None)

    async def _trigger(self, order: Order) -> None:
        attempt = await self.workspace.trigger(*order)
        connector = self.workspace.service.connectors[order.sample.connector]
        words = attempt.error or f"{order.sample.name}: {attempt.status_code} in {attempt.elapsed * 1000:.0f} ms"
        if connector.secret and not self.workspace.settings_of(connector.name).get(connector.secret):
            words += f"\nNo secret of {connector.title} is set, so a throwaway one signed it"
        severity: SeverityLevel = "information" if attempt.status_code == 200 else "warning"
        self.notify(words, title="Sent", severity=severity, markup=False)

    def action_copy(self) -> None:
        """Offer what can be copied: of the event, or of the first steps where there is none."""
        row, workspace = self.row, self.workspace
        if row is not None:
            texts = copy_texts(workspace.delivery(row.delivery), row.position)
        else:
            steps = first_steps(workspace.address, workspace.public_url, workspace.settings.accounts())
            texts = {each.name: each.text for each in steps if each.copied}
        self.app.push_screen(CopyScreen(texts), self._copied)

    def _copied(self, chosen: tuple[str, str] | None) -> None:
        if chosen is not None:
            self.app.copy_to_clipboard(chosen[1].encode("utf-8", "replace").decode())
            self.notify(f"{chosen[0]} copied: {len(chosen[1]):,} characters (OSC 52)", markup=False, timeout=3)
