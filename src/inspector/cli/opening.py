"""What a command opens: the settings, the folder of connectors, the workspace. Flags over environment over file."""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platformdirs import user_data_path

from inspector.library import DOCUMENT, folder
from inspector.model import AnswerMode
from inspector.settings import Listen, Settings, load_settings

if TYPE_CHECKING:
    from inspector.workspace import Options

__all__ = ["Opened", "data_folder", "open_settings", "workspace_options"]


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
        answer=AnswerMode(chosen("answer")),
        **{name: chosen(name) for name in _SHARED},
    )


_SHARED = ("session", "host", "port", "forward_to", "auto_forward", "public_url", "max_body")
