"""Options that several commands share, named and explained once."""

import argparse
import sys
from pathlib import Path
from typing import BinaryIO

from inspector.cli import clock

__all__ = [
    "add_at",
    "add_connectors",
    "add_data",
    "add_json",
    "add_session",
    "add_setting",
    "add_theme",
    "count",
    "opened_file",
    "port",
    "positive",
    "size",
]


def add_connectors(parser: argparse.ArgumentParser) -> None:
    """--connectors DIR."""
    parser.add_argument(
        "--connectors",
        metavar="DIR",
        type=Path,
        help="the folder of connector documents (default: ./connectors, the user's, then the built-in ones)",
    )


def add_data(parser: argparse.ArgumentParser) -> None:
    """--data DIR."""
    parser.add_argument(
        "--data", metavar="DIR", type=Path, help="where requests are stored (default: the user's data folder)"
    )


def add_session(parser: argparse.ArgumentParser) -> None:
    """--session NAME."""
    parser.add_argument("--session", metavar="NAME", help='the session that requests belong to (default: "default")')


def add_json(parser: "argparse.ArgumentParser | argparse._MutuallyExclusiveGroup", what: str) -> None:
    """--json."""
    parser.add_argument("--json", action="store_true", help=what)


def add_theme(parser: argparse.ArgumentParser) -> None:
    """--theme NAME."""
    parser.add_argument(
        "--theme",
        metavar="NAME",
        help="dark, light, colour-blind, or one of Textual's (default: the last chosen)",
    )


def add_setting(parser: argparse.ArgumentParser) -> None:
    """--setting NAME=VALUE, any number of times."""
    parser.add_argument(
        "--setting", metavar="NAME=VALUE", action="append", default=[], help="another setting of the connector"
    )


def add_at(parser: argparse.ArgumentParser) -> None:
    """--at TIME."""
    parser.add_argument(
        "--at", metavar="TIME", type=clock.option, help="the moment to judge timestamps by (default: now)"
    )


def positive(text: str) -> float:
    """A number above zero, for argparse."""
    number = float(text)
    if not number > 0:
        raise argparse.ArgumentTypeError(f"{text} is not above zero")
    return number


def port(text: str) -> int:
    """A port, for argparse."""
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text} is not a port: 0 to 65535")
    return int(text)


def size(text: str) -> int:
    """A number of bytes, for argparse: 1048576, 512K, 20M."""
    unit = {"K": 1024, "M": 1024**2, "G": 1024**3}.get(text[-1:].upper(), 1)
    digits = text[:-1] if unit > 1 else text
    if not digits.isdecimal() or int(digits) == 0:
        raise argparse.ArgumentTypeError(f"{text} is not a size: write 1048576, 512K or 20M")
    return int(digits) * unit


def count(text: str) -> int:
    """A whole number from zero, for argparse."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text} is not a number from zero")
    return int(text)


def opened_file(name: str) -> BinaryIO:
    """A file that the command line names; - is standard input. Raises InspectorError."""
    from inspector.model import InspectorError

    if name == "-":
        return sys.stdin.buffer
    try:
        return Path(name).open("rb")
    except OSError as error:
        raise InspectorError(f"{name} cannot be read", str(error.strerror), exit_code=2) from None
