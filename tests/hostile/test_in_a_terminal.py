"""Real commands in a real terminal, with a store full of hostile deliveries: what comes out is taken apart."""

import json
import re
import signal
import socket
import threading
from base64 import b64decode
from html.parser import HTMLParser
from pathlib import Path

import pytest

from inspector.fixtures.session import safe_name
from inspector.model import visible
from tests.cli.running import inspector, listening
from tests.cli.test_screen import terminal
from tests.hostile.deliveries import COUNT, hostile, plain_headers
from tests.hostile.terminal import in_terminal, settled, taken_apart, wrongs
from tests.hostile.texts import ESCAPES, MARK, TEXTS

KNOWN = "payment_intent.payment_failed"
NAME = "\x1b]0;session\x07\u202e[red]../../x"


def answers(listening: socket.socket) -> None:
    """An app whose every answer holds a hostile text: reason, header, body; every other one is no HTTP at all."""
    number = 0
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        with connection:
            connection.recv(65536)
            text, number = TEXTS[number % len(TEXTS)], number + 1
            kept = plain_headers(text)
            head = f"HTTP/1.1 500 {kept}\r\nX-Answer: {kept}\r\nContent-Length: {len(text.encode())}\r\n\r\n{text}"
            connection.sendall(head.encode() if number % 2 else f"{text}\r\n\r\n".encode())


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose store holds every hostile text in every field, also in the app's answers."""
    place = tmp_path_factory.mktemp("home")
    with socket.create_server(("127.0.0.1", 0)) as app:
        threading.Thread(target=answers, args=(app,), daemon=True).start()
        to = f"http://127.0.0.1:{app.getsockname()[1]}/hooks"
        words = ("--data", place / "data", "--forward-to", to, "--auto-forward", "--session", NAME)
        with listening("--json", *words, home=place) as running:
            for number in range(COUNT):
                send(running.port, number)
            lines = [running.json() for _ in range(2 * COUNT)]  # each delivery, and each answer
            assert sum("attempt" in each for each in lines) == COUNT
            _, _, told = running.stop()
            assert "Traceback" not in told
        app.shutdown(socket.SHUT_RDWR)
    return place


def send(port: int, number: int) -> None:
    """Deliver over a socket, since no client would send such headers."""
    request = hostile(number, KNOWN if number % 2 else "")
    lines = [f"POST /stripe HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(request.body)}"]
    allowed = [(name, value) for name, value in request.headers if not set(map(chr, range(32))) & set(value)]
    lines += [f"{name}: {value}".replace("\x7f", "") for name, value in allowed]
    with socket.create_connection(("127.0.0.1", port), 20) as connection:
        connection.sendall("\r\n".join([*lines, "\r\n"]).encode() + request.body)
        assert connection.recv(4096).startswith(b"HTTP/1.1 200")


def test_what_acts_would_be_seen() -> None:
    """Taken apart, each escape is found: the tests below could fail."""
    for text in ESCAPES:
        assert wrongs(text.encode())


def test_the_screen_writes_nothing_that_acts(home: Path) -> None:
    """The list, every tab, the sessions, the coverage and the list of what can be copied: in the bytes that reach the
    terminal there are no sequences but Textual's own; the clipboard gets what was chosen, once, in base64."""
    with terminal("listen", "--port", "0", "--data", home / "data", "--session", NAME, home=home) as screen:
        screen.wait_for(MARK.encode())
        for row in ("", "jjj"):
            for key in [row, *"123456"]:
                screen.press(key.encode())
                settled(screen)
        for chosen in (b"S", b"\x1b", b"C", b"\x1b", b"y", b"\r"):
            screen.press(chosen)
            settled(screen)
        screen.press(b"q")
        assert screen.ended() == 0
    (copied,) = re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]+)\x07", screen.written)
    assert b"curl " in b64decode(copied)
    written = screen.written.replace(b"\x1b]52;c;" + copied + b"\x07", b"")
    assert wrongs(written) == []
    text, _ = taken_apart(written)
    assert "␛]0;" in text
    assert "[red]" in text


