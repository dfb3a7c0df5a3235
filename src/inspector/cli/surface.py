"""The command line as data, read from the parsers: what completion and the manual page are made of."""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass

from inspector.cli.parser import COMMANDS, parser_of

__all__ = ["Command", "Option", "commands"]


@dataclass(frozen=True)
class Option:
    """A flag, or an argument that stands by itself: its spellings, what it takes, its choices, and its sentence."""

    names: tuple[str, ...]
    takes: str
    choices: tuple[str, ...]
    help: str


@dataclass(frozen=True)
class Command:
    """A command: its line in the overview, its description and examples, and its options."""

    name: str
    summary: str
    description: str
    examples: str
    options: tuple[Option, ...]


def commands() -> Iterator[Command]:
    """Every command, in the order of the overview."""
    for name, summary in COMMANDS.items():
        _, parser = parser_of(name)
        options = tuple(map(_option, parser.actions))
        yield Command(name, summary, parser.description or "", parser.epilog or "", options)


def _option(action: argparse.Action) -> Option:
    takes = "" if action.nargs == 0 else action.metavar or action.dest
    choices = tuple(map(str, action.choices or _words(action.metavar)))
    if choices and action.metavar is None:
        takes = "|".join(choices)
    words = str(takes if isinstance(takes, str) else " ".join(takes))
    return Option(tuple(action.option_strings), words, choices, action.help or "")


def _words(metavar: str | tuple[str, ...] | None) -> list[str]:
    """The words that may be given as they are, in ack|reject|STATUS."""
    found = metavar.split("|") if isinstance(metavar, str) else []
    return [word for word in found if word.islower()] if len(found) > 1 else []
