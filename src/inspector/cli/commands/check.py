"""Run samples and sessions as regression tests: every .http file against the .expected.json beside it.

Differences are shown field by field: what was expected and what is found, where in the request it comes from, and
which line of which document decided it. A sample (in a connector's samples folder) is handled by the document
beside that folder; other requests by the connectors of --connectors. What carries no signature is signed with a
throwaway secret first, so the verdict is a part of the outcome. A session brings its secrets and its clock.

With --app every delivery is signed now, with the secret of your account where one is set and else with the throwaway
one, and sent to the app; its answer is compared with the one that was recorded: the class of the status, JSON field by
field, other text as a whole. --ignore PATH leaves out what differs from run to run, as ignore = ["request_id"] under
[app] of session.toml does; --ignore '*' compares the status alone. --update records what the app answers."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inspector.cli import output
from inspector.cli.flags import add_connectors, add_json

if TYPE_CHECKING:
    from inspector.fixtures import Checked

__all__ = ["EXAMPLES", "configure", "run"]

EXAMPLES = """examples:
  inspector check connectors
  inspector check connectors/stripe sessions/checkout
  inspector check connectors/stripe --update          accept what is found now
  inspector check sessions --junit report.xml
  inspector check sessions --app http://localhost:3000/webhooks --ignore request_id
  inspector check sessions --json | jq -r 'select(.good | not) | .differences[].decided_by'

exit codes: 0 all as expected, 1 differences, 2 wrong usage"""


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `inspector check`."""
    parser.add_argument("paths", metavar="PATH", nargs="+", type=Path, help="a .http file, or a folder of them")
    parser.add_argument("--update", action="store_true", help="write what is found now as what is expected")
    parser.add_argument("--app", metavar="URL", help="send every delivery to the app, too, and compare its answers")
    parser.add_argument(
        "--ignore", metavar="PATH", action="append", default=[], help="what may differ in the JSON of the app's answers"
    )
    parser.add_argument(
        "--coverage", action="store_true", help="say which native types and fields of the documents none of them has"
    )
    parser.add_argument("--junit", metavar="FILE", type=Path, help="write a report that CI servers read")
    add_json(parser, "a line of JSON a request")
    add_connectors(parser)


def run(options: argparse.Namespace) -> int:
    """Check every request."""
    from inspector.cli.replaying import Answers
    from inspector.fixtures import Checker, Exercised, find, write_expected
    from inspector.model import InspectorError

    checker, exercised = Checker(options.connectors), Exercised()
    answers = Answers(options) if options.app else None
    reported: list[Checked] = []
    total = bad = 0
    for path in find(options.paths):
        checked = checker.check(path)
        if answers is not None:
            checked = answers.compared(checked)
        total += 1
        bad += not checked.good
        _tell(checked, as_json=options.json)
        if options.update and (answers is not None or not checked.good):
            output.note(f"  written: {write_expected(checked)}")
        if options.coverage:
            exercised.add(checked)
        if options.junit:
            reported.append(checked)
    if not total:
        raise InspectorError(f"There are no .http files in {', '.join(map(str, options.paths))}", exit_code=2)
    if options.junit:
        _report(options.junit, reported)
    for line in exercised.lines():
        output.note(line)
    verdict = "accepted" if options.update else "not as expected"
    output.note(f"{total:,} requests: {total - bad:,} as expected, {bad:,} {verdict}")
    return int(bool(bad) and not options.update)


def _report(path: Path, found: "list[Checked]") -> None:
    from inspector.cli.junit import junit
    from inspector.model import InspectorError

    try:
        path.write_bytes(junit(found, _lines))
    except OSError as error:
        raise InspectorError(f"{path} cannot be written", str(error.strerror)) from None


def _tell(checked: "Checked", *, as_json: bool) -> None:
    if as_json:
        output.write_json(_values(checked))
        return
    if checked.good:
        return
    output.write(output.paint(str(checked.path), "bold"))
    for line in _lines(checked):
        output.write(output.paint(line, "dim") if line.lstrip().startswith("←") else line)


def _lines(checked: "Checked") -> list[str]:
    """What is other than expected, for a person; the line below says what decided it."""
    from inspector.fixtures import difference_lines

    if not checked.expected:
        return ["  no outcome is expected of it yet: --update writes what is found"]
    return [f"  {line}" for line in difference_lines(checked)]


def _values(checked: "Checked") -> dict[str, Any]:
    """The same for a program."""
    from inspector.fixtures import deciding
    from inspector.model import Source

    def where(source: Source | None) -> dict[str, Any] | None:
        return {"locator": source.locator, "raw": source.raw_value} if source else None

    decided = deciding(checked.kept, checked.differences) if checked.differences else []
    return {
        "path": str(checked.path),
        "good": checked.good,
        "expected": checked.expected,
        "differences": [
            {
                "path": each.path,
                "expected": each.expected,
                "found": each.found,
                "source": where(by.source) if by else None,
                "decided_by": f"{by.document}:{by.line}" if by else None,
            }
            for each, by in zip(checked.differences, decided, strict=True)
        ],
    }
