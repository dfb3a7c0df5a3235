"""The paths of the receiver: /CONNECTOR/LABEL, what is beyond them, and where that leads in the app."""

from typing import Final, NamedTuple
from urllib.parse import unquote

__all__ = ["Named", "beyond", "named"]

_PARENT: Final = ".."


class Named(NamedTuple):
    """What a path names: a connector, None on /; the label of an account; and what is beyond, from its slash on."""

    connector: str | None
    label: str
    beyond: str


def named(path: str) -> Named:
    """What a path names, still percent-encoded."""
    _, _, rest = path.partition("/")
    connector, _, rest = rest.partition("/")
    label, _, rest = rest.partition("/")
    return Named(connector or None, label, f"/{rest}" if rest else "")


def beyond(path: str, connector: str) -> str:
    """What is added to an app's address: the path beyond the connector, which it names, and the label.

    Empty where it does not name that connector, as a path that came to another server than ours, and where it would
    lead out of the app's address: a stranger may have written it.
    """
    found = named(path)
    if found.connector != connector:
        return ""
    return "" if _PARENT in unquote(found.beyond).replace("\\", "/").split("/") else found.beyond
