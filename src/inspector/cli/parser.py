"""From words to a command: the list of commands, and one argparse parser for the one that was named.

Only the module of that command is imported, and no command's module imports anything heavy before it runs.
"""

import argparse
import os
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import Any, Final, NoReturn

from inspector.cli import output

__all__ = ["COMMANDS", "Run", "overview", "parser_of", "read"]

Run = Callable[[argparse.Namespace], int]

COMMANDS: Final = {
    "listen": "receive webhooks and show them as they come (also without a command)",
    "demo": "a live stream of signed sample webhooks: no account, no network",
    "handle": "what a request means and whether its signature holds, as JSON",
    "verify": "why the signature of a request holds or does not, in one sentence",
    "events": "the events that are stored, as a table or JSON lines",
    "coverage": "native types and payload fields that no rule of a document uses",
    "trigger": "send a sample event, signed as its processor would",
    "probe": "whether your app accepts good deliveries and refuses bad ones",
    "replay": "send a stored session to your app once more, signed now or as it came",
    "simulate": "a processor's retries, copies, losses and outages against your app",
    "connectors": "the processors: list, show, check, schema",
    "sessions": "what was seen before: list, save as regression tests, remove",
    "check": "samples and sessions as regression tests, field by field",
    "secrets": "keep the secrets of your accounts in the keyring: set, list, remove",
    "web": "the same screen in a browser, on this machine only",
    "doctor": "what would keep the inspector from working, and the fix",
    "config": "inspector.toml: what is in force and from where, what is wrong with it",
    "completion": "completion for bash, zsh and fish",
    "manual": "the manual page, for man",
}
"""Every command and what it does. The module of the same name in `commands` has configure() and run()."""


class Parser(argparse.ArgumentParser):
    """An argparse parser that takes no abbreviations and names the option that was meant."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter, **options)

    @property
    def actions(self) -> list[argparse.Action]:
        """Its options and arguments."""
        return [action for action in self._actions if action.help is not argparse.SUPPRESS]

    def parse_exactly(self, words: Sequence[str]) -> argparse.Namespace:
        """The namespace; a word that is left over ends the run with exit code 2."""
        found, rest = self.parse_known_args(words)
        if rest:
            known = [name for action in self._actions for name in action.option_strings]
            word = rest[0].partition("=")[0]  # what stands behind it may be a secret
            near = get_close_matches(word, known, n=1, cutoff=0.6)
            self.error(f"there is no {word}" + (f" (did you mean {near[0]}?)" if near else ""))
        return found

    def error(self, message: str) -> NoReturn:
        """The usage and the mistake on standard error, and exit code 2."""
        output.note(f"{self.format_usage()}inspector: {message}\n  {self.prog} --help says more")
        raise SystemExit(2)


def overview() -> str:
    """What `inspector --help` says."""
    names = "\n".join(f"  {name:<12}{summary}" for name, summary in COMMANDS.items())
    return f"""usage: inspector [COMMAND] [OPTION…]

A webhook inspector for payments: receives, verifies, normalizes, lists and forwards.

commands:
{names}

  inspector COMMAND --help   the options of a command, with examples
  inspector --version

examples:
  inspector demo                                             see it work, without any account
  inspector                                                  receive on http://127.0.0.1:4242
  inspector --forward-to http://localhost:3000/webhooks      … and send on to your app
  inspector trigger stripe payment_intent.succeeded          send a signed sample to it

exit codes: 0 fine, 1 differences or failed, 2 wrong usage"""


def read(words: Sequence[str]) -> tuple[Run, argparse.Namespace]:
    """The command that the words name, and its options. `listen` needs no name."""
    name, rest = (words[0], words[1:]) if words and not words[0].startswith("-") else ("listen", words)
    if name not in COMMANDS:
        near = get_close_matches(name, COMMANDS, n=1, cutoff=0.6)
        hint = f"did you mean {near[0]}?" if near else f"commands: {', '.join(COMMANDS)}"
        Parser(prog="inspector", usage="inspector [COMMAND] [OPTION…]").error(f"there is no command {name!r}; {hint}")
    run, parser = parser_of(name)
    found = parser.parse_exactly(rest)
    if found.profile is not None:
        os.environ["INSPECTOR_PROFILE"] = found.profile  # also for what this process starts: the page's screens
    return run, found


def parser_of(name: str) -> tuple[Run, Parser]:
    """What a command does, and the parser of its options."""
    module = import_module(f"inspector.cli.commands.{name}")
    parser = Parser(prog=f"inspector {name}", description=module.__doc__, epilog=module.EXAMPLES)
    module.configure(parser)
    parser.add_argument("--profile", metavar="NAME", help="the profile of inspector.toml to stand over the rest of it")
    run: Run = module.run
    return run, parser
