"""inspector check: kept requests and what is expected of them."""

import json
from pathlib import Path

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
    changed = inspector("check", path, home=tmp_path)
    assert changed.returncode == 1
    assert changed.stdout.splitlines() == [
        str(path),
        "  events.0.event_response.payment.amount.minor_units  expected 1999  found 2500",
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
