"""Show what arrived and no rule of its connector's document used: native types without a rule, then payload fields
with how many events hold them and an example. It is what is left to map, or to leave out on purpose.

With --json a line of JSON a connector, which also names the native types of the document that did not arrive."""

import argparse
from typing import TYPE_CHECKING

from inspector.cli import output
from inspector.cli.flags import add_connectors, add_data, add_json, add_session, count

if TYPE_CHECKING:
    from inspector.core.coverage import Coverage
    from inspector.settings import Settings
    from inspector.workspace import Options

__all__ = ["EXAMPLES", "configure", "run"]

EXAMPLES = """examples:
  inspector coverage
  inspector coverage --connector stripe --limit 0
  inspector coverage --session checkout --json | jq -r .types[].native_type
  inspector coverage --strict          in CI: fails while a native type has no rule

exit codes: 0 fine, 1 a native type has no rule (with --strict) or failed, 2 wrong usage"""

_MOST = 30
_EXAMPLE, _REASON = 48, 160  # characters


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `inspector coverage`."""
    parser.add_argument("--connector", metavar="NAME", help="of this processor only (default: of each that sent)")
    parser.add_argument(
        "--limit", metavar="N", type=count, default=_MOST, help=f"fields of a processor (default: {_MOST}; 0: all)"
    )
    parser.add_argument("--strict", action="store_true", help="exit code 1 where a native type has no rule")
    add_json(parser, "a line of JSON a connector, with everything")
    add_session(parser)
    add_data(parser)
    add_connectors(parser)


def run(options: argparse.Namespace) -> int:
    """Show what no rule used."""
    from inspector.cli import live
    from inspector.cli.opening import open_settings, workspace_options

    opened = open_settings(options)
    chosen = workspace_options(options, opened)
    if not any(chosen.data.glob("*.db")):
        output.note(f"Nothing is stored in {chosen.data} yet: inspector listen, or inspector demo")
        return 0
    found = live.run(_find(chosen, opened.settings, options.connector))
    if not found:
        output.note(f"The session {chosen.session} has no events of {options.connector or 'any processor'}")
    for number, each in enumerate(found):
        if options.json:
            output.write_json(each)
        else:
            _show(each, options.limit, first=number == 0)
    return 1 if options.strict and any(each.types for each in found) else 0


async def _find(options: "Options", settings: "Settings", connector: str | None) -> "list[Coverage]":
    from inspector.workspace import Workspace, coverage

    workspace = await Workspace.open(options, lambda _: settings)
    try:
        return await coverage(workspace, connector)
    finally:
        await workspace.close()


def _show(found: "Coverage", limit: int, *, first: bool) -> None:
    """What to do stands beside what was found."""
    if not first:
        output.write()
    head = f"{found.connector}: {_count(found.events, 'event')} of {_count(found.native_types, 'native type')}"
    output.write(output.paint(head, "bold"))
    if found.unreadable:
        output.write(
            f"  {found.unreadable:,} requests could not be read: inspector events --filter signature:unreadable"
        )
    if found.types:
        output.write("\nWithout an event type: what they mean belongs in [types] of the document")
        output.table(
            ("events", "native type", "why"),
            ([f"{each.events:,}", each.native_type, _cut(each.reason, _REASON)] for each in found.types),
        )
    shown = found.fields[:limit] if limit else found.fields
    if shown:
        output.write("\nUsed by no rule: name its place in [fields] where the meaning is missed, or leave it out")
        rows = ([f"{each.events:,}", each.path, _cut(each.example)] for each in shown)
        output.table(("events", "field", "for example"), rows)
    if len(shown) < len(found.fields):
        more = len(found.fields) - len(shown)
        output.write(f"… {_count(more, 'more field')}: --limit 0 shows all")
    if not found.types and not found.fields:
        output.write("\nIts document uses all that arrived")
    if found.unseen:
        words = f"{_count(len(found.unseen), 'native type')} of the document did not arrive: {', '.join(found.unseen)}"
        output.write("\n" + output.paint(_cut(words, _REASON), "dim"))


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _cut(text: str, most: int = _EXAMPLE) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
