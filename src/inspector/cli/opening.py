"""What a command opens: the settings, the folder of connectors, the workspace. Flags over environment over file."""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from platformdirs import user_data_path

from inspector.configuration import Listen
from inspector.core.answer_mode import read_answering
from inspector.core.destination import check_destination
from inspector.core.keeping import read_retention
from inspector.library import DOCUMENT, folder
from inspector.model import Destination
from inspector.settings import Settings, load_settings

if TYPE_CHECKING:
    from inspector.core import Connector
    from inspector.trigger import Candidate
    from inspector.workspace import Options

__all__ = ["Account", "Opened", "data_folder", "open_account", "open_settings", "workspace_options"]


@dataclass(frozen=True)
class Opened:
    """The settings of the environment and the file, and the folder of connector documents they lead to."""

    settings: Settings
    connectors: Path

    @property
    def listen(self) -> Listen:
        """What the environment and the file say where a flag may say otherwise."""
        return self.settings.listen


def open_settings(options: argparse.Namespace) -> Opened:
    """Read the settings. No document is compiled for it: folders bear the names of their connectors."""
    named = options.connectors or load_settings({}).listen.connectors
    place = folder(named)
    names = {path.parent.name: path for path in place.glob(f"*/{DOCUMENT}")}
    return Opened(load_settings(names), place)


@dataclass(frozen=True)
class Account:
    """An account of a processor, by whose settings samples are signed, and the samples that there are."""

    opened: Opened
    connector: "Connector"
    label: str
    samples: "list[Candidate]"

    @property
    def settings(self) -> dict[str, str]:
        """What is configured for it."""
        return self.opened.settings.of(self.connector.name, self.label)


def open_account(options: argparse.Namespace) -> Account:
    """The account that --connector, or the argument of that name, means: CONNECTOR or CONNECTOR/LABEL. InspectorError
    where there is no such connector."""
    from inspector.core import EventService
    from inspector.library import load_connectors
    from inspector.trigger import candidates

    opened = open_settings(options)
    name, _, label = options.connector.partition("/")
    service = EventService(load_connectors(opened.connectors))
    found = candidates(service, opened.connectors, name)
    return Account(opened, service.connectors[name], label, found)


def data_folder(options: argparse.Namespace, listen: Listen) -> Path:
    """Where requests are stored."""
    found: Path = options.data or listen.data or user_data_path("inspector", appauthor=False)
    return found.expanduser()


def workspace_options(options: argparse.Namespace, opened: Opened) -> "Options":
    """The options of a workspace: what a flag says, else the environment, else the file, else the default."""
    from inspector.workspace import Options

    def chosen(name: str) -> Any:
        flag = getattr(options, name, None)
        return getattr(opened.listen, name) if flag is None else flag

    return Options(
        data=data_folder(options, opened.listen),
        connectors=opened.connectors,
        connector=getattr(options, "connector", None),
        answer=read_answering(chosen("answer")),
        retention=read_retention(chosen("keep"), chosen("max_size")),
        destinations=_destinations(options, opened),
        **{name: chosen(name) for name in _SHARED},
    )


def _destinations(options: argparse.Namespace, opened: Opened) -> tuple[Destination, ...]:
    """Where to forward to: the addresses of the flags alone, or what the environment and the file name."""
    listen, named = opened.listen, getattr(options, "forward_to", None)
    insecure = listen.insecure or getattr(options, "insecure", False)
    ca_file = getattr(options, "ca_file", None) or listen.ca_file
    plain = [replace(check_destination(url), insecure=insecure, ca_file=ca_file) for url in named or listen.forward_to]
    return (*plain, *(() if named else opened.settings.destinations.all))


_SHARED = ("session", "host", "port", "auto_forward", "public_url", "tunnel", "domain", "max_body")
