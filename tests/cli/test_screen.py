"""The screen in a real terminal: it comes up, it ends, and it leaves the terminal as it was."""

import os
import pty
import select
import signal
import socket
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.cli.running import ROOT, connectors_folder, environment, event, sample

_LEFT = b"\x1b[?1049l"  # what brings the terminal's own screen back


class Terminal:
    """A command in a terminal of 120 × 40."""

    def __init__(self, process: "subprocess.Popen[bytes]", number: int) -> None:
        self.process = process
        self.number = number
        self._closed = False
        self.written = b""

    def wait_for(self, text: bytes) -> None:
        """Read until the text was written; 30 seconds at most."""
        end = time.monotonic() + 30
        while text not in self.written:
            assert time.monotonic() < end, self.written[-2000:]
            if select.select([self.number], [], [], 0.2)[0]:
                self.written += os.read(self.number, 65536)

    def press(self, keys: bytes) -> None:
        """Type."""
        os.write(self.number, keys)

    def hang_up(self) -> None:
        """Close the terminal's window."""
        if not self._closed:
            os.close(self.number)
            self._closed = True

    def ended(self) -> int:
        """The exit code, once the command has ended."""
        try:
            while chunk := os.read(self.number, 65536):
                self.written += chunk
        except OSError:  # what Linux says when the other end has been closed
            pass
        return self.process.wait(20)


@contextmanager
def terminal(*words: str | Path, home: Path) -> Iterator[Terminal]:
    """Run the command in a terminal; it is killed where it does not end by itself."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(ours, (40, 120))
    kept = {**environment(home), "TERM": "xterm-256color"}
    del kept["COLUMNS"]
    command = [sys.executable, "-m", "inspector", *map(str, words)]
    process = subprocess.Popen(
        command, env=kept, stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT, start_new_session=True
    )
    os.close(theirs)
    screen = Terminal(process, ours)
    try:
        yield screen
    finally:
        process.kill()
        process.wait()
        screen.hang_up()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Stripe's document with a sample."""
    place = connectors_folder(tmp_path)
    sample(place, "payment_intent.succeeded", event())
    return place


def test_the_demonstration_comes_up_and_q_ends_it(folder: Path, tmp_path: Path) -> None:
    """`inspector demo` shows verified events within seconds; q ends it with exit code 0 and nothing left behind."""
    with terminal("demo", "--port", "0", "--rate", "20", "--connectors", folder, home=tmp_path) as screen:
        screen.wait_for(b"PAYMENT_INTENT_SUCCESS")
        screen.wait_for("✓ valid".encode())
        screen.press(b"q")
        assert screen.ended() == 0
    assert _LEFT in screen.written
    assert b"Traceback" not in screen.written


def test_sigterm_ends_the_screen_in_good_order(tmp_path: Path) -> None:
    """A screen that is told to stop gives the terminal back."""
    with terminal("--port", "0", "--data", tmp_path / "data", home=tmp_path) as screen:
        screen.wait_for(b"http://127.0.0.1:")
        screen.process.send_signal(signal.SIGTERM)
        assert screen.ended() == 0
    assert _LEFT in screen.written


def test_a_terminal_that_is_closed_takes_the_screen_with_it(folder: Path, tmp_path: Path) -> None:
    """A window that goes away, also without a signal and under load, ends the command instead of leaving it busy."""
    with terminal("demo", "--port", "0", "--rate", "50", "--connectors", folder, home=tmp_path) as screen:
        screen.wait_for(b"PAYMENT_INTENT_SUCCESS")
        screen.hang_up()
        screen.process.wait(20)  # fails where it stays; nobody is left to tell an exit code


def test_a_taken_port_is_said_in_the_terminal(tmp_path: Path) -> None:
    """Where the receiver cannot start, the screen goes away and a paragraph says why; exit code 1."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with terminal("listen", "--port", port, "--data", tmp_path / "data", home=tmp_path) as screen:
            assert screen.ended() == 1
    rest = screen.written.partition(_LEFT)[2].decode()
    assert f"Port {port} is taken" in rest
    assert "Traceback" not in rest
