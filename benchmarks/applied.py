"""Fills a fleet's ledger as if every unit had been applied, so that reading it can be measured at any size.

    python benchmarks/applied.py FLEET

Nothing is applied: outputs are made-up texts. For benchmarks only.
"""

import argparse
import os
from dataclasses import replace
from pathlib import Path

from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession, OpenFleet
from cellwright.engine.run_record import new_run
from cellwright.engine.unit.evaluation import UnitTask
from cellwright.engine.unit.intent import intended
from cellwright.ledger.write.unit_writes import put_applied
from cellwright.model.actor import Actor
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedUnit, RecordedOutput
from cellwright.model.binary import BinaryVersion
from cellwright.model.runs.run import Operation, RunKind, RunUnit
from cellwright.model.value import Json
from cellwright.planning.choice import Choice
from cellwright.planning.fingerprint import StackFacts, ingredients
from cellwright.planning.graph import Graph


def main() -> None:
    """Fill the ledger of the fleet that is named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("fleet", type=Path)
    location = Location(fleet=parser.parse_args().fleet, environment=dict(os.environ))
    with FleetSession(location) as session:
        fleet = session.open(writing=True)
        units = made_up(fleet)
        with fleet.ledger.database.write() as connection:
            for unit in units:
                put_applied(connection, unit)
    print(f"{len(units)} units recorded as applied")


def made_up(fleet: OpenFleet) -> list[AppliedUnit]:
    """Describe every enabled unit as applied, upstreams first."""
    units = {address: unit for address, unit in fleet.fleet.units.items() if unit.enabled}
    run = new_run(RunKind.APPLY, Choice((), Graph({})), Actor("benchmark"), "", None)
    outputs: dict[UnitAddress, dict[str, RecordedOutput]] = {}
    facts: dict[object, StackFacts] = {}
    paths: dict[tuple[UnitAddress, str], set[str]] = {}
    for use in fleet.fleet.uses:
        key = (use.reference.unit, use.reference.output)
        paths.setdefault(key, set()).update(use.reference.path[:1])
    made = []
    for address in Graph.of(units.values()).ordered():
        unit = units[address]
        if unit.stack not in facts:
            facts[unit.stack] = fleet.stacks.facts(unit.stack)
        stack = facts[unit.stack]
        found = ingredients(unit, stack, outputs, fleet.digester)
        work = UnitTask(
            part=RunUnit(address, Operation.APPLY),
            unit=unit,
            tree=fleet.stacks.catalogue.tree(unit.stack),
            facts=stack,
            ingredients=found,
            fingerprint=found.fingerprint(fleet.digester),
            outputs=outputs,
        )
        outputs[address] = {}
        for name in fleet.stacks.catalogue.contract(unit.stack).outputs:
            value = shaped(f"{address}.{name}", paths.get((address, name), set()))
            outputs[address][name] = RecordedOutput(fleet.digester.plain(value), sensitive=False, value=value)
        applied = intended(work, run, fleet.digester, BinaryVersion("terraform", "1.11.4"))
        made.append(replace(applied, outputs=outputs[address], applied_at=run.started))
    return made


def shaped(text: str, parts: set[str]) -> Json:
    """Make up an output's value: a text, or a mapping with the parts that are taken of it."""
    return {part: f"{text}.{part}" for part in sorted(parts)} if parts else text


if __name__ == "__main__":
    main()
