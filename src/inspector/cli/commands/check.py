"""Run samples and sessions as regression tests: every .http file against the .expected.json beside it.

Differences are shown field by field. A sample (in a connector's samples folder) is handled by the document
beside that folder; other requests by the connectors of --connectors. What carries no signature is signed with a
throwaway secret first, so the verdict is a part of the outcome."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from inspector.cli import output
from inspector.cli.flags import add_connectors

if TYPE_CHECKING:
    from inspector.fixtures import Checked

__all__ = ["EXAMPLES", "configure", "run"]

EXAMPLES = """examples:
  inspector check connectors
  inspector check connectors/stripe sessions/checkout
  inspector check connectors/stripe --update          accept what is found now

exit codes: 0 all as expected, 1 differences, 2 wrong usage"""


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `inspector check`."""
    parser.add_argument("paths", metavar="PATH", nargs="+", type=Path, help="a .http file, or a folder of them")
    parser.add_argument("--update", action="store_true", help="write what is found now as what is expected")
    add_connectors(parser)


def run(options: argparse.Namespace) -> int:
    """Check every request."""
    from inspector.fixtures import Checker, find, write_expected
    from inspector.model import InspectorError

    checker = Checker(options.connectors)
    found = [checker.check(path) for path in find(options.paths)]
    if not found:
        raise InspectorError(f"There are no .http files in {', '.join(map(str, options.paths))}", exit_code=2)
    bad = [each for each in found if not each.good]
    for each in bad:
        _print(each)
        if options.update:
            output.write(f"  written: {write_expected(each)}")
    verdict = "accepted" if options.update else "not as expected"
    output.note(f"{len(found):,} requests: {len(found) - len(bad):,} as expected, {len(bad):,} {verdict}")
    return int(bool(bad) and not options.update)


def _print(checked: "Checked") -> None:
    from inspector.model import visible

    output.write(output.paint(str(checked.path), "bold"))
    if not checked.expected:
        output.write("  no outcome is expected of it yet: --update writes what is found")
    size = max((len(each.path) for each in checked.differences), default=0)
    for each in checked.differences:
        expected, found = (visible(output.encode(value).decode(), 200) for value in (each.expected, each.found))
        output.write(f"  {visible(each.path).ljust(size)}  expected {expected}  found {found}")
