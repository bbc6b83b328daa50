"""A survey at a glance says what looking at every unit says, whatever is remembered from before."""

import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cellwright.app.session.home import Home
from cellwright.app.status.examiner import Examiner
from cellwright.app.status.survey import Grounds, Survey, Tables, surveyor_of
from cellwright.fleet.fleet import Fleet
from cellwright.fleet.load.entry import load_fleet
from cellwright.ledger.database.codec import dump_values
from cellwright.ledger.read.views import HeadsView, OutputsView
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedHead, AppliedInput, AppliedUnit, RecordedOutput
from cellwright.model.change import UnitStatus
from cellwright.model.diagnostic import has_errors
from cellwright.model.unit import StackPin
from cellwright.planning.digest import Digester
from cellwright.planning.graph import Graph
from cellwright.planning.reasons import used_outputs
from cellwright.planning.standing import Record, StackFacts, Surveyor, ingredients, survey
from unit.fleet import fleet_writing
from unit.fleet.fleet_writing import Writing
from unit.fleet.workbench import ANY, Stacks

DIGESTER = Digester(b"k" * 32)


@dataclass
class Sources:
    """Stacks whose sources change on order."""

    edition: int = 0

    def facts(self, pin: StackPin) -> StackFacts:
        edition = self.edition if pin.source == "other" else 0
        return StackFacts(f"{pin.source}{edition}", f"./{pin.source}", frozenset("c"))


@dataclass
class World:
    """A fleet on disk and a ledger in memory."""

    root: Path
    sources: Sources = field(default_factory=Sources)
    applied: dict[UnitAddress, AppliedUnit] = field(default_factory=dict)

    def load(self, observer: Examiner | None = None) -> Fleet:
        stacks = Stacks({"any": ANY, "other": ANY})
        return load_fleet(self.root, stacks, self.root / ".cellwright/cache", None, observer)

    def observer(self) -> Examiner:
        tables = self.tables()
        surveyor = surveyor_of(
            Home(self.root),
            self.sources.facts,
            DIGESTER,
            tables,
            lambda unit: tables.applied((unit,)).get(unit),
        )
        return Examiner(surveyor)

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

    def at_a_glance(self, fleet: Fleet, seen: Examiner | None = None) -> tuple[UnitStatus, ...]:
        grounds = Grounds(home=Home(self.root), fleet=fleet, stacks=self.sources.facts, digester=DIGESTER)
        return Survey(grounds, self.tables(), seen).statuses(self.everything(fleet))

    def one_by_one(self, fleet: Fleet) -> tuple[UnitStatus, ...]:
        record = Record(
            heads={address: item.head for address, item in self.applied.items()},
            outputs=self.tables().outputs,
            applied=self.applied.get,
            state_mark=lambda _: None,
        )
        return survey(
            Surveyor(record, self.sources.facts, DIGESTER), dict(fleet.units), self.everything(fleet)
        )

    def everything(self, fleet: Fleet) -> frozenset[UnitAddress]:
        return frozenset((*fleet.units, *self.applied))

    def tables(self) -> Tables:
        def read(addresses: Collection[UnitAddress]) -> Mapping[UnitAddress, AppliedUnit]:
            return {address: self.applied[address] for address in addresses if address in self.applied}

        heads = {
            str(address): (item.head.fingerprint, item.head.failed, None, None)
            for address, item in self.applied.items()
        }
        return Tables(
            heads=HeadsView(heads),
            outputs=OutputsView({str(a): dump_values(item.outputs) for a, item in self.applied.items()}),
            sources=lambda: {str(a): (i.source_digest, i.source_label) for a, i in self.applied.items()},
            applied=read,
        )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
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
            assert world.at_a_glance(fleet, seen) == world.one_by_one(fleet)
            if what in {1, 2}:
                world.apply(fleet, number)
            elif what == 3:
                world.sources.edition += 1
            elif what == 4:
                world.apply(fleet, number, failing=frozenset(list(fleet.units)[number::2]))
            assert world.at_a_glance(fleet) == world.one_by_one(fleet)
            assert world.at_a_glance(world.load()) == world.one_by_one(fleet)
