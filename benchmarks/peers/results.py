"""What was measured, by program and work, and one Markdown table of it."""

import statistics
from dataclasses import dataclass, field

from timing import Cost

OURS = "Cellwright"
WITHOUT_RELAY = f"{OURS} --no-relay"


@dataclass(frozen=True, slots=True)
class Row:
    """One program doing one piece of work."""

    work: str
    """`apply, 61 units without a provider`."""
    product: str
    """The Terraform or OpenTofu that it ran, or nothing."""
    tool: str


@dataclass(slots=True)
class Results:
    """Samples by row, in the order in which rows were first seen."""

    samples: dict[Row, list[Cost]] = field(default_factory=dict)
    failures: dict[Row, str] = field(default_factory=dict)
    """Why a row has no figures, or no more."""

    def add(self, row: Row, cost: Cost) -> None:
        """Remember a sample."""
        self.samples.setdefault(row, []).append(cost)

    def median(self, row: Row) -> Cost | None:
        """The median of each figure of a row; None if there is no sample."""
        found = self.samples.get(row)
        if not found:
            return None
        return Cost(
            statistics.median(cost.wall for cost in found), statistics.median(cost.cpu for cost in found)
        )

    def others(self, row: Row) -> list[Cost]:
        """The medians of the other programs that did the same."""
        return [
            cost
            for other in self.samples
            if (other.work, other.product) == (row.work, row.product)
            and not other.tool.startswith(OURS)
            and (cost := self.median(other))
        ]

    def table(self) -> str:
        """All rows, those of the same work together."""
        lines = ["| | | seconds | CPU seconds | samples |", "|---|---|---|---|---|"]
        groups: dict[tuple[str, str], list[Row]] = {}
        for row in {**self.samples, **self.failures}:
            groups.setdefault((row.work, row.product), []).append(row)
        for (work, product), rows in groups.items():
            title = f"{work}, {product}" if product else work
            for row in rows:
                cost = self.median(row)
                figures = f"{cost.wall:.2f} | {cost.cpu:.2f}" if cost else "failed |"
                lines.append(f"| {title} | {row.tool} | {figures} | {len(self.samples.get(row, []))} |")
                title = ""
        return "\n".join(lines)
