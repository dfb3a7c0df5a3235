"""Run benchmarks and print one table: `python -m tests.benchmarks [NAME…]`.

A benchmark is a module of this package with `measure() -> Iterable[Figure]`.
"""

import argparse
import sys
from importlib import import_module
from importlib.util import find_spec

from tests.benchmarks.figures import Figure, table

NAMES = ("core", "diagnose", "ingest", "forward", "start", "list", "screen", "watched")


def main() -> int:
    """Measure what is named. Exit code 1 where an aim is missed."""
    known = [name for name in NAMES if find_spec(f"tests.benchmarks.{name}")]
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="Ratios against a reference.")
    parser.add_argument("names", nargs="*", choices=[*known, []], default=[], metavar="NAME", help=", ".join(known))
    figures: list[Figure] = []
    for name in parser.parse_args().names or known:
        figures += import_module(f"tests.benchmarks.{name}").measure()
    sys.stdout.write(table(figures) + "\n")
    return int(not all(each.met for each in figures))


if __name__ == "__main__":
    sys.exit(main())
