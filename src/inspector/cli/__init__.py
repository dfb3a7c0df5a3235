"""The command line: `inspector COMMAND`. Whatever a command does not need stays unloaded."""

import sys
from collections.abc import Sequence

from inspector import __version__, collector

__all__ = ["main"]


def main(words: Sequence[str] | None = None) -> int:
    """Run one command. The exit code: 0 fine, 1 differences or failed, 2 wrong usage, 130 interrupted."""
    from inspector.cli import output

    words = sys.argv[1:] if words is None else words
    collector.rarely()
    output.prepare()
    try:
        return _run(words)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader has what it wanted, as `head` does
        output.silence()
        return 141


def _run(words: Sequence[str]) -> int:
    from inspector.cli import output

    if words and words[0] in ("--version", "-V"):
        output.write(f"inspector {__version__}")
        return 0
    from inspector.cli.parser import overview, read

    if words and words[0] in ("--help", "-h", "help"):
        output.write(overview())
        return 0
    run, options = read(words)
    from inspector.model import InspectorError

    try:
        return run(options)
    except InspectorError as error:
        output.fail(error)
        return error.exit_code
