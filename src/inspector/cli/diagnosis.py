"""What the doctor looks at: each a fact with a state, and a fix where something is wrong."""

import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from inspector.cli.describe import SHARED_SETTINGS
from inspector.configuration import Listen
from inspector.core import Connector
from inspector.core.shapes import implausible
from inspector.library import check_folder
from inspector.settings import NGROK, PROFILE, Settings
from inspector.vault import Vault, keyring_name

__all__ = ["Finding", "data", "documents", "keyring", "python", "secrets", "strangers"]


@dataclass(frozen=True)
class Finding:
    """One fact. `fail` would keep the inspector from working, `warn` is worth a look."""

    what: str
    state: Literal["ok", "warn", "fail"]
    fact: str
    fix: str = ""


def python() -> Finding:
    """The interpreter."""
    return Finding("python", "ok", f"{sys.version.split()[0]} ({sys.platform})")


def data(folder: Path) -> Finding:
    """Whether requests can be stored, and how much lies there."""
    place = next((each for each in (folder, *folder.parents) if each.exists()), folder)
    try:
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        return Finding(
            "data", "fail", f"{place}: {(error.strerror or str(error)).lower()}", "Choose another folder with --data"
        )
    free = shutil.disk_usage(place).free // 1024**2
    held = sum(each.stat().st_size for each in folder.rglob("*") if each.is_file()) // 1024**2
    holds = f"holds {held:,} MiB" if folder.exists() else "made when it is needed"
    fact = f"{folder}, {holds}, {free:,} MiB free"
    if free < 100:
        return Finding("data", "warn", fact, "Make room, or choose another folder with --data")
    return Finding("data", "ok", fact)


def documents(place: Path) -> Finding:
    """Whether the connector documents can be read."""
    count, mistakes = check_folder(place)
    if mistakes:
        fix = f"inspector connectors check {place}"
        return Finding("connectors", "fail", f"{len(mistakes)} mistakes, the first: {mistakes[0]}", fix)
    return Finding("connectors", "ok", f"{count} in {place}")


def secrets(settings: Settings, connectors: Mapping[str, Connector]) -> Iterator[Finding]:
    """What is configured for each account, by name and place, and whether it looks as its processor writes it."""
    accounts = settings.accounts()
    if not accounts:
        fix = "inspector secrets set stripe, or the variable INSPECTOR_STRIPE_SIGNING_SECRET, or inspector.toml"
        yield Finding("secrets", "warn", "none is set, so no signature can be checked", fix)
    settings.prepare()
    for (account, _), problem in settings.problems.items():
        yield Finding("secrets", "warn", problem, f"Unlock the keyring, or: inspector secrets set {account}")
    for account in accounts:
        name, _, label = account.partition("/")
        if name not in connectors:
            near = get_close_matches(name, connectors, n=1, cutoff=0.5)
            yield Finding("secrets", "warn", f"{account}: there is no such connector", _meant(near))
            continue
        values = settings.of(name, label)
        own = [setting for setting in settings.own(account) if (account, setting) not in settings.problems]
        faults = [fault for setting in own if (fault := _fault(connectors[name], setting, values[setting]))]
        for fact, fix in faults:
            yield Finding("secrets", "warn", f"{account}: {fact}", fix)
        if own and not faults:
            yield Finding("secrets", "ok", f"{account}: {', '.join(own)}")


def keyring(vault: Vault) -> Finding:
    """Where `inspector secrets` keeps what it is given, and whether others may read it."""
    name, file = keyring_name(), str(vault.path)
    if vault.exposed():
        return Finding("keyring", "warn", f"other users of this machine may read {file}", f"chmod 600 {file}")
    if not name:
        fix = "Nothing has to be done where variables or inspector.toml hold the secrets"
        return Finding("keyring", "warn", f"there is none to be used: secrets set are kept in {file}", fix)
    return Finding("keyring", "ok", name)


def _fault(connector: Connector, setting: str, text: str) -> tuple[str, str] | None:
    """What is implausible about a setting, without a character of it."""
    known = [*connector.settings, *SHARED_SETTINGS]
    if setting not in known:
        near = get_close_matches(setting, known, n=1, cutoff=0.4)
        return f"{setting} is no setting of {connector.title}", _meant(near)
    found = implausible(connector, setting, text)
    return (f"{setting} {found[0]}", found[1]) if found else None


def _meant(near: list[str]) -> str:
    return f"Did you mean {near[0]}?" if near else "inspector connectors lists what there is"


def strangers(environment: Mapping[str, str], connectors: Mapping[str, Connector]) -> Iterator[Finding]:
    """Variables that begin as ours do and mean nothing."""
    known = [f"INSPECTOR_{name}".upper() for name in Listen.model_fields]
    for name, each in connectors.items():
        known += [f"INSPECTOR_{name}_{setting}".upper() for setting in (*each.settings, *SHARED_SETTINGS)]
    for variable in sorted(environment):
        word = variable.removeprefix("INSPECTOR_").lower()
        ours = (*connectors, NGROK, "destination")
        mine = variable == PROFILE or word in Listen.model_fields or word.split("_")[0] in ours
        if variable.startswith("INSPECTOR_") and not mine:
            fix = _meant(get_close_matches(variable, known, n=1, cutoff=0.7))
            yield Finding("environment", "warn", f"{variable} means nothing", fix)
