"""Sessions: what was seen before; open one, rename it, delete it, and take the deleting back."""

from typing import Final

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from inspector.app.keys import Key, Section, signs
from inspector.app.present import moment, plural
from inspector.model import InspectorError
from inspector.model.visible import visible
from inspector.store import SessionSummary
from inspector.workspace import Workspace

__all__ = ["SessionsScreen"]

_HINT: Final = (
    "enter open · {session_new} new · {session_rename} rename · {session_delete} delete · {session_undo} undo · "
    "{close} close"
)


class SessionsScreen(ModalScreen[str | None]):
    """Answers with the session to open, or None. What was deleted goes when the screen is left: u brings it back."""

    BINDINGS = [
        Key("escape,q", "close", "Close", id="close", section=Section.DIALOG),
        Key(
            "n",
            "edit(False)",
            "New",
            tooltip="Begin a session of another name",
            id="session_new",
            section=Section.SESSIONS,
        ),
        Key("r", "edit(True)", "Rename", tooltip="Give it another name", id="session_rename", section=Section.SESSIONS),
        Key(
            "D,delete",
            "delete",
            "Delete",
            tooltip="Delete it with all its deliveries",
            id="session_delete",
            section=Section.SESSIONS,
        ),
        Key("u", "undo", "Undo", tooltip="Bring the deleted back", id="session_undo", section=Section.SESSIONS),
        Key("j", "move(1)", "Down", show=False, id="down", section=Section.MOVING),
        Key("k", "move(-1)", "Up", show=False, id="up", section=Section.MOVING),
    ]

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace = workspace
        self._deleted: list[str] = []
        self._renamed: str | None = None

    def compose(self) -> ComposeResult:
        """A line a session, and one to type a name in."""
        with Vertical(id="sessions"):
            yield Static(Text("Sessions", style="bold"), classes="dialog-title")
            yield OptionList()
            yield Input(placeholder="name", compact=True)
            keys = signs(type(self), self.workspace.settings.keys)
            yield Static(Text(_HINT.format_map(keys), style="dim"))

    def on_mount(self) -> None:
        """All of them, the open one chosen."""
        self._list(self.workspace.session)

    def _list(self, chosen: str | None) -> None:
        found = [each for each in self.workspace.sessions() if each.name not in self._deleted]
        names = [each.name for each in found]
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(Option(_line(each, each.name == self.workspace.session), id=each.name) for each in found)
        if names:
            options.highlighted = names.index(chosen) if chosen in names else 0
        self.query_one(Input).display = False
        options.focus()

    @property
    def _chosen(self) -> str | None:
        options = self.query_one(OptionList)
        return options.highlighted_option.id if options.highlighted_option else None

    def action_move(self, by: int) -> None:
        """Up and down as in the list."""
        options = self.query_one(OptionList)
        (options.action_cursor_down if by > 0 else options.action_cursor_up)()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open it."""
        event.stop()
        self._leave(event.option_id)

    def action_edit(self, renaming: bool) -> None:
        """Type a name: of a new session, or another one for that under the cursor."""
        if renaming and self._chosen is None:
            return
        self._renamed = self._chosen if renaming else None
        line = self.query_one(Input)
        line.display, line.value = True, self._renamed or ""
        line.focus()

    @on(Input.Submitted)
    async def _named(self, event: Input.Submitted) -> None:
        event.stop()
        name = event.value.strip()
        try:
            if self._renamed is None and name:
                self._leave(name)
            elif self._renamed is not None and name not in ("", self._renamed):
                await self.workspace.rename_session(self._renamed, name)
                self._list(name)
            else:
                self._list(self._renamed)
        except InspectorError as error:
            self.notify(error.hint, title=error.title, severity="warning", markup=False)

    def action_delete(self) -> None:
        """Take it out of the list; it goes when the screen is left."""
        name = self._chosen
        if name == self.workspace.session:
            self.notify("Open another one first", title="This session is open", severity="warning", markup=False)
        elif name is not None:
            self._deleted.append(name)
            self.notify(f"{name} goes when this is closed; u brings it back", markup=False, timeout=4)
            self._list(None)

    def action_undo(self) -> None:
        """Bring back what was deleted last."""
        if self._deleted:
            self._list(self._deleted.pop())

    def action_close(self) -> None:
        """Out of the name, or out of the screen."""
        if self.query_one(Input).display:
            self._list(self._chosen)
        else:
            self._leave(None)

    def _leave(self, chosen: str | None) -> None:
        gone = [name for name in self._deleted if name != chosen]
        self.dismiss(chosen)
        if gone:
            self.app.run_worker(self._delete(gone), exit_on_error=False)

    async def _delete(self, names: list[str]) -> None:
        try:
            for name in names:
                await self.workspace.delete_session(name)
        except InspectorError as error:
            self.app.notify(error.detail or error.hint, title=error.title, severity="warning", markup=False)


def _line(each: SessionSummary, is_open: bool) -> Text:
    when = "" if each.last is None else f"last {moment(each.last, '%Y-%m-%d %H:%M')}"
    return Text.assemble(
        ("● " if is_open else "  ", "bold"),
        (f"{visible(each.name, 28):<28} ", "bold" if is_open else ""),
        f"{plural(each.rows, 'event'):>14}   ",
        (when, "dim"),
    )
