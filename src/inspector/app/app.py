"""The app: it opens the workspace behind its first frame, and shows the inbox. Nothing else is decided here."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.widgets import Static

from inspector.app.palette import ActionProvider
from inspector.model import InspectorError

if TYPE_CHECKING:
    from inspector.workspace import Workspace

__all__ = ["InspectorApp", "run"]

OpenWorkspace = Callable[[], Awaitable["Workspace"]]


class InspectorApp(App[InspectorError | None]):
    """Inspector on the screen. It ends with the error, where the workspace could not be opened."""

    TITLE = "Inspector"
    CSS_PATH = "styles/inspector.tcss"
    COMMANDS = App.COMMANDS | {ActionProvider}
    BINDINGS = [Binding("ctrl+c,ctrl+q", "quit", "Quit", show=False, priority=True)]

    def __init__(self, open_workspace: OpenWorkspace) -> None:
        super().__init__()
        self._open_workspace = open_workspace
        self._workspace: Workspace | None = None

    def compose(self) -> ComposeResult:
        """The first frame: drawn before the server and the store are loaded."""
        yield Static(" inspector   starting…", id="starting", markup=False)

    def on_mount(self) -> None:
        """Open the workspace once the first frame is there."""
        self.call_after_refresh(lambda: self.run_worker(self._open(), exit_on_error=True))

    async def _open(self) -> None:
        try:
            self._workspace = await self._open_workspace()
        except InspectorError as error:
            self.exit(error)
            return
        from inspector.app.bridge import watch
        from inspector.app.screens.inbox import InboxScreen

        inbox = InboxScreen(self._workspace)
        await self.push_screen(inbox)
        self.run_worker(watch(self._workspace, inbox), name="watch")

    async def action_quit(self) -> None:
        """Answer what is in flight, and end."""
        if self._workspace is not None:
            await self._workspace.close()
            self._workspace = None
        self.exit()


def run(open_workspace: OpenWorkspace) -> None:
    """Run the app until the user quits. Raises InspectorError where the workspace cannot be opened."""
    error = InspectorApp(open_workspace).run()
    if isinstance(error, InspectorError):
        raise error
