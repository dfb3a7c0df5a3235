"""The app: it opens the workspace behind its first frame, and shows the inbox. Nothing else is decided here."""

from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Final

from textual.app import ComposeResult, SystemCommand
from textual.screen import Screen
from textual.theme import Theme
from textual.widgets import Static

from inspector.app.keys import Key, keymap
from inspector.app.manners import WellBehaved
from inspector.app.palette import ActionProvider, actions
from inspector.app.themes import DEFAULT, THEMES, checked
from inspector.model import InspectorError

if TYPE_CHECKING:
    from inspector.workspace import Workspace

__all__ = ["InspectorApp", "run"]

OpenWorkspace = Callable[[], Awaitable["Workspace"]]
_OFFERED: Final = ("Theme", "Screenshot")  # of Textual's own commands; the others have keys of ours


class InspectorApp(WellBehaved):
    """Inspector on the screen. It ends with the error, where the workspace could not be opened."""

    TITLE = "Inspector"
    CSS_PATH = "styles/inspector.tcss"
    COMMANDS = {ActionProvider}
    BINDINGS = [
        Key("ctrl+p", "command_palette", "Palette", False, None, True, "Everything, found by its words", "palette"),
        Key("ctrl+c", "interrupt", "Interrupt", False, None, True, "Copy what is selected, or quit", "interrupt"),
        Key("ctrl+q", "quit", "Quit", False, None, True, "Quit, also while one types", "quit_anywhere"),
    ]

    def __init__(self, open_workspace: OpenWorkspace, theme: str | None = None) -> None:
        super().__init__()
        self._open_workspace = open_workspace
        for each in THEMES:
            self.register_theme(each)
        self._given = theme
        self.theme = self._looks = checked(theme or DEFAULT)
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
            from inspector.app.bridge import watch
            from inspector.app.screens.inbox import InboxScreen
            from inspector.workspace import theme_of

            settings = self._workspace.settings
            self.theme = self._looks = checked(self._given or theme_of(self._workspace) or DEFAULT)
            self.theme_changed_signal.subscribe(self, self._keep_theme)
            self.set_keymap(keymap(settings.keys, (type(self), *InboxScreen.PARTS), str(settings.source)))
        except InspectorError as error:
            self.exit(error)
            return
        screen = InboxScreen(self._workspace)
        await self.push_screen(screen)
        screen.begin(watch(self._workspace, screen))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """What the palette offers."""
        for theme in THEMES:
            help_text = f"{'':<9} The {theme.name} theme, also at the next start"
            yield SystemCommand(f"Theme: {theme.name}", help_text, partial(setattr, self, "theme", theme.name))
        if self._workspace is not None:
            yield from actions(self, screen, self._workspace.settings.keys)
        for each in super().get_system_commands(screen):
            if each.title in _OFFERED:
                yield SystemCommand(each.title, f"{'':<9} {each.help}", each.callback)

    def _keep_theme(self, theme: Theme) -> None:
        """The one that the user chose is there again at the next start."""
        from inspector.workspace import keep_theme

        if theme.name == self._looks or self._workspace is None:
            return
        self._looks = theme.name
        try:
            said, severe = keep_theme(self._workspace, theme.name), False
        except InspectorError as error:
            said, severe = str(error), True
        if said:
            self.notify(said, severity="warning" if severe else "information", markup=False, timeout=6)

    def action_interrupt(self) -> None:
        """What ctrl+c means: copy where the mouse has selected something, and quit otherwise."""
        if self.screen.get_selected_text():
            self.screen.action_copy_text()
            self.screen.clear_selection()
        else:
            self.run_worker(self._quit(), name="quit")

    async def action_quit(self) -> None:
        """Answer what is in flight, and end. Once more ends it at once."""
        self.run_worker(self._quit(), name="quit")

    async def _quit(self) -> None:
        """Nobody looks at the store any more when it is closed: the screens go first."""
        workspace, self._workspace = self._workspace, None
        if workspace is not None:
            while len(self.screen_stack) > 1:
                await self.pop_screen()
            self.query_one("#starting", Static).update(" inspector   answering what is in flight…")
            await workspace.close()
        self.exit()


def run(open_workspace: OpenWorkspace) -> None:
    """Run the app until the user quits. Raises InspectorError where the workspace cannot be opened."""
    error = InspectorApp(open_workspace).run()
    if isinstance(error, InspectorError):
        raise error
