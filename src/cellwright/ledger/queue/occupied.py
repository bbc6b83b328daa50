"""How many units of the queue are worked on at this moment: what the limits of `Limits` are compared with."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from cellwright.ledger.database.database import Database
from cellwright.ledger.database.sql import bindparam, text
from cellwright.ledger.queue.claims import HELD
from cellwright.model.address import UnitAddress

_UNITS = bindparam("units", expanding=True)
_READY = text(
    "SELECT unit, account FROM queue_units WHERE run = :run AND state = 'ready' AND unit IN :units"
).bindparams(_UNITS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupied:
    """How many units are worked on now, and which of a run's units could be, but are not."""

    fleet: int
    accounts: Mapping[str, int]
    """By account; units without one are not counted here."""
    run: int
    ready: Mapping[UnitAddress, str]
    """With the account of each; empty for a unit without one."""


def occupied(database: Database, run: str, units: Collection[UnitAddress]) -> Occupied:
    """Count; of the run's units only these are looked at."""
    with database.read() as connection:
        held = connection.execute(HELD).all()
        named = {"run": run, "units": [str(unit) for unit in units]}
        ready = connection.execute(_READY, named).all() if units else ()
    accounts: Counter[str] = Counter()
    for row in held:
        accounts[row.account] += row.units
    return Occupied(
        fleet=accounts.total(),
        accounts={name: count for name, count in accounts.items() if name},
        run=sum(row.units for row in held if row.run == run),
        ready={UnitAddress.parse(row.unit): row.account for row in ready},
    )
