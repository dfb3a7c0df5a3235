"""Show what is stored: a line an event, the oldest first, or with --json a line of JSON a delivery.

The JSON is that of `inspector listen --json`, with the attempts to forward the delivery. The filter is the
language of the screen: words that match anywhere, connector:stripe, type:refund, native:charge.*,
signature:invalid, amount:>100, currency:EUR, id:pi_3O, status:failed, app:5xx, is:duplicate, since:10m;
a minus before a term negates it, quotes hold blanks together."""

import argparse
from contextlib import suppress
from typing import TYPE_CHECKING

from inspector.cli import output
from inspector.cli.flags import add_connectors, add_data, add_json, add_session, count

if TYPE_CHECKING:
    from array import array

    from inspector.core import Query
    from inspector.settings import Settings
    from inspector.workspace import Options, Workspace

__all__ = ["EXAMPLES", "configure", "run"]

EXAMPLES = """examples:
  inspector events
  inspector events --filter 'type:refund signature:invalid' --limit 0
  inspector events --session checkout --json | jq -r .events[].event_type
  inspector events --follow --filter connector:adyen

exit codes: 0 fine, 1 failed, 2 wrong usage or a filter that means nothing"""

_NEWEST = 200
_INTERVAL = 0.25  # seconds between two looks at a store that another process writes


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `inspector events`."""
    parser.add_argument("--filter", metavar="TEXT", default="", help="show only what fits (see above)")
    parser.add_argument(
        "--limit", metavar="N", type=count, help=f"the newest N (default: {_NEWEST}; all with --json; 0: all)"
    )
    parser.add_argument("--follow", action="store_true", help="go on with what arrives, until Ctrl+C")
    add_json(parser, "a line of JSON a delivery")
    add_session(parser)
    add_data(parser)
    add_connectors(parser)


def run(options: argparse.Namespace) -> int:
    """Show the events."""
    from inspector.cli import live
    from inspector.cli.filters import read_filter
    from inspector.cli.opening import open_settings, workspace_options

    query = read_filter(options.filter)
    opened = open_settings(options)
    chosen = workspace_options(options, opened)
    if not any(chosen.data.glob("*.db")) and not options.follow:
        output.note(f"Nothing is stored in {chosen.data} yet: inspector listen, or inspector demo")
        return 0
    live.run(_show(chosen, opened.settings, query, options))
    return 0


async def _show(options: "Options", settings: "Settings", query: "Query", given: argparse.Namespace) -> None:
    from inspector.cli.live import print_rows
    from inspector.workspace import Workspace

    workspace = await Workspace.open(options, lambda _: settings)
    try:
        ids = workspace.ids(query)
        limit = (0 if given.json else _NEWEST) if given.limit is None else given.limit
        shown = ids[-limit:] if limit else ids
        if not given.json:
            _head(workspace, ids, len(shown))
        last = await print_rows(workspace, shown, given.json, dated=True)
        if given.follow:
            await _follow(workspace, query, given.json, last)
    finally:
        await workspace.close()


async def _follow(workspace: "Workspace", query: "Query", as_json: bool, last: int) -> None:
    """Look again and again: the receiver is another process."""
    from asyncio import timeout

    from inspector.cli.live import print_rows, stopping

    async with stopping() as stop:
        while not stop.is_set():
            last = await print_rows(workspace, workspace.ids(query, last), as_json, last, dated=True)
            with suppress(TimeoutError):
                async with timeout(_INTERVAL):
                    await stop.wait()


def _head(workspace: "Workspace", ids: "array[int]", shown: int) -> None:
    from inspector.cli.rows import heads

    total = workspace.total()
    if not total:
        others = [f"{each.name} ({each.rows:,})" for each in workspace.sessions() if each.rows]
        elsewhere = f"; there are {', '.join(others)}" if others else ""
        output.note(f"The session {workspace.session} has no events{elsewhere}")
        return
    if len(ids) < total:
        output.note(f"{total - len(ids):,} of {total:,} events are hidden by the filter")
    if shown < len(ids):
        output.note(f"the newest {shown:,} of {len(ids):,}: --limit 0 shows all")
    output.write(output.paint(heads(dated=True), "bold"))
