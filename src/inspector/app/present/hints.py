"""The status line, and what an empty inbox says: what to do next."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from inspector.app.present.rows import Line, Span, ago, duration, fit, line_width
from inspector.app.present.tunnel import tunnel_spans
from inspector.core.answer_mode import answering_words
from inspector.model import Answering, AnswerMode, Tunnel
from inspector.model.visible import visible

__all__ = ["Status", "Step", "empty_lines", "first_steps", "secret_place", "status_line"]

_USUAL: Final = "http://127.0.0.1:4242"  # where `inspector trigger` sends to


class Step(NamedTuple):
    """Something to do first: its name, the text to copy, and what else there is to say."""

    name: str
    text: str
    more: str = ""
    copied: bool = True  # whether one can do something with the text elsewhere


class Status(NamedTuple):
    """What the status line tells. `last` is how many seconds ago the last event came, `down` for how many the app has
    not been there (None: it is), `waiting` is how many deliveries it has still to get, `held` is how many rows
    arrived below since the list was held, or None where it follows, and `refused` is how many deliveries could not be
    kept, `why` tells the reason. `keeps` says what is not taken away, where something is."""

    address: str
    public_url: str | None
    forward_to: str | None
    auto: bool
    session: str
    last: float | None
    held: int | None = None
    answer: Answering = Answering()
    attached: bool = False
    down: float | None = None
    waiting: int = 0
    paused: bool = False
    tunnel: Tunnel = Tunnel()
    refused: int = 0
    why: str = ""
    keeps: str = ""


def secret_place(connector: str, label: str, secret: str, key: str) -> str:
    """Where the secret of an account goes; the key opens the dialog for it."""
    name = "_".join(("INSPECTOR", connector, secret)) if not label else f"INSPECTOR_{connector}__{label}__{secret}"
    account = f"{connector}/{label}" if label else connector
    table = f'[connectors."{account}"]' if label else f"[connectors.{account}]"
    return f"Press {key} to set it here; or set {name.upper()}, or {secret} under {table} in inspector.toml"


def first_steps(address: str, public_url: str | None, secrets: Sequence[str], keys: Mapping[str, str]) -> list[Step]:
    """What to do in an empty inbox; `keys` are those in force."""
    url = public_url or address
    to = "" if address == _USUAL else f" --to {address}/stripe"
    names = ", ".join(secrets[:3]) + (f" and {len(secrets) - 3} more" if len(secrets) > 3 else "")
    set_here = f"in the environment; or {keys['secrets']} asks for it"
    place = Step("secret", "INSPECTOR_STRIPE_SIGNING_SECRET", set_here)
    return [
        Step("paste", f"{url}/stripe", "in the processor's dashboard; or /adyen …"),
        Step("send", f'curl {address}/stripe -d \'{{"type": "ping"}}\''),
        Step("press", keys["trigger"], "to send a signed sample of any processor; or, elsewhere:", copied=False),
        Step("try", f"inspector trigger stripe payment_intent.succeeded{to}"),
        Step("secret", f"set for {names}", copied=False) if secrets else place,
        Step("help", keys["help"], f"every key; {keys['copy']} copies one of the lines above", copied=False),
    ]


def empty_lines(steps: Sequence[Step]) -> list[Line]:
    """The first steps, a line each."""
    lines: list[Line] = [[Span("Nothing has arrived yet. What to do:", "strong")], []]
    return lines + [
        [Span(f"{each.name:<8}", "accent"), Span(each.text), Span("  " + each.more, "dim")] for each in steps
    ]


def status_line(status: Status, width: int) -> Line:
    """Where the receiver listens, where deliveries go, and what is proven: when the last event came.

    What is worth less gives way first: the session, what is kept, the schemes of addresses, the words "last event",
    the paths.
    """
    line: Line = []
    for level in range(6):
        head, tail = _head(status, level), _tail(status, level)
        room = width - line_width(head) - line_width(tail)
        line = [*head, Span(" " * max(room, 2)), *tail]
        if room >= 2:
            break
    return line


def _head(status: Status, level: int) -> Line:
    def short(url: str) -> str:
        url = url.partition("://")[2] if level >= 2 else url
        return fit(url.partition("/")[0], 24).rstrip() if level >= 4 else url

    spans: Line = [Span(" inspector ", "title"), Span(" " if level >= 3 else "  ")]
    sign = "◌ attached to" if status.attached else "●"
    spans.append(Span(f"{sign} {short(status.address)}", "good") if status.address else Span("○ not listening", "warn"))
    if status.refused:
        why = f": {status.why[:1].lower()}{status.why[1:]}" if level < 3 else ""
        spans.append(Span(f"  ✗ {status.refused:,} refused{why}", "bad"))
    if level < 5:
        spans += tunnel_spans(status.tunnel, short(status.public_url or ""), long=level < 3)
    if status.answer.mode is not AnswerMode.ACK:
        words = answering_words(status.answer)
        spans.append(Span(f"  answers {fit(words, min(len(words), 22)) if level >= 4 else words}", "warn"))
    if not status.forward_to:
        return [*spans, Span("  → no app", "dim")]
    auto = Span("  auto", "accent") if status.auto else Span("  by hand", "dim")
    if status.paused:
        auto = Span("  paused", "warn")
    more = [Span(f" {status.waiting:,} waiting", "warn")] if status.waiting else []
    down = [] if status.down is None else [Span(f"  ✗ down for {duration(status.down)}", "bad")]
    return [*spans, Span("  → ", "dim"), Span(short(status.forward_to)), *down, auto, *more]


def _tail(status: Status, level: int) -> Line:
    spans: Line = []
    if status.held is not None:
        spans.append(Span(f"held, {status.held:,} below  " if status.held else "held  ", "warn"))
    if level < 2 and status.keeps:
        spans.append(Span(f"keeps {status.keeps}  ", "dim"))
    if level < 1:
        spans.append(Span(f"session: {visible(status.session, 40)}  ", "dim"))
    said = "no event yet" if status.last is None else ("last event " if level < 3 else "") + ago(status.last)
    return [*spans, Span(said + " ", "dim")]
