"""What was measured, as one Markdown table, and as ratios."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from timing import Cost

OURS = "Cellwright"


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
    """Why a row has no figures."""

    def add(self, row: Row, cost: Cost) -> None:
        """Remember a sample."""
        self.samples.setdefault(row, []).append(cost)

    def table(self) -> str:
        """The whole table."""
        lines = ["| | | seconds | CPU seconds | samples |", "|---|---|---|---|---|"]
        groups: dict[tuple[str, str], list[Row]] = {}
        for row in (*self.samples, *self.failures):
            groups.setdefault((row.work, row.product), []).append(row)
        for (work, product), rows in groups.items():
            title = f"{work}, {product}" if product else work
            costs = {row.tool: _median(self.samples[row]) for row in rows if row in self.samples}
            for row in rows:
                lines.append(f"| {title} | {row.tool} | {self._figures(row, costs)} |")
                title = ""
        return "\n".join(lines)

    def _figures(self, row: Row, costs: Mapping[str, Cost]) -> str:
        if row in self.failures:
            return "failed | failed | 0"
        cost = costs[row.tool]
        others = [other for name, other in costs.items() if not name.startswith(OURS)]
        walls, cpus = "", ""
        if row.tool.startswith(OURS) and others:
            walls = f" ({cost.wall / min(other.wall for other in others):.2f}x)"
            cpus = f" ({cost.cpu / min(other.cpu for other in others):.2f}x)"
        return f"{cost.wall:.2f}{walls} | {cost.cpu:.2f}{cpus} | {len(self.samples[row])}"


def _median(samples: Sequence[Cost]) -> Cost:
    walls, cpus = [sample.wall for sample in samples], [sample.cpu for sample in samples]
    return Cost(statistics.median(walls), statistics.median(cpus))
