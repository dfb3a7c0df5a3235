"""Say why the signature of a request holds or does not: the verdict, the reason, what to do, and what was signed.

A FILE is a .http file (request line, headers, an empty line, the exact body); without one, standard input is read.
Where the signature does not fit, likely mistakes are tried: the secret with blanks, quotes or another encoding, the
secrets of your other accounts, a body that was written anew, another address, a header that was renamed or cut. The
first that fits is named, and it is proven; otherwise what is ruled out is listed. No secret is ever printed."""

import argparse
import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from inspector.cli import clock, output
from inspector.cli.flags import add_at, add_connectors, add_json, add_setting, opened_file

if TYPE_CHECKING:
    from inspector.core import EventService
    from inspector.model import CapturedRequest, Diagnosis, Inspection

__all__ = ["EXAMPLES", "configure", "run"]

EXAMPLES = """examples:
  inspector verify request.http --connector stripe
  inspector verify request.http --connector adyen --secret-from-env ADYEN_HMAC_KEY
  inspector verify request.http --connector square --setting notification_url=https://shop.example/square
  inspector verify --connector stripe --at 2026-01-01T00:00:00Z --json < request.http

exit codes: 0 the signature is valid, 1 it is not, 2 wrong usage"""

_STYLES: Final = {"VALID": "green", "EXPIRED": "yellow", "UNSIGNED": "dim", "NO_SECRET": "yellow"}
_MOST: Final = 20_000


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `inspector verify`."""
    parser.add_argument("file", metavar="FILE", nargs="?", default="-", help="a .http file; - is standard input")
    parser.add_argument("--connector", metavar="NAME", help="the processor, where it is not to be recognised")
    secret = parser.add_mutually_exclusive_group()
    secret.add_argument("--secret", metavar="TEXT", help="the connector's secret (default: the configured one)")
    secret.add_argument("--secret-from-env", metavar="VARIABLE", help="the environment variable that holds the secret")
    add_setting(parser)
    add_at(parser)
    add_json(parser, "an object: connector, verdict, reason, signed_text and diagnosis among its members")
    add_connectors(parser)


def run(options: argparse.Namespace) -> int:
    """Judge one request."""
    from inspector.cli.given import given
    from inspector.cli.opening import open_settings
    from inspector.cli.requests import connector_of, inspect
    from inspector.core.http_file import read_http
    from inspector.library import EventService
    from inspector.model import Verdict

    options.secret = _from_environment(options.secret_from_env) if options.secret_from_env else options.secret
    service = EventService.load(options.connectors)
    with opened_file(options.file) as file:
        request = read_http(file.read(), clock.now() if options.at is None else options.at)
    name = _known(service, options.connector or connector_of(service, request) or service.detect(request))
    configured = open_settings(options).settings
    settings = given(options, service.connectors[name], configured.of(name, request.path.partition(f"/{name}/")[2]))
    inspection = inspect(service, request, name, settings)
    valid = inspection.verification.verdict is Verdict.VALID
    why = None if valid else service.diagnose(request, name, settings, others=configured.all())
    if options.json:
        output.write_json(_values(inspection, why))
    else:
        _print(service, request, inspection, why)
        if inspection.verification.verdict is Verdict.EXPIRED and options.at is None:
            output.note("It was judged by the clock of now; --at TIME judges a file by the time when it came")
    return int(not valid)


def _from_environment(name: str) -> str:
    from inspector.model import InspectorError

    found = os.environ.get(name, "")
    if not found:
        raise InspectorError(f"The environment has no {name}", hint=f"Example: export {name}=…", exit_code=2)
    return found


def _known(service: "EventService", name: str | None) -> str:
    from difflib import get_close_matches

    from inspector.model import InspectorError

    if name in service.connectors and name is not None:
        return name
    if name is None:
        raise InspectorError("No connector recognises this request", hint="Name it: --connector stripe", exit_code=2)
    near = get_close_matches(name, service.connectors, n=1, cutoff=0.5)
    hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join(service.connectors)}"
    raise InspectorError(f"There is no connector {name!r}", hint=hint, exit_code=2)


def _values(inspection: "Inspection", why: "Diagnosis | None") -> Mapping[str, Any]:
    from inspector.core.answer import diagnosis_answer, verification_answer

    text = inspection.verification.signed_text
    return {
        "connector": inspection.connector,
        **verification_answer(inspection.verification),
        "signed_text": None if text is None else text.decode("utf-8", "backslashreplace"),
        "diagnosis": None if why is None else diagnosis_answer(why),
    }


def _print(
    service: "EventService", request: "CapturedRequest", inspection: "Inspection", why: "Diagnosis | None"
) -> None:
    from inspector.model import visible

    found = inspection.verification
    verdict = output.paint(found.verdict.value, _STYLES.get(found.verdict.value, "red"))
    output.write(f"{verdict}  {service.connectors[inspection.connector].title}, {found.scheme}")
    output.write(output.paint(visible(why.sentence if why else found.reason), "bold"))
    if why is not None and why.advice:
        output.write(f"→ {visible(why.advice)}")
    output.write()
    for name, text in _facts(inspection, why):
        output.write(f"{output.paint(name.ljust(10), 'cyan')} {visible(text)}")
    if found.signed_text is not None:
        output.write("\n" + output.paint(f"signed text, {len(found.signed_text):,} bytes", "dim"))
        for line in _lines(found.signed_text):
            output.write(line)


def _facts(inspection: "Inspection", why: "Diagnosis | None") -> Iterator[tuple[str, str]]:
    from inspector.core.uncovered import uncovered

    if why is not None:
        yield "certain", why.certainty
        if why.expected or why.received:
            yield "expected", why.expected or "–"
            yield "received", why.received or "–"
    covers = why.covers if why is not None else inspection.verification.covers
    yield "covers", ", ".join(covers) or "nothing of the message"
    yield "but not", ", ".join(uncovered(covers))
    if why is not None and why.ruled_out:
        yield "ruled out", "; ".join(why.ruled_out)


def _lines(content: bytes) -> Iterator[str]:
    """The signed text line by line, with nothing invisible in it."""
    from inspector.model import visible

    text = content.decode("utf-8", "backslashreplace")
    shown = text[:_MOST].split("\n")
    for number, line in enumerate(shown, 1):
        ended = number < len(shown)
        if line or ended:
            yield visible(line) + ("⏎" if ended else "")
    if len(text) > _MOST:
        yield f"… {len(text) - _MOST:,} more characters"
