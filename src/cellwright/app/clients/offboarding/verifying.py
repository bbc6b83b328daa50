"""After the destruction: looks at each state, and asks the providers whether each resource is gone."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from cellwright.app.clients.offboarding.kept_states import KeptStates
from cellwright.app.clients.offboarding.terraform import evaluator_for, terraform_of
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.session import OpenFleet
from cellwright.destruction.methods import is_never_read, is_state_only
from cellwright.engine.adapter.read_back import still_standing
from cellwright.engine.adapter.run_terraform import RunTerraform
from cellwright.ledger.clients.values import DoomedResource, DoomedUnit, Finding, Offboarding
from cellwright.ledger.database.rows import applied_from_json
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.applied import AppliedUnit
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.offboarding import Phase
from cellwright.model.runs.run import Operation, RunUnit
from cellwright.terraform.output.states.state_resources import resources_in

_SHOWN = 5
NOTHING_KNOWN = frozenset({"", "empty", "gone", "unknown"})
"""States in which nothing was seen after the destruction."""


def look_for_remains(
    fleet: OpenFleet, record: Offboarding, talk: Conversation, *, accepted: str = ""
) -> None:
    """Look for all that was destroyed, and record what was found.

    Raises:
        DiagnosticError: something still stands, and nobody has accepted that.
    """
    resources: dict[UnitAddress, list[DoomedResource]] = {}
    for item in fleet.ledger.remains.resources(record.id):
        resources.setdefault(item.unit, []).append(item)
    left: list[str] = []
    for unit in fleet.ledger.remains.units(record.id):
        if talk.interrupted():
            raise DiagnosticError(error("interrupted while what was destroyed was looked for", "go on later"))
        look = _Look(fleet, record, unit, resources.get(unit.unit, []))
        after, found = look.state_now(), look.resources()
        fleet.ledger.remains.found(record.id, unit.unit, after, found)
        if after not in NOTHING_KNOWN:
            left.append(f"the state of {unit.unit} has {after}")
        left += [f"{unit.unit}: {item.address}" for item in found if item.finding is Finding.STANDING]
    if left and not accepted:
        more = f" and {len(left) - _SHOWN} more" if len(left) > _SHOWN else ""
        raise DiagnosticError(
            error(
                f"something of {record.cell} still stands after its destruction: "
                f"{', '.join(left[:_SHOWN])}{more}",
                f"remove it by hand, then go on: cellwright offboard {record.cell.cell}; to go on although "
                "it stands: --accept-state REASON",
            )
        )


def left_standing(fleet: OpenFleet, cell: CellAddress) -> Offboarding | None:
    """Give the offboarding that took a client away although something of it still stood; None: none did."""
    record = next(iter(fleet.ledger.offboardings.of_cell(cell)), None)
    if record is None or record.phase is not Phase.DONE or cell in fleet.fleet.cells:
        return None
    remains = fleet.ledger.remains
    stood = any(item.finding is Finding.STANDING for item in remains.resources(record.id))
    if stood or any(unit.state_after not in NOTHING_KNOWN for unit in remains.units(record.id)):
        return record
    return None


class _Look:
    """The look at one unit."""

    def __init__(
        self, fleet: OpenFleet, record: Offboarding, unit: DoomedUnit, resources: Sequence[DoomedResource]
    ) -> None:
        self._fleet, self._record, self._unit, self._resources = fleet, record, unit, resources
        self._applied: AppliedUnit = applied_from_json(unit.record)

    @property
    def _terraform(self) -> RunTerraform:
        return terraform_of(self._fleet, self._record.plan_run)

    def state_now(self) -> str:
        """Tell what the unit's state is now."""
        try:
            content = self._terraform.content_of(self._applied)
            if content is None:
                return "gone"
            count = len(resources_in(content))
        except DiagnosticError:
            # What was seen there once is not gone because nobody can look now.
            before = self._unit.state_after
            return "unknown" if before in NOTHING_KNOWN else before
        return f"{count} resources" if count else "empty"

    def resources(self) -> list[DoomedResource]:
        """Tell of each resource whether it is gone, as its provider says."""
        if all(_untold(item) for item in self._resources):
            return [self._told(item, {}) for item in self._resources]
        try:
            standing = self._ask()
        except DiagnosticError as fault:
            why = f"the provider could not be asked: {fault.diagnostics[0].summary}"
            return [self._not_asked(item, why) for item in self._resources]
        return [self._told(item, standing) for item in self._resources]

    def _ask(self) -> Mapping[str, str]:
        kept = KeptStates.of(self._fleet, self._record.id)
        content = kept.get(self._unit.unit, self._unit.state_digest)
        if content is None or hashlib.sha256(content).hexdigest() != self._unit.state_digest:
            raise DiagnosticError(error("the state from before is not here", "look where it was kept"))
        part = RunUnit(self._unit.unit, Operation.DESTROY, 0)
        task = evaluator_for(self._fleet, self._record.plan_run).as_it_was(part, self._applied)
        found = still_standing(self._terraform, task, content, f"{self._record.plan_run}-back")
        return dict.fromkeys(found, "")

    def _not_asked(self, item: DoomedResource, why: str) -> DoomedResource:
        if item.finding is Finding.STANDING:
            return replace(
                item, detail=f"the provider still had it on {item.looked_at[:10]}; since then {why}"
            )
        return replace(item, finding=Finding.UNKNOWN, detail=why)

    def _told(self, item: DoomedResource, standing: Mapping[str, str]) -> DoomedResource:
        untold = _untold(item)
        if untold:
            return replace(item, finding=Finding.UNKNOWN, detail=untold)
        if item.address in standing:
            return replace(item, finding=Finding.STANDING, detail="the provider still has it")
        return replace(item, finding=Finding.GONE, detail="the provider does not find it any more")


def _untold(item: DoomedResource) -> str:
    """Say why a provider tells nothing of a resource: asked for it, it repeats what the state says."""
    if is_state_only(item.provider, item.type):
        name = item.provider.rpartition("/")[2] or "this provider"
        what = item.type if name == "aws" else f"a resource of {name}"
        return f"{what} exists in the state only"
    if is_never_read(item.provider, item.type):
        return f"the provider never looks for {item.type}"
    return ""
