"""Secrets of a workspace that is open: kept and removed while it receives, by it or by another process."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import msgspec

from inspector.core import Connector, parse_query
from inspector.core.shapes import beginnings, implausible, shape
from inspector.model import InspectorError, Notice
from inspector.vault import keyring_name

if TYPE_CHECKING:
    from inspector.workspace.workspace import Workspace

__all__ = [
    "Setting",
    "follow_secrets",
    "remove_secret",
    "secret_of",
    "secrets_of",
    "set_secret",
    "vault_place",
    "verify_unset",
]

_GLANCE: Final = 1.0  # seconds between two looks at what another process keeps
_AT_ONCE: Final = 200  # deliveries that are verified together
_PREVIOUS: Final = "previous_secret"
_UNSET: Final = "signature:no-secret"


class Setting(msgspec.Struct, frozen=True):
    """A setting of an account (CONNECTOR or CONNECTOR/LABEL), without a character of its value.

    `about` is what the processor calls it, `where` the variable, the file or the keyring in which it stands (empty: it
    is not set), `kept` says that Inspector keeps it, so that it can be rotated and removed, and `looks` what it looks
    like, and what cannot be right about it.
    """

    account: str
    name: str
    about: str
    where: str = ""
    kept: bool = False
    looks: str = ""

    @property
    def elsewhere(self) -> bool:
        """Whether it is set where Inspector changes nothing: in the environment, or in inspector.toml."""
        return bool(self.where) and not self.kept


async def set_secret(
    workspace: "Workspace", account: str, text: str, setting: str = "", *, rotate: bool = False
) -> str:
    """Keep a secret of an account (CONNECTOR or CONNECTOR/LABEL); the next delivery is verified with it.

    `setting` is the connector's secret where it is left out. To rotate is to accept the one before it as well.
    What came while the account had none is verified with it, too.

    Returns a sentence for the user: where it lies, what stands before it, what cannot be right about it, how many
    stored deliveries are verified with it; none of them holds a character of the secret. Raises InspectorError.
    """
    connector = workspace.service.connectors.get(account.partition("/")[0])
    setting = setting or (connector.secret if connector else "")
    if connector is None or not setting:
        raise InspectorError(f"{account.partition('/')[0]} has no secret", exit_code=2)
    text = text.strip()
    if not text:
        raise InspectorError("Nothing was given, so nothing is kept", exit_code=2)
    settings = workspace.settings
    kept = await asyncio.to_thread(settings.keep, account, setting, text, rotate=rotate)
    await asyncio.to_thread(settings.prepare)
    place, before = settings.place(kept), settings.own(account).get(setting, "")
    said = f"{setting} of {account} is kept in {'the keyring' if place == 'keyring' else place}"
    if before != place:
        said += f", but the one in {before} stands before it"
    remark = implausible(connector, setting, text)
    said = f"{said}. It {remark[0]}. {remark[1]}" if remark else said
    anew = await verify_unset(workspace)
    return f"{said}. Verified with it: {anew:,} of what came before" if anew else said


async def verify_unset(workspace: "Workspace") -> int:
    """Verify the deliveries that came while their account had no secret, where it has one now; how many."""
    found = 0
    for name in sorted({account.partition("/")[0] for account in workspace.settings.accounts()}):
        ids = workspace.ids(parse_query(f"{_UNSET} connector:{name}"))
        for start in range(0, len(ids), _AT_ONCE):
            rows = workspace.rows(ids[start : start + _AT_ONCE])
            numbers = {row.delivery for row in rows if _has_secret(workspace, row.connector, row.label)}
            await asyncio.gather(asyncio.sleep(0), *(workspace.verify(number) for number in sorted(numbers)))
            found += len(numbers)
    return found


def _has_secret(workspace: "Workspace", name: str, label: str) -> bool:
    connector = workspace.service.connectors.get(name)
    return connector is not None and connector.secret in workspace.settings.of(name, label)


def secret_of(workspace: "Workspace", account: str, name: str) -> Setting:
    """What is to be said of a setting of an account, whether it is set or not."""
    settings, (connector_name, _, label) = workspace.settings, account.partition("/")
    connector = workspace.service.connectors.get(connector_name)
    about = _about(connector).get(name, "")
    where = settings.own(account).get(name, "")
    if not where:
        return Setting(account, name, about)
    kept = name in settings.kept(account) and where == settings.place(settings.kept(account)[name])
    text = settings.of(connector_name, label).get(name)
    if text is None or connector is None:
        return Setting(account, name, about, where, kept, "the keyring does not give it" if text is None else "")
    known = beginnings(connector, connector.secret if name == _PREVIOUS else name)
    remark = implausible(connector, name, text)
    looks = ": it ".join((shape(text, known), *(remark[:1] if remark else ())))
    return Setting(account, name, about, where, kept, looks)


def _about(connector: Connector | None) -> Mapping[str, str]:
    if connector is None:
        return {}
    return {**connector.settings, _PREVIOUS: f"the {connector.secret} from before a rotation: accepted as well"}


def secrets_of(workspace: "Workspace") -> list[Setting]:
    """Every setting of every account: those that are set first, then what processors have beside."""
    settings = workspace.settings
    found = [secret_of(workspace, account, name) for account in settings.accounts() for name in settings.own(account)]
    named = {(each.account, each.name) for each in found}
    unset = [
        Setting(connector.name, name, about)
        for connector in workspace.service.connectors.values()
        for name, about in connector.settings.items()
        if (connector.name, name) not in named
    ]
    return found + unset


def vault_place(workspace: "Workspace") -> str:
    """Where a secret goes that is set now, in words. It may take a moment to find the keyring."""
    name = keyring_name()
    if name:
        return f"It is kept in the keyring ({name})"
    path = workspace.settings.vault.path if workspace.settings.vault else ""
    return f"There is no keyring: it is kept in {path}, mode 0600. Whoever can read your files can read it"


async def remove_secret(workspace: "Workspace", account: str, setting: str) -> None:
    """Keep a secret no longer; the next delivery is verified without it. Raises InspectorError."""
    if setting not in workspace.settings.kept(account):
        raise InspectorError(f"{setting} of {account} is not kept by Inspector")
    await asyncio.to_thread(workspace.settings.forget, account, setting)


async def follow_secrets(workspace: "Workspace") -> None:
    """Take over what `inspector secrets` in another terminal keeps or removes."""
    while True:
        await asyncio.sleep(_GLANCE)
        try:
            if workspace.settings.refresh():
                await asyncio.to_thread(workspace.settings.prepare)
                await verify_unset(workspace)
                for problem in workspace.settings.problems.values():
                    workspace.tell(Notice("A secret cannot be read", problem, bad=True))
        except InspectorError as error:  # written by hand, and wrongly: what was read before stays in force
            workspace.tell(Notice(error.title, error.hint, bad=True))
