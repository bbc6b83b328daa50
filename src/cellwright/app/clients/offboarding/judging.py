"""What the policies say of a client's destruction, and the exceptions that would let it pass."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from cellwright.app.clients.unfinished import own_files
from cellwright.app.session.session import OpenFleet
from cellwright.fleet.resolve.own_exceptions import KEY
from cellwright.fleet.stack_order import fleet_order, units_in_order
from cellwright.fleet.yaml.writer import flow_style
from cellwright.ledger.read.event_filter import EventFilter, action_pattern
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.runs.event import PLAN_JUDGED, Event
from cellwright.planning.policy.verdict import Consequence

ALL = "*"
_HEAD = re.compile(rf"{KEY}\s*:")
_NAMED = 3
"""So many resources of a stack are named in exceptions; more are `*`, all of the stack."""
_LOOKED_AT = 20
"""The newest judgements of a unit in which that of the run is looked for."""
_SPARE = timedelta(days=14)
"""Days after the hold for which an exception holds: the destruction is judged again when the hold is over."""
_SHIPPED = "hipaa."
_TAKE_EXCEPTIONS = frozenset(
    f"hipaa.{rule}" for rule in ("audit", "backups", "destruction", "exposure", "isolation", "unseen")
)
"""Of the shipped rules; those of a fleet's own may take some, too (docs/policies.md)."""


@dataclass(frozen=True, slots=True)
class Denial:
    """A policy's finding that forbids the destruction of a unit."""

    unit: UnitAddress
    rule: str
    resource: str
    """Empty where the finding is about the plan as a whole."""

    @property
    def takes_exceptions(self) -> bool:
        """Whether an exception may let it pass."""
        return self.rule in _TAKE_EXCEPTIONS or not self.rule.startswith(_SHIPPED)


class Leaving(Protocol):
    """The client that leaves, why, and how long nothing is destroyed: an offboarding, or a wish for one."""

    @property
    def cell(self) -> CellAddress:
        """Which client."""

    @property
    def reason(self) -> str:
        """Why it leaves."""

    @property
    def hold_seconds(self) -> int:
        """How long nothing is destroyed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What would be destroyed, and what the policies say of it."""

    units: int
    resources: int
    """As far as that was recorded."""
    denials: tuple[Denial, ...] = ()
    file: str = ""
    """The client's own file, relative to the fleet's root, into which exceptions are written."""
    exceptions: str = ""
    """The items of `exceptions:` as they are written there: YAML. Empty where none would help."""
    below: bool = False
    """The file has exceptions already: these come below them."""
    written_for: str = ""
    """Who answers for the exceptions, which were written into the file; empty: they were not."""

    def denied(self) -> Mapping[str, int]:
        """How many units each rule denies."""
        return Counter(rule for _, rule in dict.fromkeys((item.unit, item.rule) for item in self.denials))

    def told(self) -> str:
        """Say it in one line, the same on a terminal and on a page."""
        units = f"{self.units:,} {'unit' if self.units == 1 else 'units'}"
        resources = f"{self.resources:,} {'resource' if self.resources == 1 else 'resources'}"
        denied = (f"{amount:,} denied by {rule}" for rule, amount in self.denied().items())
        return ", ".join((units, resources, *denied))


def denials_of(fleet: OpenFleet, run: str, units: Iterable[UnitAddress]) -> tuple[Denial, ...]:
    """Give what the policies have denied in a run, as the audit trail has it.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    return tuple(denial for unit in units for denial in _denials(fleet, run, unit))


def plans_digest(fleet: OpenFleet, run: str, units: Iterable[UnitAddress]) -> str:
    """Give a digest of the plans that a run has made of these units: what whoever was shown them has seen.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    plans = {
        str(unit): [str(event.detail.get("plan", "")) for event in _judgements(fleet, run, unit)]
        for unit in units
    }
    return hashlib.sha256(json.dumps([run, plans], sort_keys=True).encode()).hexdigest()


def _denials(fleet: OpenFleet, run: str, unit: UnitAddress) -> Iterator[Denial]:
    for event in _judgements(fleet, run, unit):
        found = event.detail.get("findings")
        for item in found if isinstance(found, list) else ():
            if isinstance(item, Mapping) and item.get("level") == Consequence.DENY.value:
                yield Denial(unit, str(item.get("rule", "")), str(item.get("resource", "")))


def _judgements(fleet: OpenFleet, run: str, unit: UnitAddress) -> Iterator[Event]:
    """Yield what the audit trail says of the plans of a unit in a run, the newest first."""
    only = EventFilter(actions=(action_pattern(PLAN_JUDGED),))
    for event in fleet.ledger.reader.latest_events(_LOOKED_AT, str(unit), only):
        if event.detail.get("run") == run:
            yield event


def judged(fleet: OpenFleet, record: Leaving, run: str, who: Actor) -> Judged:
    """Tell what a run that planned the destruction of a client has found.

    Raises:
        DiagnosticError: the ledger, or the client's file, can't be read.
    """
    cell = record.cell
    known_units = (unit for unit in fleet.ledger.reader.heads() if unit.of_cell == cell)
    units = units_in_order(known_units, fleet_order(fleet.fleet))
    resources = sum(item.resources or 0 for item in fleet.ledger.reader.applied(units).values())
    denials = denials_of(fleet, run, units)
    wanted = _exceptions(denials)
    known = fleet.fleet.cells.get(cell)
    if not wanted or known is None:
        return Judged(units=len(units), resources=resources, denials=denials)
    until = (fleet.session.now() + timedelta(seconds=record.hold_seconds) + _SPARE).date().isoformat()
    said = {"person": who.name, "reason": record.reason or f"{cell.cell} leaves", "until": until}
    place, below = _place(fleet.session.root, known.path)
    return Judged(
        units=len(units),
        resources=resources,
        denials=denials,
        file=place,
        exceptions="".join(exception_text({**item, **said}) for item in wanted),
        below=below,
    )


def _place(root: Path, path: str) -> tuple[str, bool]:
    """The client's file that has exceptions, else the one that they are written into; whether it has some."""
    files = own_files(root, path)
    having = [file for file in files if any(map(_HEAD.match, file.read_text(encoding="utf-8").splitlines()))]
    chosen = next((file for file in files if file.name == "client.yaml"), files[0])
    return (having[0] if having else chosen).relative_to(root).as_posix(), bool(having)


def exception_text(said: Mapping[str, str]) -> str:
    """Write one exception as an item of the list."""
    lines = [f"{key}: {flow_style(value)}" for key, value in said.items()]
    return f"  - {lines[0]}\n" + "".join(f"    {line}\n" for line in lines[1:])


def _exceptions(denials: Sequence[Denial]) -> list[dict[str, str]]:
    """The rule, stack and resource of each exception that would let the destruction pass."""
    named: dict[tuple[str, str], dict[str, None]] = {}
    for item in denials:
        if item.takes_exceptions:
            named.setdefault((item.rule, item.unit.stack), {})[item.resource or ALL] = None
    return [
        {"rule": rule, "stack": stack, "resource": resource}
        for (rule, stack), found in named.items()
        for resource in ([ALL] if ALL in found or len(found) > _NAMED else found)
    ]
