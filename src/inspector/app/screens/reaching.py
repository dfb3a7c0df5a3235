"""Being reached from outside: the tunnel's keys."""

from typing import Final

from inspector.app.keys import Key, Section
from inspector.app.screens.tunnel import FetchScreen, TunnelScreen
from inspector.app.screens.verbs import Verbs
from inspector.model import TunnelPhase

__all__ = ["REACHING", "Reaching"]

REACHING: Final = (
    Key(
        "n",
        "tunnel",
        "Tunnel",
        False,
        tooltip="Open a tunnel to this machine, or close it",
        id="tunnel",
        section=Section.INSPECTOR,
    ),
    Key(
        "N",
        "tunnel_known",
        "About the tunnel",
        False,
        tooltip="A round trip through it, and its address as QR code",
        id="tunnel_known",
        section=Section.INSPECTOR,
    ),
)
"""Their keys: a screen puts them where it wants them in its footer."""


class Reaching(Verbs):
    """A screen whose receiver can be reached from outside."""

    def action_tunnel(self) -> None:
        """Open the tunnel, or close it."""
        if self.workspace.reach.state.phase in (TunnelPhase.OFF, TunnelPhase.FAILED) or self.workspace.reach.named:
            self.begin(self._open_tunnel())
        else:
            self.begin(self.workspace.reach.stop())

    async def _open_tunnel(self) -> None:
        reach = self.workspace.reach
        if reach.possible or await self.app.push_screen_wait(FetchScreen(reach.agent_url(), reach.fetch)):
            await reach.start()
        self.show_status()

    def action_tunnel_known(self) -> None:
        """What is known of the tunnel."""
        self.app.push_screen(TunnelScreen(self.workspace))
