"""The way in from outside in words: for the status line, for the dialog of the tunnel, and as a QR code."""

from typing import Final

from inspector.app.present.rows import Line, Span, ago, duration
from inspector.model import Tunnel, TunnelPhase

__all__ = ["qr_lines", "tunnel_lines", "tunnel_spans"]

_BLOCKS: Final = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}
_QUIET: Final = 2  # modules around the code: the standard wants four, and readers are content with two


def tunnel_spans(state: Tunnel, url: str, *, long: bool) -> Line:
    """What the status line says: the address, and whether it is proven to lead here."""
    where = Span(url or "tunnel")
    if state.phase is TunnelPhase.UP:
        took = f" ✓ {duration(state.elapsed)}" if long and state.elapsed is not None else " ✓"
        return [Span("  ⇄ ", "dim"), where, Span(took, "good")]
    if state.phase is TunnelPhase.STARTING:
        return [Span("  ⇄ ", "dim"), where, Span(" opening…", "dim")]
    if state.phase is TunnelPhase.RECONNECTING:
        return [Span("  ⇄ ", "dim"), where, Span(" ↻ reconnecting", "warn")]
    if state.phase is TunnelPhase.FAILED:
        return [Span("  ⇄ ", "dim"), where, Span(" ✗ not reached", "bad")]
    return [Span("  ⇄ ", "dim"), where] if url else []


def tunnel_lines(state: Tunnel, now: float) -> list[Line]:
    """What is known, and how: a fact a line."""
    lines: list[Line] = [[Span("tunnel    ", "dim"), *_phase(state, now)]]
    if state.url:
        lines.append([Span("address   ", "dim"), Span(state.url, "strong")])
    if state.proven_at is not None:
        took = f" in {duration(state.elapsed)}" if state.elapsed is not None else ""
        lines.append([Span("proven    ", "dim"), Span(f"came back{took}, {ago(now - state.proven_at)}")])
    if state.reason:
        lines.append([Span("reason    ", "dim"), Span(state.reason, "warn")])
    if state.fix:
        lines.append([Span("fix       ", "dim"), Span(state.fix)])
    return lines


def _phase(state: Tunnel, now: float) -> Line:
    since = f" for {duration(now - state.since)}" if state.since is not None else ""
    return {
        TunnelPhase.OFF: [Span("○ off", "dim")],
        TunnelPhase.STARTING: [Span("◌ opening", "warn"), Span(since, "dim")],
        TunnelPhase.UP: [Span("● up", "good"), Span(since, "dim")],
        TunnelPhase.RECONNECTING: [Span("↻ reconnecting", "warn")],
        TunnelPhase.FAILED: [Span("✗ not reached", "bad")],
    }[state.phase]


def qr_lines(text: str) -> list[str]:
    """A QR code, two modules a character; dark ones are drawn, so it wants a light ground."""
    import segno

    rows = [list(row) for row in segno.make(text, error="l", micro=False).matrix_iter(border=_QUIET)]
    if len(rows) % 2:
        rows.append([0] * len(rows[0]))
    return [
        "".join(_BLOCKS[bool(above), bool(below)] for above, below in zip(*pair, strict=True))
        for pair in zip(rows[::2], rows[1::2], strict=True)
    ]
