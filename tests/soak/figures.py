"""What was sampled, and what it comes to: memory and its slope, answer times, what the screen took."""

from collections.abc import Sequence
from statistics import fmean

import msgspec

from tests.soak.deliveries import Stored

__all__ = ["Report", "Sample", "share", "table"]

_ROW = 8  # bytes that the list has to keep of each row: its id
_MIB = 1024 * 1024


class Sample(msgspec.Struct, frozen=True):
    """What was seen at one moment: seconds since the start, MiB, the share of a core, milliseconds.

    `late` is by how much a delivery was sent too late, `key` from a key to its frame, `row` from sending a delivery to
    its row being drawn; None where that took longer than anybody waits.
    """

    at: float
    sent: int
    memory: float
    work: float
    p50: float
    p99: float
    longest: float
    late: float
    key: float | None
    row: float | None
    drawn: int


class Report(msgspec.Struct, frozen=True):
    """A whole run. `answers` has p50, p99 and the longest of the first and of the last quarter."""

    rate: float
    minutes: float
    samples: Sequence[Sample]
    answers: Sequence[tuple[float, float, float]]
    refused: int
    exit_code: int
    reopened: float
    stored: Stored

    @property
    def early(self) -> float:
        """MiB after five minutes, or at the first sample of the second half of a run that is shorter than ten."""
        settled = min(300.0, self.minutes * 30)
        return next(each.memory for each in self.samples if each.at >= settled)

    @property
    def slope(self) -> float:
        """MiB an hour by which memory grows over the second half, by least squares."""
        half = self.samples[len(self.samples) // 2 :]
        at, memory = [each.at / 3600 for each in half], [each.memory for each in half]
        middle, mean = fmean(at), fmean(memory)
        spread = sum((each - middle) ** 2 for each in at)
        return sum((x - middle) * (y - mean) for x, y in zip(at, memory, strict=True)) / spread if spread else 0.0

    @property
    def ids(self) -> float:
        """MiB an hour that the ids of the list's rows need."""
        return self.rate * 3600 * _ROW / _MIB

    @property
    def sound(self) -> bool:
        """Whether nothing was refused, lost, doubled or damaged, and the screen answered and ended as it should."""
        alive = all(each.key is not None and each.row is not None for each in self.samples)
        return alive and not self.exit_code and not self.refused and not any(self.stored[1:])


def share(values: Sequence[float], part: float) -> float:
    """The value that this part of them does not exceed; 0 for none."""
    return sorted(values)[min(int(len(values) * part), len(values) - 1)] if values else 0.0


def table(report: Report) -> str:
    """The report as lines of text."""
    first, last = report.answers
    keys = [each.key for each in report.samples if each.key is not None]
    rows = [each.row for each in report.samples if each.row is not None]
    unseen = 2 * len(report.samples) - len(keys) - len(rows)
    lines = [
        ("deliveries sent", f"{report.samples[-1].sent:,} in {report.minutes:g} min, {report.rate:g} a second"),
        ("refused · lost · doubled · damaged", " · ".join(map(str, (report.refused, *report.stored[1:])))),
        ("memory settled · at the end", f"{report.early:.1f} MiB · {report.samples[-1].memory:.1f} MiB"),
        ("memory over the second half", f"{report.slope:+.1f} MiB/h, of which the list's ids {report.ids:.1f}"),
        ("answers, first quarter", f"p50 {first[0]:.1f} · p99 {first[1]:.1f} · max {first[2]:.1f} ms"),
        ("answers, last quarter", f"p50 {last[0]:.1f} · p99 {last[1]:.1f} · max {last[2]:.1f} ms"),
        ("deliveries were sent late by", f"max {max(each.late for each in report.samples):.0f} ms"),
        ("key to its frame", f"p50 {share(keys, 0.5):.0f} · p99 {share(keys, 0.99):.0f} ms"),
        ("delivery to its row", f"p50 {share(rows, 0.5):.0f} · p99 {share(rows, 0.99):.0f} ms"),
        ("keys and rows that were not seen", str(unseen)),
        ("processor time", f"{fmean(each.work for each in report.samples):.0%} of a core"),
        ("q ended it with · the store opened in", f"{report.exit_code} · {report.reopened:.0f} ms"),
    ]
    width = max(len(name) for name, _ in lines)
    return "\n".join(f"{name.ljust(width)}  {value}" for name, value in lines)
