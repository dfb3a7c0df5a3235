"""python -m tests.connectors.update [CONNECTOR…]: accept what the samples give today.

Read the difference before committing it: these files are promises.
"""

import sys

from tests.connectors.shared import CONNECTORS, SAMPLES, outcome, pretty


def update(names: list[str]) -> int:
    """Write the expectation of every sample of these connectors (of all without names); the number that changed."""
    changed = 0
    for each in SAMPLES:
        if names and each.connector not in names:
            continue
        text = pretty(outcome(each))
        if not each.expected.is_file() or each.expected.read_text(encoding="utf-8") != text:
            each.expected.write_text(text, encoding="utf-8")
            changed += 1
    return changed


if __name__ == "__main__":
    unknown = set(sys.argv[1:]) - set(CONNECTORS)
    if unknown:
        sys.exit(f"There is no connector {', '.join(sorted(unknown))}; there are {', '.join(CONNECTORS)}")
    sys.stdout.write(f"{update(sys.argv[1:])} of {len(SAMPLES)} expectations changed\n")
