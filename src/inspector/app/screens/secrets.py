"""Secrets: which are set and where; set one, typed without showing it, rotate it, or remove it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from pydantic import SecretStr
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.events import Paste
from textual.screen import ModalScreen
from textual.widgets import ContentSwitcher, Input, Label, Static

from inspector.app.keys import Key, Section, Wanted, signs
from inspector.app.widgets.chooser import Chooser
from inspector.model.visible import visible
from inspector.workspace import Setting

__all__ = ["SecretChange", "SecretsScreen"]

Look = Callable[[str, str], Setting]
"""Tells of a setting by account and name."""


class SecretChange(NamedTuple):
    """What to do with a setting of an account: keep a text, beside the one before it to `rotate`; or, for None, remove
    it."""

    account: str
    name: str
    text: SecretStr | None
    rotate: bool = False


class _Hidden(Input):
    """A line whose text is not shown. A key in PEM may be pasted with all its lines."""

    def _on_paste(self, event: Paste) -> None:
        self.insert_text_at_cursor(event.text.strip())
        event.prevent_default()
        event.stop()


class _Form(Vertical):
    """One setting: what is so of it, and the lines to type its account and its text in."""

    def __init__(self, look: Look, keys: Mapping[str, str], *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._look, self._signs = look, keys
        self.setting: Setting | None = None

    def compose(self) -> ComposeResult:
        """Its name, its state, two lines to type in, and what the keys do."""
        yield Static("", id="secret-name", classes="dialog-title")
        yield Static("", id="secret-state")
        with Horizontal(classes="field"):
            yield Label("", id="secret-connector")
            hint = "for one of several accounts: its label in the path"
            yield Input(placeholder=hint, compact=True, select_on_focus=False, id="secret-label")
        with Horizontal(classes="field"):
            yield Label("text")
            hint = "not shown while it is typed; a key may be pasted with all its lines"
            yield _Hidden(placeholder=hint, password=True, compact=True, id="secret-text")
        yield Static("", id="secret-place")
        yield Static("", id="secret-keys")

    @property
    def text(self) -> SecretStr:
        """What was typed."""
        return SecretStr(self.query_one(_Hidden).value.strip())

    def open(self, setting: Setting) -> None:
        """Show a setting, and wait for its text."""
        name = Text.assemble((setting.name, "bold"), (f"  {visible(setting.about, 300)}", "not bold dim"))
        self.query_one("#secret-name", Static).update(name)
        connector, _, label = setting.account.partition("/")
        self.query_one("#secret-connector", Label).update(Text(f"{connector} /"))
        self._show(setting)
        self.query_one("#secret-label", Input).value = label
        self.query_one("#secret-label" if setting.elsewhere else "#secret-text", Input).focus()

    def close(self) -> None:
        """Nothing of what was typed stays."""
        self.setting = None
        self.query_one(_Hidden).value = ""

    def say_place(self, place: str) -> None:
        """Tell where a secret goes."""
        self.query_one("#secret-place", Static).update(Text(place, "dim"))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Another account."""
        event.stop()
        if self.setting is not None and event.input.id == "secret-label":
            connector, label = self.setting.account.partition("/")[0], event.value.strip().strip("/")
            self._show(self._look(f"{connector}/{label}" if label else connector, self.setting.name))

    def _show(self, setting: Setting) -> None:
        self.setting = setting
        self.query_one("#secret-state", Static).update(_state(setting))
        self.query_one(_Hidden).disabled = setting.elsewhere
        keeping = [] if setting.elsewhere else ["enter keeps it"]
        rotate = f"{self._signs['secret_rotate']} keeps it and accepts the one before as well"
        kept = [rotate, f"{self._signs['secret_remove']} removes it"] if setting.kept else []
        said = " · ".join((*keeping, *kept, f"{self._signs['back']} back"))
        self.query_one("#secret-keys", Static).update(Text(said, "dim"))


