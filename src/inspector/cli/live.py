"""Headless: what arrives, line by line on standard output, until the process is told to stop."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

from inspector import __version__
from inspector.cli import output
from inspector.cli.rows import attempt_line, attempt_values, delivery_values, event_line
from inspector.core import Query
from inspector.core.answer_mode import answering_words
from inspector.core.keeping import retention_words
from inspector.model import Answering, InspectorError

if TYPE_CHECKING:
    from inspector.workspace import Workspace

__all__ = ["announce", "print_arrivals", "print_rows", "run", "stopping"]

Result = TypeVar("Result")

_SLICE: Final = 50  # rows between two looks at the network
_FRAME: Final = 0.02  # seconds in which arrivals gather to be printed together


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run on uvloop where it is installed (the extra `speed`), else on asyncio's own loop."""
    try:
        from uvloop import new_event_loop
    except ImportError:
        return asyncio.run(work)
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(work)


@contextlib.asynccontextmanager
async def stopping() -> AsyncIterator[asyncio.Event]:
    """An event that is set by Ctrl+C and by SIGTERM, so that everything can be brought to an end. A second one
    ends the process at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def told(number: int) -> None:
        stop.set()
        loop.remove_signal_handler(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows has no such handlers: Ctrl+C interrupts there
            loop.add_signal_handler(number, told, number)
    yield stop


async def print_arrivals(workspace: "Workspace", as_json: bool, stop: asyncio.Event) -> None:
    """Print deliveries and the app's answers as they come, until `stop` is set and everything is printed."""
    after = workspace.last_id()
    changes = workspace.changes()
    waiting = asyncio.ensure_future(anext(changes))
    stopped = asyncio.ensure_future(stop.wait())
    while not stopped.done():
        await asyncio.wait([waiting, stopped], return_when=asyncio.FIRST_COMPLETED)
        await asyncio.sleep(_FRAME)
        change = None
        if waiting.done():
            change = waiting.result()
            waiting = asyncio.ensure_future(anext(changes))
        after = await print_rows(workspace, workspace.ids(Query(), after), as_json, after)
        if change is not None:
            for each in change.notices:
                output.note(f"{each.title}\n  {each.text}")
            await print_rows(workspace, workspace.rows_of(sorted(change.verified)), as_json)
            answered = [line for number in sorted(change.forwarded) for line in _attempt(workspace, number, as_json)]
            await _print_lines(answered)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)


async def print_rows(
    workspace: "Workspace", ids: Sequence[int], as_json: bool, after: int = 0, dated: bool = False
) -> int:
    """Print the rows of these ids; as JSON, one line a delivery. Returns the last id, or `after` for none."""
    last = 0
    for start in range(0, len(ids), _SLICE):
        lines: list[bytes] = []
        for row in workspace.rows(ids[start : start + _SLICE]):
            if not as_json:
                lines.append(event_line(row, dated).encode("utf-8", "backslashreplace"))
            elif row.delivery != last:
                with contextlib.suppress(InspectorError):  # it was taken away meanwhile
                    lines.append(output.encode(delivery_values(workspace.delivery(row.delivery))))
            last = row.delivery
        await _print_lines(lines)
    return ids[-1] if len(ids) else after


def _attempt(workspace: "Workspace", number: int, as_json: bool) -> Iterator[bytes]:
    with contextlib.suppress(InspectorError):  # the delivery was taken away meanwhile
        attempt = workspace.attempts(number)[-1]
        if as_json:
            yield output.encode({"delivery": number, "attempt": attempt_values(attempt)})
        else:
            yield attempt_line(attempt).encode("utf-8", "backslashreplace")


async def _print_lines(lines: Sequence[bytes]) -> None:
    """Print at once, in a thread: a reader that does not read must not keep senders waiting."""
    if lines:
        await asyncio.to_thread(output.write_bytes, b"\n".join([*lines, b""]))


def announce(workspace: "Workspace") -> None:
    """Say on standard error where we listen, and which secrets are there: by name, never the value."""
    output.note(f"inspector {__version__} listens on {workspace.address}")
    output.note(f"  session    {workspace.session} in {workspace.options.data}, {workspace.total():,} events so far")
    how = "every delivery is forwarded to" if workspace.auto_forward else "not forwarded by itself (--auto-forward) to"
    if (answering := workspace.answers.current) != Answering():
        output.note(f"  answers    the processor gets {answering_words(answering)}")
    for each in workspace.destinations.values():
        output.note(
            f"  {'queue' if each.is_queue else 'app':<10} {how} {f'{each.name}: ' if each.name else ''}{each.address}"
        )
    if kept := retention_words(workspace.options.retention):
        output.note(f"  keeps      {kept}; what is older is taken away, but for what has still to be sent")
    for line in secrets_lines(workspace):
        output.note(line)


def secrets_lines(workspace: "Workspace") -> Iterator[str]:
    """Which connectors have their secret, and which settings the others would need."""
    known = workspace.settings.accounts()
    ready = [f"{account} ({', '.join(_names(workspace, account))})" for account in known]
    yield f"  secrets    {', '.join(ready) if ready else 'none is set, so no signature can be checked'}"
    for problem in workspace.settings.problems.values():
        yield f"             {problem}"
    covered = {account.partition("/")[0] for account in known}
    missing = [name for name, each in workspace.service.connectors.items() if each.secret and name not in covered]
    if missing:
        shown = ", ".join(missing[:6]) + (f" and {len(missing) - 6} more" if len(missing) > 6 else "")
        first = workspace.service.connectors[missing[0]]
        variable = f"INSPECTOR_{first.name}_{first.secret}".upper()
        how = f"inspector secrets set {first.name}, or {variable}, and so on"
        yield f"  missing    {shown}: {how} (inspector connectors show NAME says which)"


def _names(workspace: "Workspace", account: str) -> list[str]:
    connector, _, label = account.partition("/")
    return workspace.settings.names(connector, label)
