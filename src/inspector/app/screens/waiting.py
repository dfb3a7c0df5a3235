"""Where a delivery goes, and what waits to be sent: now, no more, or all of it held for a while."""

from functools import partial
from typing import Final

from inspector.app.keys import Key, Section
from inspector.app.present import Forwarding
from inspector.app.screens.forward_to import ForwardToScreen
from inspector.app.screens.verbs import Verbs
from inspector.app.widgets.detail import Detail
from inspector.core.retry import judge
from inspector.model import Delivery
from inspector.workspace import decisions

__all__ = ["WAITING", "Waiting"]

WAITING: Final = (
    Key(
        "R",
        "retry(True)",
        "Retry now",
        False,
        tooltip="Send what waits of this delivery now",
        id="retry_now",
        section=Section.SENDING,
    ),
    Key(
        "X",
        "retry(False)",
        "No retries",
        False,
        tooltip="Try this delivery no more, wherever it waits",
        id="no_retries",
        section=Section.SENDING,
    ),
    Key(
        "p",
        "pause",
        "Pause",
        False,
        tooltip="Forward nothing by itself for a while, and go on",
        id="pause",
        section=Section.SENDING,
    ),
)
"""Their keys: a screen puts them where it wants them in its footer."""


class Waiting(Verbs):
    """A screen with an event under its cursor whose delivery may still have to be sent."""

    def forwarding(self, delivery: Delivery) -> Forwarding:
        """How a delivery is sent on, by what is known now."""
        workspace, name = self.workspace, delivery.inspection.connector
        rules = partial(judge, workspace.service.connectors.get(name))
        jobs = workspace.jobs.of(delivery.number)
        where = decisions(workspace, delivery)
        return Forwarding(self.signs, where, jobs, workspace.clock(), workspace.queue.paused, rules)

    def sending_changed(self) -> None:
        """What is still to be sent is told anew."""
        detail = self.query_one(Detail)
        if detail.delivery is not None:
            detail.show_forwarding(self.forwarding(detail.delivery))
        self.show_status()

    def action_forward_to(self) -> None:
        """Ask where to send the event's delivery."""
        if self.row is None:
            return
        number = self.row.delivery
        found = decisions(self.workspace, self.workspace.delivery(number))
        self.app.push_screen(
            ForwardToScreen(found), lambda where: self.begin(self._forward(number, where)) if where else None
        )

    def action_retry(self, now: bool) -> None:
        """Try the event's delivery again now, or no more."""
        if self.row is not None:
            self.begin(self._retry(self.row.delivery, now))

    async def _retry(self, number: int, now: bool) -> None:
        queue = self.workspace.queue
        count = await (queue.hasten(number) if now else queue.cancel(number))
        if not count:
            self.notify("Nothing of this delivery waits to be sent", timeout=4)
        self.sending_changed()

    def action_pause(self) -> None:
        """Forward nothing by itself for a while; what arrives is kept for then."""
        queue = self.workspace.queue
        queue.pause(not queue.paused)
        said = "Forwarding is paused; what arrives waits" if queue.paused else "Forwarding goes on"
        self.notify(said, timeout=4)
        self.sending_changed()
