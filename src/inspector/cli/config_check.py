"""What is wrong with an inspector.toml: its form, and names that mean nothing: of connectors, of settings, of keys."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inspector.cli.describe import SHARED_SETTINGS
from inspector.configuration import Mistake, mistakes
from inspector.core.document import nearest
from inspector.core.lines import line_of, lines_of
from inspector.library import folder, load_connectors
from inspector.model import InspectorError
from inspector.settings import NGROK

if TYPE_CHECKING:
    from inspector.core import Connector

__all__ = ["check"]


def check(path: Path, connectors: Path | None) -> list[Mistake]:
    """Every mistake, in the order of the file. Raises InspectorError where it is no TOML, or cannot be read."""
    found = mistakes(path)
    text = path.read_text(encoding="utf-8")
    raw, lines = tomllib.loads(text), lines_of(text)
    place = _table(raw, "listen").get("connectors")
    known = load_connectors(folder(connectors or (Path(place) if isinstance(place, str) else None)))
    for place, table in _tables(raw):
        for keys, what in (*_accounts(table, known), *_keys(table)):
            found.append(Mistake(line_of(lines, (*place, *keys)), ".".join((*place, *keys)), what))
    return sorted(found, key=lambda each: each.line)


def _table(outer: dict[str, Any], name: str) -> dict[str, Any]:
    """A table within another; an empty one where it is none, which the file's form is told to lack."""
    found = outer.get(name)
    return found if isinstance(found, dict) else {}


def _tables(raw: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """The file itself, and its profiles."""
    yield (), raw
    profiles = _table(raw, "profiles")
    for name in profiles:
        yield ("profiles", name), _table(profiles, name)


def _accounts(table: dict[str, Any], known: "Mapping[str, Connector]") -> Iterator[tuple[tuple[str, ...], str]]:
    accounts = _table(table, "connectors")
    for account in accounts:
        name = account.partition("/")[0]
        if name == NGROK:
            continue
        if name not in known:
            yield ("connectors", account), f"there is no such connector{nearest(name, known)}"
            continue
        names = (*known[name].settings, *SHARED_SETTINGS)
        for setting in _table(accounts, account):
            if setting not in names:
                what = f"{known[name].title} has no such setting{nearest(setting, names)}"
                yield ("connectors", account, setting), what


def _keys(table: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    """By the screen's own check, which knows its actions."""
    keys = {name: value if isinstance(value, list) else [value] for name, value in _table(table, "keys").items()}
    wanted = {name: value for name, value in keys.items() if all(isinstance(each, str) for each in value)}
    if not wanted:
        return
    from inspector.app.app import InspectorApp
    from inspector.app.keys import keymap
    from inspector.app.screens.inbox import InboxScreen

    try:
        keymap(wanted, (InspectorApp, *InboxScreen.PARTS), "")
    except InspectorError as error:
        for line in error.detail.splitlines():
            name, colon, what = line.partition(": ")
            path = tuple(name.split(".")) if colon and name.startswith("keys.") else ("keys",)
            yield path, what if colon and name.startswith("keys.") else line
