"""One sample: a new fleet in a program's own layout, brought up, and looked at."""

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from fleets import AWS, MEASURED, Clients, Fleet, commit, lock_file
from programs import TITLES
from relay import wake
from results import Results, Row
from timing import Cost, FailedError, Meter
from tool import Layout, Tool

from cellwright.model.binary import Product
from cellwright.sandbox.process import Sandbox

APPLY, LOOK = "apply", "plan of everything"


@dataclass(frozen=True, slots=True)
class Place:
    """A fleet that a program has brought up."""

    tool: Tool
    fleet: Fleet
    tree: Path

    def write(self) -> Path:
        """Write the program's tree from the fleet as it is now, and say where it is."""
        return self.tool.write(Layout(self.fleet.units(), self.fleet.folder, self.fleet.binary), self.tree)


@dataclass(frozen=True, slots=True)
class Bench:
    """What all samples share: a user, an emulated AWS, and what came out so far."""

    root: Path
    meter: Meter
    sandbox: Sandbox
    results: Results
    say: Callable[[str], None]
    clients: Clients = MEASURED

    def sample(self, tool: Tool, kind: str, product: Product, binary: Path) -> Place | None:
        """Bring up all units, look at them, and give what is there then; None if a command failed."""
        place = self._place(tool, kind, binary)
        environment = {**self.sandbox.environment, **tool.environment(binary)}
        tree = place.write()
        rows = _rows(tool, kind, product)
        try:
            commit(tree, "All units")
            self.meter.measure(tool.prepare, tree, environment)
            for row, commands in zip(rows, (tool.apply(binary), tool.look(binary)), strict=True):
                self.add(row, self.meter.measure(commands, tree, environment))
        except FailedError as failure:
            self.results.failures[rows[0]] = str(failure)
            self.say(f"{tool.name} failed: {failure}")
            return None
        return place

    def add(self, row: Row, cost: Cost) -> None:
        """Remember a sample and say it."""
        self.results.add(row, cost)
        self.say(f"{row.work}, {row.product}, {row.tool}: {cost.wall:.2f} s, {cost.cpu:.2f} CPU seconds")

    def enough(self, tool: Tool, kind: str, product: Product, most: float) -> bool:
        """Tell whether a program has failed here or took more seconds than `most`: once is enough then."""
        rows = _rows(tool, kind, product)
        if any(row in self.results.failures for row in rows):
            return True
        return sum(cost.wall for row in rows for cost in self.results.samples.get(row, [])[:1]) > most

    def _place(self, tool: Tool, kind: str, binary: Path) -> Place:
        folder = Path(tempfile.mkdtemp(dir=self.root))
        fleet = Fleet(folder / "fleet", binary, self.clients)
        if kind == AWS:
            fleet.write_aws(lock_file(binary, folder / "lock", self.meter.environment))
            self.sandbox.admin.reset()
            wake(self.sandbox.endpoint)
        else:
            fleet.write_plain()
        return Place(tool, fleet, folder / "tree")


def _rows(tool: Tool, kind: str, product: Product) -> tuple[Row, Row]:
    return Row(f"{APPLY}, {kind}", TITLES[product], tool.name), Row(
        f"{LOOK}, {kind}", TITLES[product], tool.name
    )
