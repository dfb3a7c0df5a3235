"""The words of the screen, made without a screen."""

import shlex
import subprocess
from pathlib import Path

import msgspec
import pytest

from inspector.app.present import (
    Line,
    Span,
    Status,
    ago,
    cells,
    columns,
    curl,
    first_steps,
    header,
    line_width,
    secret_place,
)
from inspector.app.present.event import field_value
from inspector.app.present.hints import status_line
from inspector.app.present.rows import VERDICTS, fit
from inspector.model import CapturedRequest, EventRow, Verdict
from tests.app.test_arrivals import row

FULL = Status(
    address="http://127.0.0.1:4242",
    public_url="https://ab12.ngrok.app",
    forward_to="http://localhost:3000/webhooks",
    auto=True,
    session="checkout",
    last=42.0,
)


def text(line: Line) -> str:
    """The characters of a line."""
    return "".join(span.text for span in line)


def with_(**values: object) -> EventRow:
    """A row with these values."""
    return msgspec.structs.replace(row(1), **values)


@pytest.mark.parametrize("width", range(60, 220))
def test_a_row_is_as_wide_as_the_list(width: int) -> None:
    """Titles and rows fit into every width, and their columns stand under one another."""
    found = columns(width)
    full = with_(amount=1999, currency="EUR", attempts=3, app_status=503, app_seconds=0.7, copies=2)
    assert line_width(header(found)) == line_width(cells(full, found)) <= width
    assert line_width(cells(with_(event_type="", problem="No connector " * 9), found)) <= width


def test_columns_give_way_in_the_order_of_their_worth() -> None:
    """Time, verdict and type are the last to go; the native name is the first."""
    assert [each.key for each in columns(200)] == "time processor type native amount signature app copies".split()
    assert [each.key for each in columns(80)] == "time processor type amount signature app copies".split()
    assert [each.key for each in columns(45)] == ["time", "type", "signature"]


def test_amounts_stand_on_the_decimal_point() -> None:
    """Yen have no decimals and stand under the whole euros."""
    found = columns(120)
    lines = [text(cells(with_(amount=minor, currency=code), found)) for minor, code in ((199900, "EUR"), (500, "JPY"))]
    assert lines[0].index(".") == lines[1].index("500") + 3


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_verdict_is_never_colour_alone(verdict: Verdict) -> None:
    """Every verdict has a glyph and a word of its own."""
    assert verdict.value in VERDICTS
    assert len({(glyph, word) for glyph, word, _ in VERDICTS.values()}) == len(VERDICTS)


@pytest.mark.parametrize("width", range(60, 201, 7))
def test_the_status_line_keeps_what_matters(width: int) -> None:
    """At every width: where it listens, where it forwards to, and when the last event came."""
    line = text(status_line(FULL, width))
    for promise in ("4242", "localhost:3000", "ngrok", "auto", "42s ago") if width >= 80 else ("4242", "auto"):
        assert promise in line
    assert len(line) <= max(width, 80)


def test_the_status_line_says_that_it_is_held() -> None:
    """How many rows wait below is a number, not a guess."""
    assert "held, 1,200 below" in text(status_line(FULL._replace(held=1200), 140))
    assert "held" not in text(status_line(FULL, 140))
    assert "no app" in text(status_line(FULL._replace(forward_to=None), 140))
    assert "not listening" in text(status_line(FULL._replace(address=""), 140))


def test_the_status_line_says_that_deliveries_are_refused() -> None:
    """How many since the last one was kept, at every width; and why, where there is room."""
    refused = FULL._replace(refused=1_200, why="The disk is full", public_url=None)
    assert "✗ 1,200 refused: the disk is full" in text(status_line(refused, 140))
    assert "✗ 1,200 refused" in text(status_line(refused, 80))
    assert "refused" not in text(status_line(FULL, 140))


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "just now"), (59.9, "59s ago"), (61, "1m ago"), (7_300, "2h ago"), (200_000, "2d ago")]
)
def test_how_long_ago_is_said_as_people_say_it(seconds: float, said: str) -> None:
    """No decimals, no units that one has to convert."""
    assert ago(seconds) == said


