"""A fleet that is struck again and again: what it should be, and what it is."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import yaml

from cellwright.ledger.database.location import sqlite_url
from contract.postgres import PostgresServer
from e2e.chaos.places import States, triggers_in
from e2e.kit.crashes import leases, runs
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.program import Answer, Program
from e2e.kit.small_disk import SmallDisk

CELLS = ("c0", "c1", "c2")
STACKS = ("first", "second")


@dataclass(slots=True, kw_only=True)
class Arena:
    """One fleet: three cells, each with a stack and another one that takes its output."""

    cellwright: Program
    states: States
    chance: Random
    ledger: str
    postgres: PostgresServer | None = None
    disk: SmallDisk | None = None
    sandbox: int = 0
    """The process of the emulated S3."""
    sealed: Path | None = None
    """The folder that is read-only now."""
    wanted: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CELLS, 0))

    @property
    def fleet(self) -> FleetFolder:
        return self.cellwright.fleet

    def change(self, cells: Sequence[str]) -> None:
        """Give new values to some cells."""
        for cell in cells:
            self.wanted[cell] += 1
            self.fleet.cell(cell, {"stacks": {"first": {"value": str(self.wanted[cell])}}})

    def counts(self, verb: str) -> Counter[str]:
        return self.fleet.desk.count(verb)

    def expected(self, cell: str) -> dict[str, list[str]]:
        """What each unit of a cell is to be made for."""
        value = str(self.wanted[cell])
        return {
            f"client/{cell}/first": [value, ""],
            f"client/{cell}/second": ["1", f"{cell}-first:{value}"],
        }

    def wrong(self) -> dict[str, list[str] | None]:
        """The units whose true state is not what it is to be."""
        expected = {unit: made for cell in CELLS for unit, made in self.expected(cell).items()}
        found = {unit: triggers_in(self.states, unit) for unit in expected}
        return {unit: made for unit, made in found.items() if made != expected[unit]}

    def statuses(self) -> dict[str, str]:
        document = self.cellwright.look("status", "--json").expect(0).document
        return {unit["address"]: unit["status"] for unit in document["units"]}

    def unfinished(self) -> bool:
        """Tell if there is a run to resume."""
        if self.postgres is None and not self.fleet.ledger.exists():
            return False
        found = runs(self.fleet, self.ledger)
        return bool(found) and found[0].status.value != "succeeded"

    def held(self) -> list[str]:
        return leases(self.fleet, url=self.ledger)

    def remove_unsaved(self, path: str) -> None:
        """Remove a state that was kept and can't be used, as its diagnostic says; below the fleet only."""
        found = Path(path)
        assert found.is_relative_to(self.fleet.home), path
        found.unlink()

    def choose_unsaved(self, path: str) -> None:
        """Make a state that was kept the newest, as its diagnostic says: it has what was made last."""
        found = Path(path)
        unit = found.parent.relative_to(self.fleet.home / "work").as_posix()
        self.states.put(unit, found.read_bytes())
        self.remove_unsaved(path)

    def carry_on(self) -> Answer:
        """Do what a person does first: resume what is unfinished, else apply."""
        return self.cellwright.run("resume" if self.unfinished() else "apply", "--yes", "--json")


@contextmanager
def arena_of(fleet: FleetFolder, cellwright: Program, **more: Any) -> Iterator[Arena]:  # noqa: ANN401  as Arena takes it
    """Bring a fleet up as it is meant to be."""
    url = cellwright.environment.get("CELLWRIGHT_LEDGER") or sqlite_url(fleet.ledger)
    arena = Arena(cellwright=cellwright, ledger=url, **more)
    arena.change(CELLS)
    cellwright.run("apply", "--yes").expect(0)
    assert not arena.wrong()
    yield arena


def struck_fleet(folder: Path, desk: Path, **more: Any) -> FleetFolder:  # noqa: ANN401  any further key of fleet.yaml
    """Write the fleet; its desk lies elsewhere, because counting goes on when the fleet's disk is full."""
    made = make_fleet(folder, {name: {} for name in STACKS}, {cell: {} for cell in CELLS}, **more)
    desk.mkdir(parents=True)
    text = (made.root / "defaults.yaml").read_text().replace(str(made.desk.folder), str(desk))
    settings = yaml.safe_load(text)
    settings["stacks"]["second"]["upstream"] = "${output.first.value}"
    made.write("defaults.yaml", settings)
    return FleetFolder(made.root, type(made.desk)(desk))
