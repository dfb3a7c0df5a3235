"""The status line, and what an empty inbox says: what to do next."""

from inspector.app.present.rows import Line, Span, duration

__all__ = ["empty_lines", "status_line"]


def empty_lines(address: str, public_url: str | None, secrets: list[str]) -> list[Line]:
    """Five things to do, each a line that can be copied."""
    url = public_url or address
    verified = f"set for {', '.join(secrets)}" if secrets else "INSPECTOR_STRIPE_SIGNING_SECRET, or inspector.toml"
    steps = (
        ("point", f"a processor's webhook at   {url}/stripe   (or /adyen, /square, …)"),
        ("send", f'curl {address}/stripe -d \'{{"type": "ping"}}\''),
        ("try", "inspector trigger stripe payment_intent.succeeded"),
        ("secret", verified),
        ("help", "?   all keys, made from the keys themselves"),
    )
    lines: list[Line] = [[Span("Nothing has arrived yet. It waits for you to", "strong")], []]
    return lines + [[Span(f"{name:>8}  ", "accent"), Span(text)] for name, text in steps]


def status_line(
    *,
    address: str,
    public_url: str | None,
    forward_to: str | None,
    auto: bool,
    session: str,
    last: float | None,
    width: int,
) -> Line:
    """Where the receiver listens, where deliveries go, and when the last one came (`last`: seconds ago)."""
    spans: Line = [Span(" inspector ", "title"), Span("  ")]
    spans.append(Span(f"● {address}", "good") if address else Span("○ starting…", "dim"))
    if public_url:
        spans += [Span("  ⇄ ", "dim"), Span(public_url)]
    if forward_to:
        spans += [
            Span("  → ", "dim"),
            Span(forward_to),
            Span("  auto" if auto else "  by hand", "accent" if auto else "dim"),
        ]
    else:
        spans.append(Span("  → no app", "dim"))
    said = "no event yet" if last is None else f"last event {duration(max(0.0, last))} ago"
    tail: Line = [Span(f"session: {session}  ", "dim"), Span(said + " ", "dim")]
    room = width - sum(len(span.text) for span in [*spans, *tail])
    if room >= 2:
        return [*spans, Span(" " * room), *tail]
    room = width - sum(len(span.text) for span in [*spans, tail[-1]])
    return [*spans, Span(" " * max(room, 2)), tail[-1]]
