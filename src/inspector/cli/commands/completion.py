"""Print what your shell needs to complete commands, options and their words.

It is made from the options themselves, so it knows those of this very version."""

import argparse
import shlex
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from inspector.cli import output

if TYPE_CHECKING:
    from inspector.cli.surface import Command, Option

__all__ = ["EXAMPLES", "configure", "run"]

EXAMPLES = """examples:
  inspector completion bash > ~/.local/share/bash-completion/completions/inspector
  inspector completion zsh > ~/.zfunc/_inspector
  inspector completion fish > ~/.config/fish/completions/inspector.fish"""


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `inspector completion`."""
    parser.add_argument("shell", choices=("bash", "zsh", "fish"), help="the shell to write for")


def run(options: argparse.Namespace) -> int:
    """Print it."""
    from inspector.cli.surface import commands

    write = {"bash": _bash, "zsh": _zsh, "fish": _fish}[options.shell]
    output.write("\n".join(write(list(commands()))))
    return 0


def _flags(command: "Command") -> "Iterator[tuple[str, Option]]":
    """The long spellings of each option."""
    for option in command.options:
        for name in option.names:
            if name.startswith("--"):
                yield name, option


def _words(command: "Command") -> list[str]:
    """What may stand behind a command by itself."""
    return [word for option in command.options if not option.names for word in option.choices]


def _bash(known: Sequence["Command"]) -> Iterator[str]:
    yield "_inspector() {"
    yield '    local current="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" words='
    yield '    case "${COMP_WORDS[1]} $before" in'
    for command in known:
        for name, option in _flags(command):
            if option.choices:
                yield f'        "{command.name} {name}") words="{" ".join(option.choices)}" ;;'
            elif option.takes:
                yield f'        "{command.name} {name}") return ;;'
    yield "    esac"
    yield '    if [ -z "$words" ] && [ "$COMP_CWORD" = 1 ]; then'
    yield f'        words="{" ".join(command.name for command in known)} --help --version"'
    yield '    elif [ -z "$words" ]; then'
    yield '        case "${COMP_WORDS[1]}" in'
    for command in known:
        offered = [*_words(command), *(name for name, _ in _flags(command))]
        yield f'            {command.name}) words="{" ".join(offered)}" ;;'
    yield "        esac"
    yield "    fi"
    yield '    COMPREPLY=($(compgen -W "$words" -- "$current"))'
    yield "}"
    yield "complete -o default -F _inspector inspector"


def _zsh(known: Sequence["Command"]) -> Iterator[str]:
    yield "#compdef inspector"
    yield "_inspector() {"
    yield "    local -a commands=("
    for command in known:
        yield f"        {shlex.quote(f'{command.name}:{command.summary}')}"
    yield "    )"
    yield "    if (( CURRENT == 2 )); then _describe command commands; return; fi"
    yield "    case $words[2] in"
    for command in known:
        specs = [_zsh_spec(name, option) for name, option in _flags(command)]
        words = f" '*:argument:({' '.join(_words(command))})'" if _words(command) else " '*:file:_files'"
        yield f"        {command.name}) shift words; (( CURRENT-- )); _arguments {' '.join(specs)}{words} ;;"
    yield "    esac"
    yield "}"
    yield 'if [ "$funcstack[1]" = _inspector ]; then _inspector "$@"; else compdef _inspector inspector; fi'


def _zsh_spec(name: str, option: "Option") -> str:
    said = option.help.replace("[", "(").replace("]", ")").replace(":", " –")
    taken = f":{option.takes.partition('|')[0].lower()}:"
    taken = f"{taken}({' '.join(option.choices)})" if option.choices else f"{taken}_files"
    return shlex.quote(f"{name}[{said}]{taken if option.takes else ''}")


def _fish(known: Sequence["Command"]) -> Iterator[str]:
    names = " ".join(command.name for command in known)
    for command in known:
        first = f"-n 'not __fish_seen_subcommand_from {names}'"
        yield f"complete -c inspector -f {first} -a {command.name} -d {shlex.quote(command.summary)}"
    for command in known:
        here = f"-n '__fish_seen_subcommand_from {command.name}'"
        for name, option in _flags(command):
            takes = f" -xa {shlex.quote(' '.join(option.choices))}" if option.choices else " -r" if option.takes else ""
            yield f"complete -c inspector {here} -l {name[2:]} -d {shlex.quote(option.help)}{takes}"
        if words := _words(command):
            yield f"complete -c inspector -f {here} -a {shlex.quote(' '.join(words))}"
