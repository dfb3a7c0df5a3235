"""Look for what would keep the inspector from working: each with its fix. No secret is shown, only its name."""

import argparse
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from inspector.cli import output
from inspector.cli.flags import add_connectors, add_data, add_json, port

if TYPE_CHECKING:
    from inspector.cli.diagnosis import Finding

__all__ = ["EXAMPLES", "configure", "run"]

EXAMPLES = """examples:
  inspector doctor
  inspector doctor --port 8080 --forward-to http://localhost:3000/webhooks
  inspector doctor --public-url https://webhooks.example.com
  inspector doctor --json | jq '.[] | select(.state != "ok")'

exit codes: 0 nothing in the way, 1 something would stop work, 2 wrong usage"""

_STYLES = {"ok": "green", "warn": "yellow", "fail": "red"}


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `inspector doctor`."""
    parser.add_argument("--port", metavar="N", type=port, help="the port to look at (default: 4242)")
    parser.add_argument("--host", metavar="ADDRESS", help="the address to look at (default: 127.0.0.1)")
    parser.add_argument(
        "--forward-to", metavar="URL", action="append", help="the app or queue to look for; again for several"
    )
    parser.add_argument("--public-url", metavar="URL", help="the tunnel to go through, out and back to the port")
    parser.add_argument("--tunnel", choices=("ngrok",), help="whether that tunnel could be opened")
    add_json(parser, "an array of checks: check, state (ok, warn, fail), fact, fix")
    add_data(parser)
    add_connectors(parser)


def run(options: argparse.Namespace) -> int:
    """Look at everything."""
    found = list(_findings(options))
    if options.json:
        output.write_json([{"check": e.what, "state": e.state, "fact": e.fact, "fix": e.fix} for e in found])
    else:
        for each in found:
            _print(each)
    return int(any(each.state == "fail" for each in found))


def _findings(options: argparse.Namespace) -> Iterator["Finding"]:
    from inspector.cli import diagnosis, network
    from inspector.cli.opening import open_settings, workspace_options
    from inspector.cli.terminal import terminal
    from inspector.library import load_connectors
    from inspector.model import InspectorError
    from inspector.vault import Vault

    yield diagnosis.python()
    yield from terminal()
    try:
        opened = open_settings(options)
    except InspectorError as error:
        yield diagnosis.Finding("settings", "fail", f"{error.title}:\n{error.detail}", error.hint)
        return
    chosen = workspace_options(options, opened)
    yield network.port(chosen.host, chosen.port, chosen.data)
    yield diagnosis.data(chosen.data)
    documents = diagnosis.documents(opened.connectors)
    yield documents
    yield diagnosis.keyring(opened.settings.vault or Vault())
    if documents.state == "ok":
        connectors = load_connectors(opened.connectors)
        yield from diagnosis.secrets(opened.settings, connectors)
        yield from diagnosis.strangers(os.environ, connectors)
    for destination in chosen.destinations:
        yield from (network.queue if destination.is_queue else network.app)(destination)
    if chosen.tunnel:
        yield network.ngrok(opened.settings)
    if chosen.public_url:
        yield network.tunnel(chosen)


def _print(finding: "Finding") -> None:
    from inspector.model import visible

    state = output.paint(finding.state.ljust(4), _STYLES[finding.state])
    first, *others = map(visible, finding.fact.splitlines())
    output.write(f"{state}  {finding.what.ljust(11)}  {first}")
    for line in others:
        output.write(f"{'':19}{line}")
    if finding.fix:
        output.write(f"{'':19}→ {visible(finding.fix)}")
