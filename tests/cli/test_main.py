"""The command line as a whole: help, versions, mistakes, colours, exit codes."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.running import ROOT, environment, inspector

from inspector import __version__
from inspector.cli.parser import COMMANDS


def in_a_terminal(*words: str, home: Path, **variables: str) -> str:
    """What a command writes to a terminal, standard output and standard error together."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "inspector", *words],
        env=environment(home, TERM="xterm-256color", **variables),
        cwd=ROOT,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    found = b""
    while True:
        try:
            chunk = os.read(ours, 65536)
        except OSError:  # what Linux says when the other end has been closed
            break
        if not chunk:
            break
        found += chunk
    os.close(ours)
    assert process.wait(20) is not None
    return found.decode()


def test_version_and_overview(tmp_path: Path) -> None:
    """`--version` names it, `--help` lists every command with what it does, on standard output."""
    assert inspector("--version", home=tmp_path).stdout == f"inspector {__version__}\n"
    found = inspector("--help", home=tmp_path)
    assert found.returncode == 0
    assert found.stderr == ""
    for command, summary in COMMANDS.items():
        assert f"  {command:<12}{summary}\n" in found.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(tmp_path: Path, command: str) -> None:
    """`inspector COMMAND --help` says what it is for, lists its options, and shows it in use."""
    found = inspector(command, "--help", home=tmp_path)
    assert found.returncode == 0
    assert "examples:\n" in found.stdout
    assert f"inspector {command}" in found.stdout.partition("examples:")[2]
    assert all(len(line) <= 120 for line in found.stdout.splitlines())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["lisen"], "there is no command 'lisen'; did you mean listen?"),
        (["frobnicate"], "there is no command 'frobnicate'; commands: listen, demo"),
        (["--prot", "1"], "there is no --prot (did you mean --port?)"),
        (["listen", "--head"], "there is no --head (did you mean --headless?)"),
        (["listen", "--port", "70000"], "70000 is not a port: 0 to 65535"),
        (["listen", "--max-body", "much"], "much is not a size: write 1048576, 512K or 20M"),
        (["listen", "--headless", "--keep", "30"], "'30' is no length of time to keep"),
        (["listen", "--headless", "--keep", "0d"], "It is less than a second"),
        (["listen", "--headless", "--max-size", "10K"], "'10K' is no size to keep"),
        (["listen", "--headless", "--connector", "strip"], "There is no connector 'strip'"),
        (["listen", "--headless", "--forward-to", "ftp://x"], "'ftp://x' is not an address to forward to"),
        (["handle", "--at", "noon"], "this is neither ISO 8601 nor Unix seconds: 'noon'"),
        (["connectors", "show", "strpe"], "There is no connector 'strpe'"),
        (["trigger"], "the following arguments are required: CONNECTOR"),
        (["check", "nowhere"], "There is no nowhere"),
    ],
)
def test_wrong_usage_is_explained_and_exits_with_2(tmp_path: Path, words: list[str], said: str) -> None:
    """A mistake is one short paragraph on standard error that names what was meant; options are not abbreviated."""
    found = inspector(*words, home=tmp_path)
    assert found.returncode == 2
    assert found.stdout == ""
    assert said in found.stderr
    assert "Traceback" not in found.stderr


def test_colours_are_for_terminals_that_want_them(tmp_path: Path) -> None:
    """Colours show in a terminal, and neither in a pipe nor where NO_COLOR is set."""
    assert "\x1b[" in in_a_terminal("connectors", home=tmp_path)
    assert "\x1b[" not in in_a_terminal("connectors", home=tmp_path, NO_COLOR="1")
    assert "\x1b[" not in inspector("connectors", home=tmp_path).stdout


def test_any_encoding_is_written_to(tmp_path: Path) -> None:
    """A terminal that knows only ASCII gets escapes instead of a traceback."""
    found = inspector("--help", home=tmp_path, PYTHONIOENCODING="ascii")
    assert found.returncode == 0
    assert "\\u2026" in found.stdout
