"""Print the manual page, made from the commands and their options.

The page is roff, for `man`: inspector(1)."""

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from inspector import __version__
from inspector.cli import output

if TYPE_CHECKING:
    from inspector.cli.surface import Command, Option

__all__ = ["EXAMPLES", "configure", "run"]

EXAMPLES = """examples:
  inspector manual | man -l -
  inspector manual > ~/.local/share/man/man1/inspector.1"""


def configure(parser: argparse.ArgumentParser) -> None:
    """`inspector manual` has no options."""


def run(options: argparse.Namespace) -> int:
    """Print it."""
    output.write("\n".join(_page()))
    return 0


def _page() -> Iterator[str]:
    from inspector.cli.surface import commands

    yield f'.TH INSPECTOR 1 "" "inspector {__version__}" "User Commands"'
    yield ".SH NAME\ninspector \\- a webhook inspector for payments, in the terminal"
    yield ".SH SYNOPSIS\n.B inspector\n[\\fICOMMAND\\fR] [\\fIOPTION\\fR ...]"
    yield ".SH DESCRIPTION\nReceives, verifies, normalizes, lists and forwards webhooks. Without a command: listen."
    yield ".SH COMMANDS"
    for command in commands():
        yield from _section(command)
    yield ".SH EXIT STATUS\n0 fine, 1 differences or failed, 2 wrong usage."
    yield ".SH FILES\n.TP\n.I inspector.toml\nSettings, of the project's folder or of the user's configuration folder."


def _section(command: "Command") -> Iterator[str]:
    yield f".SS inspector {_plain(command.name)}"
    yield f".nf\n{_plain(command.description)}\n.fi"
    for option in command.options:
        yield f".TP\n{_head(option)}\n{_plain(option.help)}"
    title, _, examples = command.examples.partition("\n")
    yield f".PP\n{_plain(title)}\n.nf\n{_plain(examples)}\n.fi"


def _head(option: "Option") -> str:
    names = ", ".join(f"\\fB{_plain(name)}\\fR" for name in option.names)
    return " ".join(part for part in (names, f"\\fI{_plain(option.takes)}\\fR" if option.takes else "") if part)


def _plain(text: str) -> str:
    """The text as it is: no line of it is a request, and hyphens can be copied."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join(f"\\&{line}" if line.startswith((".", "'")) else line for line in escaped.splitlines())
