"""The same screen in a browser, on this machine only.

It prints an address with a token: whoever has it has the screen, and nobody else. Each page is a screen of its own on
the same data folder; the first one receives. The options are those of `inspector listen`.
Needs the extra `web`: pip install 'inspector[web]'."""

import argparse
import socket
from collections.abc import Iterator

from inspector.cli.commands.listen import add_listening
from inspector.cli.flags import port

__all__ = ["EXAMPLES", "configure", "run"]

EXAMPLES = """examples:
  inspector web
  inspector web --page-port 8042 --forward-to http://localhost:3000/webhooks"""

_OWN = ("page_port", "profile")  # a profile is in the environment by now


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `inspector web`."""
    parser.add_argument("--page-port", metavar="N", type=port, default=0, help="the page's port (default: a free one)")
    add_listening(parser)


def run(options: argparse.Namespace) -> int:
    """Serve the screen until told to stop."""
    from inspector.model import InspectorError

    try:
        from inspector.cli.page import Page
    except ImportError:
        hint = "pip install 'inspector[web]'"
        raise InspectorError("The page needs textual-serve, which is not installed", hint=hint) from None
    try:
        listening = socket.create_server(("127.0.0.1", options.page_port))
    except OSError as error:
        hint = "Leave --page-port out: a free one is taken"
        raise InspectorError(f"Port {options.page_port} is taken", str(error.strerror), hint) from None
    Page(list(_words(options)), listening).run()
    return 0


def _words(options: argparse.Namespace) -> Iterator[str]:
    """The options as they are given to `inspector listen`."""
    for name, value in vars(options).items():
        flag = f"--{name.replace('_', '-')}"
        if name in _OWN or value is None or value is False:
            continue
        for each in value if isinstance(value, list) else [value]:
            yield flag if each is True else f"{flag}={each}"
