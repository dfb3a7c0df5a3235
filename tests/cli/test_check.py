"""inspector check: kept requests and what is expected of them."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar
from xml.etree import ElementTree

from tests.cli.running import SECRET, connectors_folder, event, inspector, sample, signature


def test_an_accepted_outcome_is_expected_from_then_on(tmp_path: Path) -> None:
    """--update writes what is found; the next run agrees, and a change is shown field by field with exit code 1."""
    folder = connectors_folder(tmp_path)
    path = sample(folder, "paid", event())
    fresh = inspector("check", folder, home=tmp_path)
    assert fresh.returncode == 1
    assert "no outcome is expected of it yet" in fresh.stdout
    assert inspector("check", folder, "--update", home=tmp_path).returncode == 0
    again = inspector("check", folder, home=tmp_path)
    assert (again.returncode, again.stdout) == (0, "")
    assert again.stderr == "1 requests: 1 as expected, 0 not as expected\n"
    path.write_bytes(path.read_bytes().replace(b"1999", b"2500"))
    document = folder / "stripe" / "connector.toml"
    line = 1 + document.read_text().splitlines().index("[fields.payment]")
    line += next(n for n, each in enumerate(document.read_text().splitlines()[line:], 1) if each.startswith("amount ="))
    changed = inspector("check", path, home=tmp_path)
    assert changed.returncode == 1
    assert changed.stdout.splitlines() == [
        str(path),
        "  events.0.event_response.payment.amount.minor_units  expected 1999  found 2500",
        f"    ← data.object.amount 2500 · {document}:{line}",
    ]


def test_the_verdict_belongs_to_the_outcome(tmp_path: Path) -> None:
    """What is unsigned is signed with a throwaway secret and VALID; a signature that is there is left as it is."""
    folder = connectors_folder(tmp_path)
    sample(folder, "paid", event())
    forged = sample(folder, "forged", event())
    head, body = forged.read_bytes().split(b"\n\n", 1)
    forged.write_bytes(head + f"\nStripe-Signature: {signature(body, SECRET)}\n\n".encode() + body)
    inspector("check", folder, "--update", home=tmp_path)
    read = {
        name: json.loads((folder / f"stripe/samples/{name}.expected.json").read_text()) for name in ("paid", "forged")
    }
    assert read["paid"]["verdicts"] == ["VALID"]
    assert read["forged"]["verdicts"] == ["INVALID"]


def test_a_session_is_checked_like_samples(tmp_path: Path) -> None:
    """A .http file outside a connector's folder is handled by the connector in its path."""
    session = tmp_path / "sessions" / "checkout"
    session.mkdir(parents=True)
    (session / "1.http").write_bytes(b"POST /stripe HTTP/1.1\nHost: localhost\n\n" + event())
    (session / "2.http").write_bytes(b"POST /stripe/shop HTTP/1.1\nHost: localhost\n\n" + event("charge.failed"))
    assert inspector("check", tmp_path / "sessions", "--update", home=tmp_path).returncode == 0
    found = inspector("check", tmp_path / "sessions", home=tmp_path)
    assert found.returncode == 0
    assert found.stderr.startswith("2 requests: 2 as expected")


def test_what_cannot_be_checked_is_named(tmp_path: Path) -> None:
    """A file that is no request, an outcome that is no JSON, a request of nobody: a sentence with the file's name."""
    folder = connectors_folder(tmp_path)
    (tmp_path / "empty").mkdir()
    assert inspector("check", tmp_path / "empty", home=tmp_path).returncode == 2
    path = sample(folder, "paid", event())
    (folder / "stripe/samples/paid.expected.json").write_text("{")
    broken = inspector("check", folder, home=tmp_path)
    assert broken.returncode == 1
    assert "paid.expected.json is not JSON" in broken.stderr
    path.write_text("hello")
    assert "This is not a .http file" in inspector("check", path, home=tmp_path).stderr
    nobody = tmp_path / "nobody.http"
    nobody.write_text("POST /x\n\n{}")
    assert f"{nobody}: whose request this is cannot be told" in inspector("check", nobody, home=tmp_path).stderr