def test_the_first_steps_work_on_another_port() -> None:
    """The command names the port where it is not the usual one; the address to paste is the public one."""
    keys = {"trigger": "t", "secrets": "ctrl+k", "help": "?", "copy": "y"}
    usual = {each.name: each.text for each in first_steps("http://127.0.0.1:4242", None, [], keys)}
    other = {
        each.name: each.text for each in first_steps("http://127.0.0.1:5000", "https://x.example", ["stripe"], keys)
    }
    assert usual["try"] == "inspector trigger stripe payment_intent.succeeded"
    assert other["try"].endswith("--to http://127.0.0.1:5000/stripe")
    assert other["paste"] == "https://x.example/stripe"
    assert usual["secret"] == "INSPECTOR_STRIPE_SIGNING_SECRET"


def test_a_secret_goes_to_its_account() -> None:
    """The account of a label has a variable and a table of its own."""
    assert "INSPECTOR_STRIPE_SIGNING_SECRET" in secret_place("stripe", "", "signing_secret", "K")
    assert "INSPECTOR_STRIPE__SHOP__SIGNING_SECRET" in secret_place("stripe", "shop", "signing_secret", "K")
    assert '[connectors."stripe/shop"]' in secret_place("stripe", "shop", "signing_secret", "K")


@pytest.mark.parametrize(
    "body", [b'{"a": "it\'s"}', b"$(touch pwned) `id` \\n", b"@/etc/hostname", b"\xff\x00\xfe", "Übermaß 支付".encode()]
)
def test_the_curl_line_sends_the_same_bytes(body: bytes, tmp_path: Path) -> None:
    """Whatever the body holds, the shell reads nothing in it and curl gets it byte for byte."""
    command = curl(CapturedRequest(url="http://localhost/x?a=1&b=$HOME", headers=(("X-A", "it's $HOME"),), body=body))
    fake = tmp_path / "curl"
    fake.write_text('#!/bin/sh\nfor a; do printf "%s\\0" "$a"; done > args\ncase "$*" in *"@-") cat > stdin;; esac\n')
    fake.chmod(0o755)
    done = subprocess.run(["/bin/sh", "-c", f"PATH={shlex.quote(str(tmp_path))}:$PATH; {command}"], cwd=tmp_path)
    given = (tmp_path / "args").read_bytes().split(b"\0")[:-1]
    sent = (tmp_path / "stdin").read_bytes() if given[-1] == b"@-" else given[-1]
    assert done.returncode == 0
    assert sent == body
    assert b"X-A: it's $HOME" in given
    assert b"http://localhost/x?a=1&b=$HOME" in given
    assert not (tmp_path / "pwned").exists()


def test_minor_units_are_shown_as_money() -> None:
    """What was captured of 49.90 EUR is told in euros too, not in cents."""
    assert field_value("captured_amount", 4990, "EUR") == "49.90 EUR"
    assert field_value("captured_amount", 4990, "JPY") == "4990 JPY"
    assert field_value("captured_amount", 4990) == "4990"
    assert field_value("created_at", 0, "EUR") == "1970-01-01 00:00:00 UTC"


@pytest.mark.parametrize("evil", ["\x1b[31m", "\u202eabc", "a\x07b", "\x9b31m", "\u2066x\u2069", "\x00", "\ud800"])
def test_no_cell_holds_what_a_terminal_would_act_on(evil: str) -> None:
    """Control characters and bidirectional overrides are shown as what they are."""
    line = text(cells(with_(native_type=evil, connector=evil, label=evil, currency=evil[:3], amount=1), columns(160)))
    assert not [each for each in line if not each.isprintable()]


def test_wide_characters_take_two_cells() -> None:
    """A column stays as wide as it is, whatever is written in it."""
    assert line_width([Span(fit("支付成功" * 9, 11))]) == 11
    assert fit("支付成功", 5) == "支付…"
