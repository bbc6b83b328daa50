"""Statuses by remembered digests are those by settings, whatever is remembered from before."""

import sqlite3
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cellwright.app.session.home import Home
from cellwright.app.status.comparison import Comparison, Recorded, StatusContext
from cellwright.app.status.during_load import StatusesDuringLoad
from cellwright.fleet.fleet import Fleet
from cellwright.fleet.load.entry import load_fleet
from cellwright.ledger.database.codec import dump_values
from cellwright.ledger.database.rows import head_row, unit_row
from cellwright.ledger.database.tables import METADATA
from cellwright.ledger.read.unit_reader import Query, Row, UnitReader
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedHead, AppliedInput, AppliedUnit, RecordedOutput
from cellwright.model.diagnostic import has_errors
from cellwright.model.fetched_module import FetchedModule, modules_to_json
from cellwright.model.runs.change import Status, UnitStatus
from cellwright.model.unit import StackPin
from cellwright.planning.digest import Digester
from cellwright.planning.fingerprint import StackFacts, ingredients
from cellwright.planning.graph import Graph
from cellwright.planning.reasons import used_outputs
from cellwright.planning.unit_status import Evidence, StatusEvaluator, removed
from examples import examples
from unit.fleet import fleet_writing
from unit.fleet.fleet_writing import Writing
from unit.fleet.workbench import ANY, Stacks

DIGESTER = Digester(b"k" * 32)


@dataclass
class Sources:
    """Stacks whose sources change on order."""

    edition: int = 0
    fetches: bool = False

    def facts(self, pin: StackPin) -> StackFacts:
        edition = self.edition if pin.source == "other" else 0
        return StackFacts(f"{pin.source}{edition}", f"./{pin.source}", frozenset("c"), fetches=self.fetches)


@dataclass
class World:
    """A fleet on disk and a ledger in memory."""

    root: Path
    sources: Sources = field(default_factory=Sources)
    applied: dict[UnitAddress, AppliedUnit] = field(default_factory=dict)

    def load(self, observer: StatusesDuringLoad | None = None) -> Fleet:
        stacks = Stacks({"any": ANY, "other": ANY})
        return load_fleet(self.root, stacks, self.root / ".cellwright/cache", None, observer)

    def observer(self) -> StatusesDuringLoad:
        return StatusesDuringLoad(self.context().evaluator)

    def context(self) -> StatusContext:
        return StatusContext(
            home=Home(self.root),
            stacks=self.sources.facts,
            digester=DIGESTER,
            recorded=Recorded(UnitReader(MemoryLedger(self.applied))),
        )

    def apply(self, fleet: Fleet, edition: int, *, failing: frozenset[UnitAddress] = frozenset()) -> None:
        """Apply what is there, upstreams first; `edition` is part of every output."""
        units = [unit for unit in fleet.units.values() if unit.enabled]
        by_address = {unit.address: unit for unit in units}
        for address in Graph.of(units).ordered():
            unit = by_address[address]
            found = ingredients(unit, self.sources.facts(unit.stack), self.outputs, DIGESTER)
            outputs = {
                name: RecordedOutput(DIGESTER.plain(text), sensitive=name == "out", value=text)
                for name, text in (("id", f"{address}-{edition}"), ("out", f"secret-{edition}"))
            }
            fingerprint = found.fingerprint(DIGESTER)
            failed = fingerprint if address in failing else None
            self.applied[address] = AppliedUnit(
                head=AppliedHead(address=address, fingerprint=fingerprint, failed=failed),
                source_digest=found.source_digest,
                source_label="./old" if edition % 2 else f"./{unit.stack.source}",
                backend_digest=found.backend_digest,
                inputs={n: AppliedInput(i.digest, i.sensitive, i.value) for n, i in found.inputs.items()},
                outputs=outputs,
                recipe={"outputs": used_outputs(unit, self.outputs)},
            )

    @property
    def outputs(self) -> dict[UnitAddress, Mapping[str, RecordedOutput]]:
        return {address: item.outputs for address, item in self.applied.items()}

    def quickly(self, fleet: Fleet, seen: StatusesDuringLoad | None = None) -> tuple[UnitStatus, ...]:
        return Comparison(self.context(), fleet, seen).statuses()

    def chosen(self, fleet: Fleet) -> tuple[UnitStatus, ...]:
        return Comparison(self.context(), fleet).statuses(self.everything(fleet))

    def by_settings(self, fleet: Fleet) -> tuple[UnitStatus, ...]:
        evidence = Evidence(
            heads={address: item.head for address, item in self.applied.items()},
            outputs=self.outputs,
            applied=self.applied.get,
            state_mark=lambda _: None,
        )
        evaluator = StatusEvaluator(evidence, self.sources.facts, DIGESTER)
        return tuple(self._by_settings(fleet, evaluator))

    def _by_settings(self, fleet: Fleet, evaluator: StatusEvaluator) -> Iterator[UnitStatus]:
        for address in sorted(self.everything(fleet)):
            unit = fleet.units.get(address)
            if unit is not None and unit.enabled:
                yield evaluator.status(unit)
            elif address in self.applied:
                yield removed(address, None if unit is None else unit.position)

    def everything(self, fleet: Fleet) -> frozenset[UnitAddress]:
        return frozenset((*fleet.units, *self.applied))


