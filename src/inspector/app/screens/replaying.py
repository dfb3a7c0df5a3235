"""Replaying: marked, filtered or all events go to an app once more, and what it answers is summed up."""

from collections.abc import Sequence
from contextlib import aclosing
from typing import Final

from inspector.app.keys import Key, Section
from inspector.app.screens.dialogs import Dialogs, choices_of
from inspector.app.screens.replay import ReplayOrder, ReplayScreen
from inspector.core.destination import check_destination
from inspector.model import Destination
from inspector.workspace.replay import Tally, replay

__all__ = ["REPLAYING", "Replaying"]

REPLAYING: Final = (
    Key(
        "P",
        "replay_many",
        "Replay many",
        False,
        tooltip="Send marked, filtered or all events again, at a pace",
        id="replay_many",
        section=Section.SENDING,
    ),
)
"""Their keys: a screen puts them where it wants them in its footer."""
_GROUP: Final = "replay"


class Replaying(Dialogs):
    """A screen whose events can be sent again together."""

    def action_replay_many(self) -> None:
        """Ask which events, where to and how fast; closing the dialog stops it."""
        choices = choices_of(self)

        def start(screen: ReplayScreen, order: ReplayOrder) -> None:
            destination = self.workspace.destinations.get(order.where) or check_destination(order.where)
            numbers = list(dict.fromkeys(row.delivery for row in self.workspace.rows(sorted(choices[order.what]))))
            work = self._replay(screen, order, numbers * order.times, destination)
            self.run_worker(work, group=_GROUP, exclusive=True, exit_on_error=False)

        where = next(iter(self.workspace.destinations), "")
        screen = ReplayScreen({what: len(ids) for what, ids in choices.items()}, where, start)

        def stop(_: None) -> None:
            self.workers.cancel_group(self, _GROUP)

        self.app.push_screen(screen, stop)

    async def _replay(
        self, screen: ReplayScreen, order: ReplayOrder, numbers: Sequence[int], destination: Destination
    ) -> None:
        tally = Tally(len(numbers))
        screen.advance(tally)
        async with aclosing(replay(self.workspace, numbers, destination, order.pace, anew=order.anew)) as answered:
            async for each in answered:
                if screen not in self.app.screen_stack:  # it is being closed
                    return
                tally.add(each)
                screen.advance(tally)
        screen.end(tally)