def test_what_decided_a_difference_is_named(tmp_path: Path) -> None:
    """The place in the request and the line of the document: of the field, of the type's rule, of the signature."""
    folder = connectors_folder(tmp_path)
    sample(folder, "paid", event())
    inspector("check", folder, "--update", home=tmp_path)
    document = folder / "stripe" / "connector.toml"
    text = document.read_text()
    text = text.replace(
        '"payment_intent.succeeded" = "PAYMENT_INTENT_SUCCESS"', '"payment_intent.succeeded" = "PAYMENT_INTENT_FAILURE"'
    )
    document.write_text(text.replace('id = "id"', 'id = "type"', 1))
    lines = document.read_text().splitlines()
    found = inspector("check", folder, "--json", "--junit", tmp_path / "report.xml", home=tmp_path)
    assert found.returncode == 1
    decided = {each["path"]: each for each in json.loads(found.stdout)["differences"]}

    def line(path: str) -> str:
        return lines[int(decided[path]["decided_by"].rpartition(":")[2]) - 1]

    assert line("events.0.event_type").startswith('"payment_intent.succeeded" = ')
    assert line("events.0.event_response.payment.status").startswith('"payment_intent.succeeded" = ')
    assert line("events.0.event_id") == 'id = "type"'
    assert decided["events.0.event_id"]["source"] == {"locator": "type", "raw": "payment_intent.succeeded"}
    suite = ElementTree.parse(tmp_path / "report.xml").getroot()[0]
    assert (suite.get("tests"), suite.get("failures"), suite[0].get("name")) == ("1", "1", "paid")
    assert "events.0.event_id" in (suite[0][0].text or "")


class App(BaseHTTPRequestHandler):
    """An app that tells what it was sent, and answers as it is told to."""

    status = 200
    word = "kept"
    seen: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append(self.headers["Stripe-Signature"])
        answer = json.dumps({"said": self.word, "length": len(body)}).encode()
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Nothing."""


def test_the_apps_answers_are_compared_with_the_recorded_ones(tmp_path: Path) -> None:
    """The class of its status and its JSON, field by field; deliveries are signed now, with the account's secret."""
    folder = connectors_folder(tmp_path)
    sample(folder, "paid", event())
    server = ThreadingHTTPServer(("127.0.0.1", 0), App)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    words = ("check", folder, "--app", f"http://127.0.0.1:{server.server_port}/hook")

    def check(*more: str) -> tuple[int, list[str]]:
        found = inspector(*words, *more, home=tmp_path, INSPECTOR_STRIPE_SIGNING_SECRET=SECRET)
        return found.returncode, found.stdout.splitlines()[1:]

    try:
        assert check("--update")[0] == 0
        recorded = json.loads((folder / "stripe/samples/paid.expected.json").read_text())["app"]
        assert (recorded["status_code"], json.loads(recorded["body"])["said"]) == (200, "kept")
        assert check() == (0, [])
        moment = int(App.seen[-1].split(",")[0].removeprefix("t="))
        assert App.seen[-1] == signature(event(), SECRET, moment)
        App.word, App.status = "lost", 202
        assert check() == (1, ['  app.body.said  expected "kept"  found "lost"'])
        assert check("--ignore", "said") == (0, [])
        assert check("--ignore", "*") == (0, [])
        App.status = 500
        assert check() == (1, ["  app.status_code  expected 200  found 500"])
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
    assert "Nothing listens on" in inspector(*words, home=tmp_path).stderr


def test_what_is_not_exercised_is_told(tmp_path: Path) -> None:
    """Native types of the document that none of the requests has, and fields that no rule uses."""
    folder = connectors_folder(tmp_path)
    sample(folder, "paid", event())
    told = inspector("check", folder, "--update", "--coverage", home=tmp_path).stderr
    assert "stripe: 1 of " in told
    assert "charge.refunded" in told.partition("never: ")[2]
    assert "payment_intent.succeeded" not in told.partition("never: ")[2]
    fields = told.partition("fields never: ")[2].splitlines()[0]
    assert "refund.refund_amount" in fields
    assert "payment.amount" not in fields
