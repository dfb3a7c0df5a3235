"""Being reached from outside: a tunnel of ours or an address that the user names, and the proof that it leads here."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from inspector.model import InspectorError, Notice, Tunnel, TunnelPhase
from inspector.settings import NGROK
from inspector.tunnel import Ngrok, agent_path, check_public_url, download, download_url, round_trip, token_of

if TYPE_CHECKING:
    from inspector.workspace.workspace import Workspace

__all__ = ["Reach"]

_TRIES: Final = 3  # round trips, before it is told that none came back
_PAUSE: Final = 1.5  # seconds between two of them: an address that is new takes a moment to be known
_GLANCE: Final = 1.0  # seconds between two looks at the agent
_PATIENCE: Final = 20  # looks between two round trips while none comes back
_AGAIN: Final = (1.0, 2.0, 5.0, 10.0, 30.0)  # seconds before an agent that has ended is started again


class Reach:
    """The tunnel of a workspace. `state` says what is known of it, and what is proven."""

    def __init__(self, workspace: "Workspace", token: str) -> None:
        self._workspace = workspace
        self._token = token
        self._agent: Ngrok | None = None
        self._watch: asyncio.Task[None] | None = None
        self._folder: Path = workspace.options.data / "tunnel"
        named = workspace.options.public_url
        self.named = check_public_url(named) if named else None
        self.state = Tunnel(url=self.named or "")
        self._due = 0  # glances until the address is proven anew; none while it is up

    @property
    def possible(self) -> bool:
        """Whether ngrok's agent is there, or none is wanted."""
        return self.named is not None or agent_path() is not None

    async def begin(self) -> None:
        """What was asked for on the command line: a tunnel, or the proof of the address that is named."""
        if self.named:
            self._set(phase=TunnelPhase.STARTING)
            await self.test()
        elif self._workspace.options.tunnel:
            await self.start()

    async def start(self) -> None:
        """Open the tunnel, and prove it. What goes wrong is in the state."""
        if self.named:
            raise InspectorError(
                "The tunnel is yours: it was named with --public-url", hint="N goes out and back again"
            )
        await self.stop()
        if not self.possible:
            reason, fix = "ngrok's agent is not on this machine", "Install it: https://ngrok.com/download"
            self._set(phase=TunnelPhase.FAILED, reason=reason, fix=fix)
            return
        self._set(phase=TunnelPhase.STARTING, since=self._workspace.clock())
        self._agent = Ngrok(self._folder, self._upstream(), self._heard)
        if await self._open(self._agent):
            self._watch = asyncio.create_task(self._look_after(self._agent))

    async def stop(self) -> None:
        """Close the tunnel: its agent ends."""
        agent, watch, self._agent, self._watch = self._agent, self._watch, None, None
        if watch is not None:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)
        if agent is not None:
            await agent.stop()
        if not self.named:
            self.state = Tunnel()

    def agent_url(self) -> str:
        """Where ngrok offers its agent for this machine. Raises InspectorError where it does not."""
        return download_url()

    async def fetch(self, progress: Callable[[int, int], None]) -> None:
        """Download ngrok's agent. Raises InspectorError."""
        await download(download_url(), progress)

    async def test(self, tries: int = 1) -> None:
        """Go out through the public address and come back: the state says how that went."""
        if not self.state.url:
            raise InspectorError("There is no tunnel", hint="n opens one; or start with --public-url")
        url, found = self.state.url, None
        for turn in range(tries):
            await asyncio.sleep(_PAUSE if turn else 0)
            found = await round_trip(url, self._token)
            if not found.problem:
                break
        if found is None or url != self.state.url:
            return  # another address meanwhile
        now = self._workspace.clock()
        if found.problem:
            self._set(phase=TunnelPhase.FAILED, reason=found.problem, fix=found.hint, elapsed=None)
        else:
            since = self.state.since if self.state.phase is TunnelPhase.UP else now
            self._set(phase=TunnelPhase.UP, since=since, elapsed=found.elapsed, proven_at=now)

    async def _open(self, agent: Ngrok) -> bool:
        """Start the agent, and prove its address; whether the agent runs."""
        token = await asyncio.to_thread(self._ngrok_token)
        try:
            url = await agent.start(token, self._workspace.options.domain)
        except InspectorError as error:
            if agent is self._agent:
                self._set(phase=TunnelPhase.FAILED, reason=error.detail or error.title, fix=error.hint, url="")
            return False
        if agent is self._agent:
            self._set(phase=TunnelPhase.STARTING, url=url)
            self._compare(url)
            await self.test(_TRIES)
        return agent is self._agent

    def _ngrok_token(self) -> str:
        """A keyring may be slow, or ask its user."""
        return token_of(self._workspace.settings.of(NGROK).get("authtoken", ""))

    async def _look_after(self, agent: Ngrok) -> None:
        """Start the agent again when it has ended, less and less often, until it is up or is refused."""
        turn = 0
        while True:
            await asyncio.sleep(_GLANCE)
            if await asyncio.to_thread(agent.alive):
                turn = 0
                await self._prove_when_due()
                continue
            self._set(phase=TunnelPhase.RECONNECTING, reason="ngrok's agent has ended")
            await asyncio.sleep(_AGAIN[min(turn, len(_AGAIN) - 1)])
            turn += 1
            await self._open(agent)

    async def _prove_when_due(self) -> None:
        """At once when the agent is connected again; every now and then while nothing comes back."""
        if self._due:
            self._due -= 1
            if not self._due:
                await self.test(_TRIES)
        elif self.state.phase is TunnelPhase.FAILED:
            self._due = _PATIENCE

    def _heard(self, reason: str | None) -> None:
        """The agent has lost its connection, or has it again."""
        if reason is not None:
            self._set(phase=TunnelPhase.RECONNECTING, reason=reason, fix="ngrok's agent tries again by itself")
        else:
            self._due = 1

    def _upstream(self) -> str:
        port = self._workspace.address.rpartition(":")[2]
        host = self._workspace.options.host
        if host in ("0.0.0.0", "::", ""):  # noqa: S104 - where it listens everywhere, it listens here
            host = "127.0.0.1"
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def _compare(self, url: str) -> None:
        """Tell when the address is another one than last time: the processors' dashboards have the old one."""
        place = self._folder / "address"
        with suppress(OSError):
            before = place.read_text(encoding="utf-8") if place.exists() else ""
            place.write_text(url, encoding="utf-8")
            if before and before != url:
                text = f"It is {url} now, and was {before}: paste the new one in the processor's dashboard"
                self._workspace.tell(Notice("The public address has changed", text))

    def _set(self, **changed: object) -> None:
        """Something else is known; whoever looks is told where the tunnel came up, or is up no more."""
        before, cleared = self.state.phase, {"reason": "", "fix": ""}
        self.state = state = replace(self.state, **(cleared | changed))
        if state.phase is before or state.phase is TunnelPhase.STARTING:
            return
        if state.phase is TunnelPhase.UP:
            text = f"{state.url} comes back in {(state.elapsed or 0) * 1000:.0f} ms"
            self._workspace.tell(Notice("The tunnel is up", text))
        else:
            text = "\n".join(part for part in (state.reason, state.fix) if part)
            self._workspace.tell(Notice("The tunnel is not up", text, bad=True))
