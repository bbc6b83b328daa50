"""Which units a run works on, and in which order."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cellwright.app.runs.guards.gone import refuse_hidden
from cellwright.app.runs.guards.shared_states import taken_over, without_taken_over
from cellwright.app.session.session import OpenFleet
from cellwright.app.status.imports import with_imports
from cellwright.app.status.moves import with_declared_moves
from cellwright.app.status.secret_look import SecretLook
from cellwright.app.status.status import comparison_of
from cellwright.engine.asked import Asked
from cellwright.engine.unit.orphan import upstreams_of
from cellwright.fleet.scope import Scope
from cellwright.fleet.stack_order import fleet_order, units_in_order
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.change import Status
from cellwright.model.runs.plan_options import USUAL, PlanOptions
from cellwright.model.runs.run import Operation
from cellwright.planning.choice import Choice, choose, left_standing, make_choice
from cellwright.planning.outline import graph_of
from cellwright.planning.scope import scope_of
from cellwright.planning.selection import Relatives, select
from cellwright.planning.state_acceptance import NOTHING_ACCEPTED, StateAcceptance


@dataclass(frozen=True, slots=True)
class Selection:
    """Which units are meant."""

    selectors: Sequence[str] = ()
    relatives: Relatives = field(default_factory=Relatives)
    destroy: bool = False
    """Include units that are switched off or no longer in the fleet."""
    thorough: bool = False
    """Include units that are up to date."""
    accepted: str = ""
    """Why the states of the units that the selectors name are accepted as they are; empty: they are not."""
    options: PlanOptions = USUAL
    """How plans are made. Only units that have what is named by an address are meant."""

    @property
    def asked(self) -> Asked:
        """How the run is asked for, besides its units."""
        return Asked(thorough=self.thorough, options=self.options)

    @property
    def scope(self) -> Scope | None:
        """The part of the fleet in which they lie; None if that may be all of it."""
        return scope_of(self.selectors, self.relatives)


def choose_units(fleet: OpenFleet, selection: Selection) -> Choice:
    """Find the selected units that have something to do.

    Raises:
        DiagnosticError: a selector matches nothing, no unit has what is to be replaced or chosen, or a unit
            would lose one that it depends on.
    """
    comparison = comparison_of(fleet)
    units = fleet.fleet.units
    chosen = select(units, selection.selectors, selection.relatives, comparison.heads)
    compared = with_imports(fleet.fleet.cells, fleet.ledger.reader.applied, comparison.statuses(chosen))
    compared = with_declared_moves(fleet.fleet.levels, fleet.ledger.reader.applied, compared)
    statuses = _look(fleet).completed(compared)
    named = frozenset(item.address for item in statuses if str(item.address) in selection.selectors)
    if selection.options:
        # Imported where plans name resources: it reads stacks' code and states.
        from cellwright.app.runs.named_resources import that_have  # noqa: PLC0415

        statuses = that_have(fleet, statuses, selection.options)
    doomed = [item.address for item in statuses if item.status is Status.DESTROY]
    recorded = _recorded_upstreams(fleet, chosen if doomed else ())
    choice = choose(
        statuses,
        units,
        recorded,
        destroy=selection.destroy,
        named=named,
        thorough=selection.thorough or bool(selection.options),
    )
    _refuse_left_standing(fleet, choice)
    refuse_hidden(fleet, choice)
    choice = without_taken_over(fleet, choice)
    renamed = taken_over(fleet, choice.waiting)
    waiting = tuple(item for item in choice.waiting if item not in renamed)
    return _in_order(fleet, replace(choice, waiting=waiting))


def _in_order(fleet: OpenFleet, choice: Choice) -> Choice:
    """List the units as `status` does; plans, questions and reports keep that order."""
    order = fleet_order(fleet.fleet)
    parts = {part.address: part for part in choice.parts}
    return replace(
        choice,
        parts=tuple(parts[address] for address in units_in_order(parts, order)),
        waiting=tuple(units_in_order(choice.waiting, order)),
    )


def _look(fleet: OpenFleet) -> SecretLook:
    return SecretLook(
        units=fleet.fleet.units,
        stacks=fleet.stacks.facts,
        digester=fleet.digester,
        secrets=fleet.secrets,
        applied=fleet.ledger.reader.applied,
    )


def acceptance_of(fleet: OpenFleet, selection: Selection) -> StateAcceptance:
    """Tell whose states are accepted: those of the units that the selectors name, not of their relatives."""
    if not selection.accepted:
        return NOTHING_ACCEPTED
    heads = fleet.ledger.reader.heads()
    named = select(fleet.fleet.units, selection.selectors, Relatives(), heads)
    return StateAcceptance.of(named, selection.accepted)


def choice_of(fleet: OpenFleet, operations: Mapping[UnitAddress, Operation]) -> Choice:
    """Order units whose operations are settled already.

    Raises:
        DiagnosticError: a unit would lose one that it depends on.
    """
    choice = make_choice(
        [address for address, operation in operations.items() if operation is Operation.APPLY],
        [address for address, operation in operations.items() if operation is Operation.DESTROY],
        graph_of(fleet.fleet.units, enabled_only=True),
        _recorded_upstreams(fleet, operations.keys()),
    )
    _refuse_left_standing(fleet, choice)
    return _in_order(fleet, without_taken_over(fleet, choice))


def _refuse_left_standing(fleet: OpenFleet, choice: Choice) -> None:
    """Destroy nothing that a unit depends on which the run leaves as it is."""
    if all(part.operation is Operation.APPLY for part in choice.parts):
        return
    known = fleet.ledger.reader.applied(None)
    recorded = {address: upstreams_of(item) for address, item in known.items()}
    found = left_standing(choice, recorded)
    if found:
        raise DiagnosticError(
            *(
                error(
                    f"{upstream} can't be destroyed: {unit} still stands on it, as it was applied last",
                    f"take {unit} along: apply it, or destroy it too",
                )
                for unit, upstream in found
            )
        )


def _recorded_upstreams(
    fleet: OpenFleet, addresses: Collection[UnitAddress]
) -> Mapping[UnitAddress, frozenset[UnitAddress]]:
    """Give what each of these units depended on when it was applied."""
    if not addresses:
        return {}
    found = fleet.ledger.reader.applied(addresses)
    return {address: upstreams_of(item) for address, item in found.items()}
