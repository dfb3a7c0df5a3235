"""Secrets of a workspace that is open: kept and removed while it receives, by it or by another process."""

import asyncio
from typing import TYPE_CHECKING, Final

from inspector.core.shapes import implausible
from inspector.model import InspectorError, Notice

if TYPE_CHECKING:
    from inspector.workspace.workspace import Workspace

__all__ = ["follow_secrets", "remove_secret", "set_secret"]

_GLANCE: Final = 1.0  # seconds between two looks at what another process keeps


async def set_secret(
    workspace: "Workspace", account: str, text: str, setting: str = "", *, rotate: bool = False
) -> str:
    """Keep a secret of an account (CONNECTOR or CONNECTOR/LABEL); the next delivery is verified with it.

    `setting` is the connector's secret where it is left out. To rotate is to accept the one before it as well.
    Returns a sentence for the user: where it lies, what stands before it, what cannot be right about it; none of them
    holds a character of the secret. Raises InspectorError.
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
    return f"{said}. It {remark[0]}. {remark[1]}" if remark else said


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
                for problem in workspace.settings.problems.values():
                    workspace.tell(Notice("A secret cannot be read", problem, bad=True))
        except InspectorError as error:  # written by hand, and wrongly: what was read before stays in force
            workspace.tell(Notice(error.title, error.hint, bad=True))
