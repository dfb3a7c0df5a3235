"""Tell what requests mean and whether their signatures hold: the Event Service's Handle, as JSON.

A FILE is a .http file (request line, headers, an empty line, the body) or holds requests as lines of JSON;
without one, standard input is read. The connector is the one that is named, else the one in the path of the
address (/stripe), else the one that the documents recognise.

With --jsonl, every line in is a request and every line out its answer, in order and at once; a line that
cannot be read is answered with "error", the run goes on, and it exits with 0. A line brings its own secret:
nothing is taken from the environment. Its keys: connector, method, url, headers ({"Name": "value"}, a list
of values for a repeated one, or [["Name", "value"], …]), body or body_b64, secret or settings
({"signing_secret": "…"}), received_at (ISO 8601, UTC where it names no zone, or Unix seconds; now, if left
out), capture_method, merchant_event_id (your own key: it comes back).

An answer whose verdict is not VALID has "diagnosis": why, in a sentence that was tried, and what to do."""

import argparse
from typing import TYPE_CHECKING, Any, BinaryIO

from inspector.cli import clock, output
from inspector.cli.flags import add_at, add_connectors, add_setting, opened_file

if TYPE_CHECKING:
    from inspector.core import EventService

__all__ = ["EXAMPLES", "configure", "run"]

EXAMPLES = """examples:
  inspector handle connectors/stripe/samples/charge.refunded.http
  inspector handle request.http --connector adyen --setting hmac_key=44782DEF…
  inspector handle --jsonl < requests.jsonl > answers.jsonl
  echo '{"connector": "stripe", "body": "{}", "headers": {}}' | inspector handle --jsonl

exit codes: 0 answered (a verdict that is not VALID is an answer), 1 a request could not be read, 2 wrong usage"""


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `inspector handle`."""
    parser.add_argument("files", metavar="FILE", nargs="*", help="a .http file, or lines of JSON; - is standard input")
    parser.add_argument("--jsonl", action="store_true", help="a request a line in, an answer a line out (see above)")
    parser.add_argument("--connector", metavar="NAME", help="the processor, where it is not to be recognised")
    parser.add_argument("--secret", metavar="TEXT", help="the connector's secret (default: the configured one)")
    add_setting(parser)
    add_at(parser)
    add_connectors(parser)


def run(options: argparse.Namespace) -> int:
    """Answer every request."""
    from inspector.library import EventService

    service = EventService.load(options.connectors)
    if options.jsonl:
        for name in options.files or ["-"]:
            with opened_file(name) as lines:
                _answer_lines(service, lines)
        return 0
    return max([_handle(service, name, options) for name in options.files or ["-"]])


def _answer_lines(service: "EventService", lines: BinaryIO) -> None:
    from inspector.cli.requests import answer_line

    for line in lines:
        output.write_json(answer_line(service, line, clock.now()))


def _handle(service: "EventService", name: str, options: argparse.Namespace) -> int:
    """Answer the requests of one file. 1 where one of them could not be read."""
    with opened_file(name) as file:
        content = file.read()
    if content.lstrip()[:1] != b"{":
        _print(_answer(service, content, options))
        return 0
    from inspector.cli.requests import answer_line

    answers = [answer_line(service, line, clock.now()) for line in content.splitlines()]
    for each in answers:
        _print(each)
    return int(any(each["error"] for each in answers))


def _answer(service: "EventService", content: bytes, options: argparse.Namespace) -> dict[str, Any]:
    """The answer to the request of a .http file, by the settings of the command line or the configured ones."""
    from inspector.cli.given import given
    from inspector.cli.opening import open_settings
    from inspector.cli.requests import answered, connector_of, inspect
    from inspector.core.http_file import read_http

    request = read_http(content, clock.now() if options.at is None else options.at)
    name = options.connector or connector_of(service, request) or service.detect(request) or ""
    configured = open_settings(options).settings
    own = configured.of(name, request.path.partition(f"/{name}/")[2])
    settings = given(options, service.connectors.get(name), own)
    inspection = inspect(service, request, options.connector, settings)
    return answered(service, request, inspection, settings, configured.all)


def _print(answer: dict[str, Any]) -> None:
    """One line for a program, indented for a person."""
    if not output.is_terminal():
        output.write_json(answer)
        return
    import msgspec

    output.write_bytes(msgspec.json.format(output.encode(answer), indent=2) + b"\n")