@pytest.mark.parametrize(
    "words",
    [
        ("events", "--limit", "0"),
        ("events", "--limit", "0", "--json"),
        ("coverage", "--limit", "0"),
        ("coverage", "--json"),
        ("sessions", "list"),
        ("sessions", "list", "--json"),
        ("replay", NAME, "--to", "http://127.0.0.1:1/x"),
        ("replay", NAME, "--to", "http://127.0.0.1:1/x", "--json"),
        ("replay", TEXTS[0], "--to", ":1"),
        ("sessions", "remove", TEXTS[3]),
        ("events", "--filter", f"colour:{TEXTS[0]}"),
        ("connectors", "show", TEXTS[8]),
        ("verify", TEXTS[8]),
        (f"--{TEXTS[0]}",),
    ],
    ids=lambda words: " ".join(words).encode("ascii", "backslashreplace").decode().replace("\0", "")[:40],
)
def test_no_command_writes_anything_that_acts(words: tuple[str, ...], home: Path) -> None:
    """Tables, lines of JSON, errors and usage: nothing in them speaks to the terminal, whoever wrote it."""
    stored = words[0] in ("events", "coverage", "sessions", "replay")
    more = ("--data", home / "data") if stored else ()
    named = ("--session", NAME) if words[0] in ("events", "coverage") else ()
    words = tuple(word.replace("\0", "") for word in words)
    written = in_terminal(*words, *more, *named, home=home)
    assert wrongs(written) == []
    assert b"Traceback" not in written
    if "--json" in words:
        for line in written.decode().splitlines():
            assert not line.startswith(("{", "[")) or json.loads(line) is not None


def test_headless_lines_are_lines(home: Path, tmp_path: Path) -> None:
    """What arrives is printed as it arrives, a line an event, whatever the event holds."""
    with terminal("listen", "--headless", "--port", "0", "--data", tmp_path / "data", home=home) as screen:
        screen.wait_for(b"listens on http://127.0.0.1:")
        settled(screen)
        found = re.search(rb"127\.0\.0\.1:(\d+)", screen.written)
        assert found is not None
        for number in range(COUNT):
            send(int(found[1]), number)
        settled(screen)
        screen.process.send_signal(signal.SIGINT)
        assert screen.ended() == 0
    assert wrongs(screen.written) == []
    text, _ = taken_apart(screen.written)
    assert sum("payment_intent." in line for line in text.splitlines()) == COUNT
    assert sum(MARK in line for line in text.splitlines()) >= COUNT // 2


class Page(HTMLParser):
    """The tags of a page, their attributes, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        """Text."""
        self.text += data


def test_what_is_saved_and_reported_is_text(home: Path, tmp_path: Path) -> None:
    """A saved session stays in its folder, its files have plain names, and its reports run nothing and link nowhere."""
    name = "\x1b]0;x\x07../../<script>[a](javascript:x)"
    words = ("--data", home / "data", "--session", NAME, "--to", tmp_path / "sessions", "--no-redaction")
    saved = inspector("sessions", "save", name, *words, home=home)
    assert saved.returncode == 0, saved.stderr
    (folder,) = (tmp_path / "sessions").iterdir()
    assert folder.name == safe_name(name)
    files = [each.name for each in folder.iterdir()]
    assert len(files) == 2 * COUNT + 1
    assert not [each for each in files if not re.fullmatch(r"[A-Za-z0-9._-]+", each)]
    for file in folder.glob("*.expected.json"):
        assert visible(file.read_text().replace("\n", "")) == file.read_text().replace("\n", "")
    assert inspector("check", folder, home=home).returncode == 0
    page = Page()
    page.feed(inspector("sessions", "report", folder, "--html", home=home).stdout)
    assert MARK in page.text
    assert not page.tags & {"script", "a", "img", "iframe", "link", "form", "object"}
    assert not [each for each in page.attributes if each.startswith("on") or each in ("href", "src", "action")]
    report = inspector("sessions", "report", folder, home=home).stdout
    assert MARK in report
    assert all(visible(line) == line for line in report.split("\n"))
    assert not re.search(r"(?<!\\)[<\[`]|^#.*<", re.sub(r"^\|(?:---\|)+$|^#+ ", "", report, flags=re.MULTILINE))
