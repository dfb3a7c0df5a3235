"""Verbs: what one can do with the event under the cursor. Each is a verb of the workspace.

They run as workers, and what one of them raises is told in one place: that is the app's only way to show an error.
"""

import logging
from collections.abc import Coroutine, Mapping
from typing import Any, Final

from textual.worker import Worker, WorkerState

from inspector.app.editor import edit
from inspector.app.keys import Key, Section, signs
from inspector.app.present import duration, folded_as, unfolded
from inspector.app.screens.answer import AnswerScreen
from inspector.app.screens.reasons import Reasoned
from inspector.core.answer_mode import answering_words
from inspector.model import Answering, EventRow, InspectorError
from inspector.workspace import Workspace, editable, resend

__all__ = ["VERBS", "Verbs"]

_log = logging.getLogger(__name__)

VERBS: Final = (
    Key("f", "forward", "Forward", tooltip="Send this delivery to the app", id="forward", section=Section.SENDING),
    Key(
        "F",
        "forward_to",
        "Forward to",
        False,
        tooltip="Send it to one of the destinations, or to any address",
        id="forward_to",
        section=Section.SENDING,
    ),
    Key("r", "replay", "Replay", tooltip="Send it to the app again, signed now", id="replay", section=Section.SENDING),
    Key(
        "e",
        "edit",
        "Edit",
        False,
        tooltip="Edit the body in $EDITOR, sign it now, and send it",
        id="edit",
        section=Section.SENDING,
    ),
    Key(
        "a",
        "auto_forward",
        "Auto",
        False,
        tooltip="Forward whatever arrives, or stop",
        id="auto_forward",
        section=Section.SENDING,
    ),
    Key(
        "o",
        "answer",
        "Answer",
        False,
        tooltip="What the processor gets: what it wants, 401, the app's, an outage",
        id="answer",
        section=Section.SENDING,
    ),
    Key(
        "t",
        "trigger",
        "Trigger",
        tooltip="Send a sample event of any processor, signed",
        id="trigger",
        section=Section.SENDING,
    ),
    Key(
        "m", "mark", "Mark", False, tooltip="Mark this event, or take its mark away", id="mark", section=Section.LOOKING
    ),
    Key(
        "d",
        "diff",
        "Diff",
        False,
        tooltip="Compare this event with the marked one, or two marked ones",
        id="diff",
        section=Section.LOOKING,
    ),
    Key(
        "s",
        "save",
        "Save",
        False,
        tooltip="Save marked, filtered or all events as files to check by",
        id="save",
        section=Section.SESSION,
    ),
    Key(
        "C",
        "coverage",
        "Coverage",
        False,
        tooltip="Native types and payload fields that no rule uses",
        id="coverage",
        section=Section.LOOKING,
    ),
    Key(
        "K",
        "secrets",
        "Secrets",
        False,
        tooltip="The secrets of accounts: set, rotate, remove",
        id="secrets",
        section=Section.SESSION,
    ),
    Key(
        "S",
        "sessions",
        "Sessions",
        False,
        tooltip="Past sessions: open, rename, delete",
        id="sessions",
        section=Section.SESSION,
    ),
    Key(
        "y",
        "copy",
        "Copy",
        tooltip="Copy as curl, body, normalized JSON, or a field",
        id="copy",
        section=Section.LOOKING,
    ),
)
"""Their keys: a screen puts them where it wants them in its footer."""


class Verbs(Reasoned):
    """A screen with an event under its cursor."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace = workspace

    @property
    def signs(self) -> Mapping[str, str]:
        """The keys in force, by the names of their bindings."""
        return signs(type(self), self.workspace.settings.keys)

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

    async def _forward(self, number: int, where: str | None = None) -> None:
        for attempt in await self.workspace.forward(number, where):
            if attempt.error:
                self.notify(attempt.error, title="The app did not answer", severity="error", markup=False)

    def action_replay(self) -> None:
        """Send it to the app again, under a signature of now: what came long ago is no longer stale."""
        if self.row is not None:
            self.begin(self._resend(self.row.delivery, None))

    def action_edit(self) -> None:
        """Change the body, sign it now, and send it: to the app, or back to the receiver where there is none."""
        if self.row is not None:
            self.begin(self._edit(self.row.delivery))

    async def _edit(self, number: int) -> None:
        body = editable(self.workspace.delivery(number).request)
        suffix = {b"{": "json", b"[": "json", b"<": "xml"}.get(body.lstrip()[:1], "txt")
        edited = await edit(self.app, unfolded(body), f"body.{suffix}")
        if edited is None:
            self.notify("The body was not changed, so nothing was sent", timeout=4)
        else:
            await self._resend(number, folded_as(body, edited))

    async def _resend(self, number: int, body: bytes | None) -> None:
        for attempt in await resend(self.workspace, number, body=body):
            if attempt.error:
                self.notify(attempt.error, title="Nobody answered", severity="error", markup=False)
                continue
            did = "confirmed it" if attempt.confirmation else f"answered {attempt.status_code}"
            words = f"{attempt.destination} {did} in {duration(attempt.elapsed)}"
            self.notify(words, title="Signed now and sent", markup=False, timeout=4)

    def action_auto_forward(self) -> None:
        """Forward whatever arrives, or stop doing so."""
        workspace = self.workspace
        workspace.auto_forward = not workspace.auto_forward
        self.show_status()

    def action_answer(self) -> None:
        """Ask what the processor gets: its acknowledgement, 401 unless verified, the app's answer, an outage."""
        self.app.push_screen(AnswerScreen(app_there=self.workspace.forward_to is not None), self._answer)

    def _answer(self, chosen: Answering | None) -> None:
        if chosen is not None:
            self.workspace.answers.choose(chosen)
            self.notify(f"The processor gets {answering_words(chosen)}", timeout=4, markup=False)
            self.show_status()
