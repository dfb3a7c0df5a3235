"""Dialogs: what opens over the list, and what is done with the answer."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from pathlib import Path
from typing import ClassVar, Final

from textual.dom import DOMNode
from textual.notifications import SeverityLevel

from inspector.app.keys import bindings_of
from inspector.app.present import copy_texts, diff_lines, first_steps, plural
from inspector.app.screens.copy import CopyScreen
from inspector.app.screens.coverage import CoverageScreen
from inspector.app.screens.diff import DiffScreen
from inspector.app.screens.help import HelpScreen
from inspector.app.screens.reaching import Reaching
from inspector.app.screens.save import SaveOrder, SaveScreen
from inspector.app.screens.secrets import SecretChange, SecretsScreen
from inspector.app.screens.sessions import SessionsScreen
from inspector.app.screens.trigger import Order, TriggerScreen
from inspector.app.screens.waiting import Waiting
from inspector.core import Query
from inspector.fixtures import safe_name, save
from inspector.library import Sample
from inspector.model import InspectorError, Verdict
from inspector.workspace import (
    Saving,
    all_candidates,
    fields_of,
    remove_secret,
    secret_of,
    secrets_of,
    set_secret,
    vault_place,
    written,
)

__all__ = ["Dialogs", "choices_of"]

SESSIONS: Final = Path("sessions")
"""Where sessions of files are kept: in the project that one works on."""


class Dialogs(Waiting, Reaching):
    """A screen that opens dialogs. `PARTS` are those that have keys, for the help."""

    PARTS: ClassVar[tuple[type[DOMNode], ...]] = ()

    @property
    def marks(self) -> AbstractSet[int]:
        """The ids of the marked rows."""
        raise NotImplementedError

    @property
    def listed(self) -> Sequence[int]:
        """The ids of the rows that the filter lets through."""
        raise NotImplementedError

    def reopened(self) -> None:
        """Another session is open."""
        raise NotImplementedError

    def action_help(self) -> None:
        """Every key."""
        wanted = self.workspace.settings.keys
        parts = (*self.PARTS, type(self.app))
        self.app.push_screen(HelpScreen(key for part in parts for key in bindings_of(part, wanted)))

    @property
    def pair(self) -> list[int]:
        """The ids of the two rows that would be compared: the marked one and that under the cursor, or two marked ones.
        Others than two where it is not clear which."""
        marks = sorted(self.marks)
        under = [self.row.id] if self.row and self.row.id not in marks else []
        return marks + under if len(marks) == 1 else marks

    def action_coverage(self) -> None:
        """What no rule uses; a native type that is chosen there is filtered for."""
        self.app.push_screen(CoverageScreen(self.workspace), lambda query: self.narrow(query) if query else None)

    def narrow(self, query: str) -> None:
        """Show the rows that a filter lets through."""
        raise NotImplementedError

    def action_diff(self) -> None:
        """Compare the marked event with the one under the cursor, or two that are marked."""
        sides = self.workspace.rows(self.pair)
        left, right = ((self.workspace.delivery(each.delivery), each.position) for each in sides)
        self.app.push_screen(DiffScreen(lambda width: diff_lines(left, right, width)))

    def action_trigger(self) -> None:
        """Offer every sample; those of the event's processor first in mind."""
        workspace, begun = self.workspace, f"{self.row.connector} " if self.row and self.row.connector else ""

        def url(sample: Sample) -> str:
            return f"{workspace.address}/{sample.connector}"

        screen = TriggerScreen(all_candidates(workspace), lambda sample: fields_of(workspace, sample), url, begun)
        self.app.push_screen(screen, lambda order: self.begin(self._trigger(order)) if order else None)

    async def _trigger(self, order: Order) -> None:
        attempt = await self.workspace.trigger(*order)
        connector = self.workspace.service.connectors[order.sample.connector]
        words = attempt.error or f"{order.sample.name}: {attempt.status_code} in {attempt.elapsed * 1000:.0f} ms"
        if connector.secret and not self.workspace.settings_of(connector.name).get(connector.secret):
            words += f"\nNo secret of {connector.title} is set, so a throwaway one signed it"
        severity: SeverityLevel = "information" if attempt.status_code == 200 else "warning"
        self.notify(words, title="Sent", severity=severity, markup=False)

    def action_save(self) -> None:
        """Save events as a session of files."""
        choices = choices_of(self)
        if not choices:
            self.tell(InspectorError("There is nothing to save", hint="t triggers an event"))
            return

        def taken(name: str) -> str | None:
            folder = SESSIONS / safe_name(name)
            return str(folder) if folder.exists() else None

        screen = SaveScreen({what: len(ids) for what, ids in choices.items()}, self.workspace.session, taken)
        self.app.push_screen(screen, lambda order: self.begin(self._save(order, choices)) if order else None)

    async def _save(self, order: SaveOrder, choices: Mapping[str, Sequence[int]]) -> None:
        numbers = dict.fromkeys(row.delivery for row in self.workspace.rows(sorted(choices[order.what])))
        found = await written(self.workspace, list(numbers), Saving(name=order.name, note=order.note))
        saved = save(SESSIONS, found, overwrite=order.overwrite)
        replaced = sum(map(len, found.session.redacted.values()))
        words = f"{plural(saved.deliveries, 'request')} in {saved.folder}"
        words += f", {plural(replaced, 'place')} redacted" if saved.changed else ": nothing has changed"
        self.notify(f"{words}\ninspector check {saved.folder}", title="Saved", markup=False)

    def action_sessions(self) -> None:
        """Every session of the store."""
        self.app.push_screen(SessionsScreen(self.workspace), self._session_chosen)

    def _session_chosen(self, name: str | None) -> None:
        if name is not None and name != self.workspace.session:
            self.workspace.open_session(name)
            self.reopened()

    def action_secrets(self) -> None:
        """Every setting of every account; at once the form of the secret that the event under the cursor lacks."""
        workspace, row = self.workspace, self.row
        connector = workspace.service.connectors.get(row.connector) if row else None
        begun = None
        if row and connector and row.verdict == Verdict.NO_SECRET:
            begun = f"{row.connector}/{row.label}" if row.label else row.connector, connector.secret
        screen = SecretsScreen(
            secrets_of(workspace),
            partial(secret_of, workspace),
            partial(vault_place, workspace),
            begun,
            workspace.settings.keys,
        )
        self.app.push_screen(screen, lambda change: self.begin(self._keep(change)) if change else None)

    async def _keep(self, change: SecretChange) -> None:
        account, name, text, rotate = change
        if text is None:
            await remove_secret(self.workspace, account, name)
            said = f"{name} of {account} is not kept any more"
        else:
            said = await set_secret(self.workspace, account, text.get_secret_value(), name, rotate=rotate)
        self.notify(said, markup=False, timeout=8)

    def action_copy(self) -> None:
        """Offer what can be copied: of the event, or of the first steps where there is none."""
        row, workspace = self.row, self.workspace
        if row is not None:
            texts = copy_texts(workspace.delivery(row.delivery), row.position)
            texts |= {"public address": workspace.public_url} if workspace.public_url else {}
        else:
            steps = first_steps(workspace.address, workspace.public_url, workspace.settings.accounts(), self.signs)
            texts = {each.name: each.text for each in steps if each.copied}
        self.app.push_screen(CopyScreen(texts), self._copied)

    def _copied(self, chosen: tuple[str, str] | None) -> None:
        if chosen is not None:
            self.app.copy_to_clipboard(chosen[1].encode("utf-8", "replace").decode())
            self.notify(f"{chosen[0]} copied: {len(chosen[1]):,} characters (OSC 52)", markup=False, timeout=3)


def choices_of(screen: Dialogs) -> dict[str, Sequence[int]]:
    """The ids of the rows that something can be done with: marked, filtered, all; the likeliest first."""
    everything = screen.workspace.ids(Query())
    found = {"marked": sorted(screen.marks), "filtered": screen.listed, "all": everything}
    return {what: ids for what, ids in found.items() if ids and (what == "all" or len(ids) < len(everything))}
