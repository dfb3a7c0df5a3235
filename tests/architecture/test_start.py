"""What starts quickly stays quick: heavy libraries are loaded by those who use them, and then only."""

import subprocess
import sys

import pytest

HEAVY = ("textual", "rich", "aiohttp", "pydantic", "cryptography", "sqlite3", "asyncio", "keyring")


def loaded(statement: str) -> set[str]:
    """The top modules that a fresh interpreter has loaded after a statement."""
    code = f"import sys; {statement}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(result.stdout.splitlines()[-1].split())


def test_importing_the_command_line_loads_nothing_heavy() -> None:
    """`inspector --version` and `--help` answer at once, because nothing is loaded for them."""
    assert not loaded("import inspector.cli") & set(HEAVY)


@pytest.mark.parametrize(
    "words", [["--version"], ["--help"], ["listen", "--help"], ["handle", "--help"], ["probe", "--help"]]
)
def test_help_loads_nothing_heavy(words: list[str]) -> None:
    """Asking for help loads neither the screen nor the server nor the documents."""
    code = f"inspector.cli.main({words!r})"
    statement = f"import inspector.cli, contextlib\nwith contextlib.suppress(SystemExit): {code}\n"
    result = subprocess.run(
        [sys.executable, "-c", f"{statement}import sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert not set(result.stdout.splitlines()[-1].split()) & set(HEAVY)


def test_importing_inspector_is_cheap() -> None:
    """`import inspector` in somebody's program costs nothing until a name is used."""
    assert not loaded("import inspector") & {*HEAVY, "msgspec"}


def test_a_keyring_is_loaded_by_those_only_who_keep_something_in_it() -> None:
    """Who has secrets in the environment or in a file does not wait for it."""
    statement = "import os; from inspector.settings import load_settings; load_settings({'stripe': 1}).prepare()"
    assert not loaded(statement) & {"keyring"}


def test_the_clients_of_message_queues_are_loaded_by_those_only_who_send_to_one() -> None:
    """Not by the receiver and the screen, though the way to a queue is open from the first moment."""
    assert not loaded("import inspector.workspace, inspector.app.app") & {"redis", "aiormq", "pamqp"}


def test_the_core_needs_no_network_and_no_screen() -> None:
    """The Event Service works where neither aiohttp nor Textual nor SQLite is loaded."""
    found = loaded("from inspector import EventService; EventService.load()")
    assert not found & {"textual", "rich", "aiohttp", "sqlite3"}
