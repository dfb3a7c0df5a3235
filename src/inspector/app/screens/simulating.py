"""Simulating: a processor's events go to an app, with its retries and with what can go wrong on the way."""

from contextlib import aclosing
from typing import Final

from inspector.app.keys import Key, Section
from inspector.app.screens.replaying import Replaying
from inspector.app.screens.simulate import SimulateScreen, SimulationOrder
from inspector.workspace.course import Course
from inspector.workspace.plan import simulation_of
from inspector.workspace.simulate import Simulation

__all__ = ["SIMULATING", "Simulating"]

SIMULATING: Final = (
    Key(
        "O",
        "simulate",
        "Simulate",
        False,
        tooltip="Play a processor to the app: its retries, copies, losses, disorder, an outage",
        id="simulate",
        section=Section.SENDING,
    ),
)
"""Their keys: a screen puts them where it wants them in its footer."""
_GROUP: Final = "simulate"
_OFTEN: Final = 0.1  # seconds between two looks at how far it is


class Simulating(Replaying):
    """A screen on which a processor can be played."""

    def action_simulate(self) -> None:
        """Ask who sends, where to and what goes wrong; closing the dialog stops it."""

        def start(screen: SimulateScreen, order: SimulationOrder) -> Simulation:
            found = simulation_of(self.workspace, order.account, order.where, order.plan)
            self.run_worker(self._simulate(screen, found), group=_GROUP, exclusive=True, exit_on_error=False)
            return found

        def stop(_: None) -> None:
            self.workers.cancel_group(self, _GROUP)

        where = next(iter(self.workspace.destinations), "")
        account = f"{self.row.connector}/{self.row.label}".strip("/") if self.row else ""
        self.app.push_screen(SimulateScreen(account, where, start), stop)

    async def _simulate(self, screen: SimulateScreen, simulation: Simulation) -> None:
        course = Course(simulation.names)
        timer = screen.set_interval(_OFTEN, lambda: screen.advance(course))
        async with aclosing(simulation.run()) as happening:
            async for each in happening:
                course.add(each)
        timer.stop()
        screen.advance(course, ended=True)
