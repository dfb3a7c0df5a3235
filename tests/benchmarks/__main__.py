"""Run benchmarks and print one table: `python -m tests.benchmarks [NAME…]`. All of them are written to RESULTS.md.

A benchmark is a module of this package with `measure() -> Iterable[Figure]`.
"""

import argparse
import sys
import time
from importlib import import_module
from pathlib import Path

from tests.benchmarks.figures import Figure, markdown, table
from tests.benchmarks.machine import described

NAMES = ("core", "check", "diagnose", "ingest", "forward", "start", "list", "screen", "watched", "scale")
RESULTS = Path(__file__).parent / "RESULTS.md"

_TEXT = """# Results

Written by `make bench` on {date}. What each benchmark measures is said at the top of its module; what was tried, and
what it helped, in [README.md](README.md).

{machine}

{table}
"""


def main() -> int:
    """Measure what is named. Exit code 1 where an aim is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Ratios against a reference.")
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], default=[], metavar="NAME", help=", ".join(NAMES))
    names = parser.parse_args().names
    figures: list[Figure] = []
    for name in names or NAMES:
        figures += import_module(f"tests.benchmarks.{name}").measure()
    sys.stdout.write(table(figures) + "\n")
    if not names:
        machine = "\n".join(f"- {line}" for line in described())
        RESULTS.write_text(_TEXT.format(date=time.strftime("%Y-%m-%d"), machine=machine, table=markdown(figures)))
    return int(not all(each.met for each in figures))


if __name__ == "__main__":
    sys.exit(main())
