"""Send a session to an app once more: in its order, signed now, or byte for byte as it came.

It is one of the store, or one that was saved: a folder such as sessions/checkout, whose deliveries are signed with
your account's secret where one is set and else with the throwaway one; what was badly signed there is so again.

Each delivery is sent when the one before it is answered; --speed keeps the time between them, --rate sends so many
a second. Nothing of it is stored, so that the answers that are recorded stay what they are compared with. What
nobody here could sign, because its secret is not set or its processor not known, goes as it came."""

import argparse
import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from inspector.cli import output
from inspector.cli.flags import add_connectors, add_data, add_json, count, positive

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from inspector.core import Query
    from inspector.settings import Settings
    from inspector.workspace import Options, Workspace
    from inspector.workspace.replay import Replayed
    from inspector.workspace.shelved import Shelved

__all__ = ["EXAMPLES", "configure", "run"]

EXAMPLES = """examples:
  inspector replay default --to :3000/webhooks
  inspector replay checkout --to :3000/webhooks --speed 10x --filter 'type:refund'
  inspector replay checkout --to :3000/webhooks --rate 50 --times 3 --verbatim
  inspector replay sessions/checkout --to :3000/webhooks --expect recorded
  inspector replay checkout --to shop --expect recorded --json | jq 'select(.differs)'

exit codes: 0 fine, 1 nobody answered, or an answer is not the expected one, 2 wrong usage"""

_OFTEN: Final = 0.2  # seconds between two words on how far it is


def speed(text: str) -> float:
    """A speed, for argparse: 10x, 0.5x, 1."""
    return positive(text.lower().removesuffix("x"))


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `inspector replay`."""
    parser.add_argument(
        "session", metavar="SESSION", help="a session of the store (inspector sessions), or a saved one: a folder"
    )
    parser.add_argument(
        "--to", metavar="URL", required=True, help="your app, a message queue, or a destination of inspector.toml"
    )
    parser.add_argument("--filter", metavar="TEXT", default="", help="only what fits, in the language of the screen")
    pace = parser.add_mutually_exclusive_group()
    pace.add_argument("--speed", metavar="X", type=speed, help="1x as they came, 10x ten times as fast")
    pace.add_argument("--rate", metavar="N", type=positive, help="so many a second")
    parser.add_argument("--times", metavar="N", type=count, default=1, help="all of it so many times (default: 1)")
    parser.add_argument("--verbatim", action="store_true", help="byte for byte, under the signature that came")
    parser.add_argument(
        "--expect",
        choices=("recorded", "accepted"),
        help="exit 1 where an answer's class is not the recorded one, or where one is not 2xx or confirmed",
    )
    add_json(
        parser,
        "a line of JSON a delivery: delivery, file, mode, status_code, confirmation, elapsed, error, recorded, differs",
    )
    add_data(parser)
    add_connectors(parser)


def run(options: argparse.Namespace) -> int:
    """Replay the session."""
    from inspector.cli import live
    from inspector.cli.filters import read_filter
    from inspector.cli.opening import open_settings, workspace_options

    query = read_filter(options.filter)
    opened = open_settings(options)
    place = Path(options.session)
    saved = place if place.is_dir() and next(place.rglob("*.http"), None) else None
    return live.run(_replay(workspace_options(options, opened), opened.settings, query, options, saved))


async def _replay(
    chosen: "Options", settings: "Settings", query: "Query", options: argparse.Namespace, saved: Path | None
) -> int:
    from inspector.core.destination import check_destination
    from inspector.model import InspectorError
    from inspector.workspace.replay import Pace, Tally, replay

    async with _source(chosen, settings, saved) as (workspace, shelved):
        rows = workspace.rows(workspace.ids(query))
        numbers = list(dict.fromkeys(row.delivery for row in rows)) * options.times
        if not numbers:
            hint = "inspector events --session NAME shows what there is"
            raise InspectorError(f"There is nothing to send in the session {options.session!r}", hint=hint)
        destination = workspace.destinations.get(options.to) or check_destination(options.to)
        pace, sign = Pace(options.speed, options.rate), shelved.signed if shelved else None
        found, told = Tally(len(numbers)), 0.0
        async for each in replay(workspace, numbers, destination, pace, anew=not options.verbatim, sign=sign):
            found.add(each)
            if options.json:
                output.write_bytes(output.encode(_values(each, shelved)) + b"\n")
            if time.perf_counter() - told >= _OFTEN:
                told = time.perf_counter()
                output.progress(found.progress(), found.done / found.total)
        output.progress("")
        output.note(found.words())
    return int(found.failed(options.expect))


@asynccontextmanager
async def _source(
    chosen: "Options", settings: "Settings", saved: Path | None
) -> "AsyncIterator[tuple[Workspace, Shelved | None]]":
    """The session of the store, or the one that was saved to a folder."""
    from inspector.model import InspectorError
    from inspector.workspace import Workspace
    from inspector.workspace.shelved import shelved

    if saved is not None:
        async with shelved(saved, chosen, settings) as found:
            yield found.workspace, found
        return
    if not any(chosen.data.glob("*.db")):
        raise InspectorError(f"Nothing is stored in {chosen.data} yet", hint="inspector listen, or inspector demo")
    workspace = await Workspace.open(chosen, lambda _: settings)
    try:
        yield workspace, None
    finally:
        await workspace.close()


def _values(each: "Replayed", shelved: "Shelved | None") -> dict[str, Any]:
    attempt = each.attempt
    file = {"file": str(shelved.file(each.delivery.number))} if shelved else {}
    return {
        "delivery": each.delivery.number,
        **file,
        "event_types": [event.event_type.value for event in each.delivery.inspection.events],
        "mode": attempt.mode.value,
        "status_code": attempt.status_code,
        "confirmation": attempt.confirmation or None,
        "elapsed": round(attempt.elapsed, 6),
        "error": attempt.error or None,
        "recorded": each.recorded,
        "differs": each.differs if each.was_forwarded else None,
    }