class MemoryLedger:
    """A ledger's tables in a database in memory."""

    def __init__(self, applied: Mapping[UnitAddress, AppliedUnit]) -> None:
        self._connection = sqlite3.connect(":memory:", isolation_level=None)
        outputs = [{"unit": str(a), "outputs": dump_values(item.outputs)} for a, item in applied.items()]
        self._fill("heads", [head_row(item.head) for item in applied.values()])
        self._fill("units", [unit_row(item) for item in applied.values()])
        self._fill("outputs", outputs)

    def fetch(self, *queries: Query) -> Sequence[Sequence[Row]]:
        return [self._connection.execute(*query).fetchall() for query in queries]

    def _fill(self, table: str, rows: Sequence[Mapping[str, object]]) -> None:
        columns = METADATA.tables[table].columns.keys()
        values = ", ".join(f":{name}" for name in columns)
        self._connection.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
        self._connection.executemany(f"INSERT INTO {table} VALUES ({values})", rows)  # noqa: S608  our own tables


@pytest.mark.parametrize("fetches", [True, False])
def test_a_unit_whose_modules_are_older_than_anothers_is_changed(tmp_path: Path, *, fetches: bool) -> None:
    levels = "levels:\n  - name: c\n    cells: cells\n    stacks: {s: {source: any}}\n"
    Writing({"fleet.yaml": f"fleet: t\n{levels}", "cells/a.yaml": "{}", "cells/b.yaml": "{}"}).write(tmp_path)
    Home(tmp_path).prepare()
    world = World(tmp_path, Sources(fetches=fetches))
    fleet = world.load()
    world.apply(fleet, 0)
    for number, (address, unit) in enumerate(world.applied.items()):
        module = FetchedModule("m", "source", "", "commit", f"{number}" * 40)
        recipe = {**unit.recipe, "modules": [*modules_to_json([module])]}
        world.applied[address] = replace(unit, recipe=recipe, applied_at=f"2026-01-0{number + 1}")

    for _ in ("by settings", "by remembered digests"):
        older, newer = world.quickly(fleet)
        assert newer.status is Status.UP_TO_DATE
        assert older.status is (Status.CHANGED if fetches else Status.UP_TO_DATE)
        assert [item.summary for item in older.reasons] == (
            ["module m has moved: commit 000000000000 -> commit 111111111111"] if fetches else []
        )


@settings(max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    fleet_writing.writings(sound=True),
    st.lists(st.tuples(fleet_writing.edits(sound=True), st.integers(0, 6)), max_size=8),
)
def test_every_edit_and_every_apply(start: Writing, steps: list[tuple[tuple[str, str | None], int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        Home(world.root).prepare()
        start.write(world.root)
        if not has_errors((first := world.load()).diagnostics):
            world.apply(first, 0)
        for number, ((path, content), what) in enumerate(steps):
            Writing({path: content}).write(world.root)
            seen = world.observer()
            fleet = world.load(seen)
            if has_errors(fleet.diagnostics):
                continue
            assert world.quickly(fleet, seen) == world.by_settings(fleet)
            if what in {1, 2}:
                world.apply(fleet, number)
            elif what == 3:
                world.sources.edition += 1
            elif what == 4:
                world.apply(fleet, number, failing=frozenset(list(fleet.units)[number::2]))
            assert world.quickly(fleet) == world.by_settings(fleet)
            assert world.quickly(world.load()) == world.by_settings(fleet)
            assert world.chosen(fleet) == world.by_settings(fleet)
