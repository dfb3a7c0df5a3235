"""The tunnel's dialogs: what is known of it with its address as a QR code, and fetching the agent that it needs."""

from collections.abc import Awaitable, Callable

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from inspector.app.keys import Key, Section
from inspector.app.present import qr_lines, tunnel_lines
from inspector.app.widgets.status import SpansView
from inspector.model import InspectorError, TunnelPhase
from inspector.workspace import Workspace

__all__ = ["FetchScreen", "TunnelScreen"]

Progress = Callable[[int, int], None]


class TunnelScreen(ModalScreen[None]):
    """Goes out and back when it opens, and whenever it is asked to."""

    BINDINGS = [
        Key("escape,q,N", "dismiss", "Close", id="close", section=Section.DIALOG),
        Key("t", "test", "Go out through the tunnel and back", id="tunnel_test", section=Section.DIALOG),
        Key("y", "copy", "Copy the tunnel's address", id="tunnel_copy", section=Section.DIALOG),
    ]

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace = workspace
        self._drawn = ""

    def compose(self) -> ComposeResult:
        """Facts, keys, the code."""
        with Vertical(id="tunnel"):
            yield SpansView(id="tunnel-facts")
            yield Static(Text("t goes out and back   y copies the address   esc closes", "dim"))
            yield Static(id="tunnel-code")

    def on_mount(self) -> None:
        """Show what is known, and prove it."""
        self._renew()
        self.set_interval(0.5, self._renew)
        if self.workspace.public_url:
            self.action_test()

    def _renew(self) -> None:
        state = self.workspace.reach.state
        self.query_one(SpansView).show(tunnel_lines(state, self.workspace.clock()))
        proven = state.url if state.phase is TunnelPhase.UP else ""
        if proven != self._drawn:
            self._drawn = proven
            code = "\n".join(qr_lines(proven)) if proven else ""
            self.query_one("#tunnel-code", Static).update(Text(code, "black on white", no_wrap=True))

    def action_test(self) -> None:
        """Once more."""
        self.run_worker(self._test(), exclusive=True, exit_on_error=False)

    async def _test(self) -> None:
        try:
            await self.workspace.reach.test()
        except InspectorError as error:
            self.notify(error.hint, title=error.title, severity="warning", markup=False)
        self._renew()

    def action_copy(self) -> None:
        """The address to the clipboard."""
        if url := self.workspace.public_url:
            self.app.copy_to_clipboard(url)
            self.notify(f"{url} copied (OSC 52)", markup=False, timeout=3)


class FetchScreen(ModalScreen[bool]):
    """Asks whether to fetch ngrok's agent, and shows how that goes. Answers whether it is there."""

    BINDINGS = [
        Key("escape,q,n", "dismiss(False)", "Close", id="close", section=Section.DIALOG),
        Key("y", "fetch", "Fetch ngrok's agent", id="fetch", section=Section.DIALOG),
    ]

    def __init__(self, url: str, fetch: Callable[[Progress], Awaitable[None]]) -> None:
        super().__init__()
        self._url = url
        self._fetch = fetch

    def compose(self) -> ComposeResult:
        """The question, and below it how it goes."""
        with Vertical(id="fetch"):
            yield Static(Text("Fetch ngrok's agent?", "bold"))
            yield Static(Text(f"It is not on this machine. Once, about 10 MB:\n{self._url}\n"))
            yield Static(Text("Or install it yourself: https://ngrok.com/download\n", "dim"))
            yield Static(Text("y fetches it   n or esc leaves it"), id="fetch-state")

    def action_fetch(self) -> None:
        """Yes."""
        self.run_worker(self._run(), exclusive=True, exit_on_error=False)

    async def _run(self) -> None:
        self._say("asking…")
        try:
            await self._fetch(self._show)
        except InspectorError as error:
            self._say(f"{error.title}: {error.detail}\ny tries again   n or esc leaves it")
        else:
            self.dismiss(True)

    def _show(self, had: int, of: int) -> None:
        bar = "█" * (had * 30 // of) if of else ""
        self._say(f"{bar:<30} {had / 1024**2:.1f} MB" + (f" of {of / 1024**2:.1f}" if of else ""))

    def _say(self, text: str) -> None:
        self.query_one("#fetch-state", Static).update(Text(text))