class SecretsScreen(ModalScreen[SecretChange | None]):
    """Answers with what to change, or None.

    `settings` are those that there are, `place` says where a secret goes, and may take a moment; `begun` is the account
    and the name whose form is open at first, `wanted` the keys of the config file.
    """

    BINDINGS = [
        Key("escape", "back", "Back", tooltip="Back to where one chooses, or close", id="back", section=Section.DIALOG),
        Key(
            "ctrl+r",
            "rotate",
            "Rotate",
            priority=True,
            tooltip="Keep the secret, and accept the one before it as well",
            id="secret_rotate",
            section=Section.SECRETS,
        ),
        Key(
            "ctrl+d",
            "remove",
            "Remove",
            priority=True,
            tooltip="Keep the secret no longer",
            id="secret_remove",
            section=Section.SECRETS,
        ),
    ]

    def __init__(
        self,
        settings: Sequence[Setting],
        look: Look,
        place: Callable[[], str],
        begun: tuple[str, str] | None = None,
        wanted: Wanted | None = None,
    ) -> None:
        super().__init__()
        self._wanted = wanted or {}
        self._settings, self._look, self._place, self._begun = settings, look, place, begun

    def compose(self) -> ComposeResult:
        """The settings, and the form of the one that is chosen."""
        with ContentSwitcher(initial="secrets-choose", id="secrets"):
            with Vertical(id="secrets-choose"):
                yield Static(Text("Secrets", style="bold"), classes="dialog-title")
                lines = [(f"{each.account} {each.name}".lower(), _line(each)) for each in self._settings]
                yield Chooser(lines, "words: stripe, adyen hmac …", id="secrets-chooser")
            yield _Form(self._look, signs(type(self), self._wanted), id="secrets-form")

    def on_mount(self) -> None:
        """All of them, or the one that was begun; where secrets go is found out beside it."""
        if self._begun is not None:
            self._open(self._look(*self._begun))
        self.run_worker(self._say_place(), exit_on_error=False)

    async def _say_place(self) -> None:
        self.query_one(_Form).say_place(await asyncio.to_thread(self._place))

    def _open(self, setting: Setting) -> None:
        self.query_one("#secrets", ContentSwitcher).current = "secrets-form"
        self.query_one(_Form).open(setting)

    def on_chooser_chosen(self, message: Chooser.Chosen) -> None:
        """Chosen: its form."""
        message.stop()
        self._open(self._settings[message.number])

    def action_back(self) -> None:
        """From the form to the list, and from there out."""
        form = self.query_one(_Form)
        if form.setting is None:
            self.dismiss(None)
            return
        form.close()
        self.query_one("#secrets", ContentSwitcher).current = "secrets-choose"
        self.query_one(Chooser).begin()

    @on(Input.Submitted, "#secrets-form Input")
    def _keep(self, event: Input.Submitted) -> None:
        event.stop()
        self._change()

    def action_rotate(self) -> None:
        """Keep it, and accept the one before it as well."""
        form = self.query_one(_Form)
        if form.setting is not None and form.setting.kept:
            self._change(rotate=True)

    def _change(self, *, rotate: bool = False) -> None:
        """What was typed, where something was."""
        form = self.query_one(_Form)
        if form.setting is None or form.setting.elsewhere:
            return
        if not form.text:
            self.notify("Type or paste it first", title="Nothing was given", severity="warning", timeout=3)
            return
        self._leave(SecretChange(form.setting.account, form.setting.name, form.text, rotate))

    def action_remove(self) -> None:
        """Keep it no longer."""
        setting = self.query_one(_Form).setting
        if setting is not None and setting.kept:
            self._leave(SecretChange(setting.account, setting.name, None))

    def _leave(self, change: SecretChange) -> None:
        self.query_one(_Form).close()
        self.dismiss(change)


def _state(setting: Setting) -> Text:
    if not setting.where:
        return Text("○ not set", "bold")
    found = Text.assemble(("● set", "bold"), f"  {visible(setting.looks, 200)}\n")
    if setting.elsewhere:
        return found.append(f"It stands in {visible(setting.where, 200)}: change it there")
    return found.append(f"It is kept in {'the keyring' if setting.where == 'keyring' else visible(setting.where, 200)}")


def _line(each: Setting) -> Text:
    names = f"{visible(each.account, 22):<22} {visible(each.name, 24):<24} "
    if not each.where:
        return Text.assemble(f"○ {names}", (visible(each.about, 90), "dim"))
    return Text.assemble((f"● {names}", "bold"), f"{visible(each.where, 48)}  ", (visible(each.looks, 90), "dim"))
