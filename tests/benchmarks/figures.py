"""What a benchmark finds: ours beside a reference of the same run, and the aim for their ratio."""

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Figure", "markdown", "table"]


@dataclass(frozen=True)
class Figure:
    """One finding. The ratio of ours to the reference has to reach the aim, or to stay below it with `at_most`.

    Without an aim it is told for its own sake.
    """

    what: str
    ours: float
    reference: float
    unit: str
    aim: float | None = None
    at_most: bool = False

    @property
    def ratio(self) -> float:
        """Ours as a multiple of the reference."""
        return self.ours / self.reference

    @property
    def met(self) -> bool:
        """Whether the aim is met."""
        if self.aim is None:
            return True
        return self.ratio <= self.aim if self.at_most else self.ratio >= self.aim


def _met(figure: Figure) -> str:
    if figure.aim is None:
        return ""
    return "yes" if figure.met else "no"


def _rows(figures: Iterable[Figure]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("what", "ours", "reference", "ratio", "aim", "met")]
    for each in figures:
        aim = "" if each.aim is None else f"{'≤' if each.at_most else '≥'} {each.aim:.2g}"
        ours, reference = (
            f"{value:,.{0 if value >= 100 else 1}f} {each.unit}" for value in (each.ours, each.reference)
        )
        rows.append((each.what, ours, reference, f"{each.ratio:.2f}", aim, _met(each)))
    return rows


def markdown(figures: Iterable[Figure]) -> str:
    """The findings as a Markdown table."""
    heading, *rows = _rows(figures)
    return "\n".join(f"| {' | '.join(row)} |" for row in (heading, ("---", *["--:"] * 5), *rows))


def table(figures: Iterable[Figure]) -> str:
    """The findings as lines of text under one heading."""
    rows = _rows(figures)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )
