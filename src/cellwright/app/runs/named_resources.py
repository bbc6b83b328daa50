"""Which units have the resources that are named by their addresses: in their states, or in their stacks."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from cellwright.app.session.session import OpenFleet
from cellwright.engine.unit.ports import NoDepot, NoStateDepot
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedUnit
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.runs.change import Status, UnitStatus
from cellwright.model.runs.plan_options import PlanOptions
from cellwright.model.runs.progress import SilentReporter
from cellwright.model.runs.run import LOOK
from cellwright.model.text.suggestion import nearest_three
from cellwright.stacks.source.root_addresses import root_parts

_RECORDED = frozenset({Status.UP_TO_DATE, Status.CHANGED, Status.FAILED})
"""Statuses of units that have something real."""
_LISTED = 5


def that_have(
    fleet: OpenFleet, statuses: Sequence[UnitStatus], options: PlanOptions
) -> tuple[UnitStatus, ...]:
    """Give those units of which `options` can make a plan; what is to be destroyed is not among them.

    Raises:
        DiagnosticError: no unit has something that is named, or a state can't be read.
    """
    if options.refresh_only:
        return tuple(item for item in statuses if item.status in _RECORDED)
    wanted = [item for item in statuses if item.status is not Status.DESTROY]
    found = _Found.among(fleet, [item.address for item in wanted])
    parts = (*options.targets, *options.excludes)
    faults = [*found.unknown(options.replace, parts=False), *found.unknown(parts, parts=True)]
    if faults:
        raise DiagnosticError(*faults)
    return tuple(item for item in wanted if found.has(item.address, options))


class _Found:
    """What units have: addresses in their states, and what their stacks declare."""

    def __init__(self) -> None:
        self.made: dict[UnitAddress, frozenset[str] | None] = {}
        """None where only the unit's own program can read its state."""
        self.declared: dict[UnitAddress, frozenset[str]] = {}

    @classmethod
    def among(cls, fleet: OpenFleet, units: Collection[UnitAddress]) -> "_Found":
        """Look at some units."""
        # Imported when it is needed: Terraform's rooms and the relay.
        from cellwright.app.runs.terraform import terraform_for  # noqa: PLC0415

        found = cls()
        terraform = terraform_for(fleet, NoDepot(), NoStateDepot())(LOOK, SilentReporter())
        applied = fleet.ledger.reader.applied(units)
        for unit in units:
            known = applied.get(unit)
            found.made[unit] = _made(known, terraform.content_of) if known is not None else frozenset()
            settings = fleet.fleet.units.get(unit)
            tree = fleet.stacks.catalogue.tree(settings.stack) if settings is not None else None
            found.declared[unit] = (root_parts(tree) if tree is not None else None) or frozenset()
        return found

    def has(self, unit: UnitAddress, options: PlanOptions) -> bool:
        """Tell whether a unit has anything that is named."""
        replaced = any(self._has_made(unit, item) for item in options.replace)
        parts = (*options.targets, *options.excludes)
        return replaced or any(self._has_part(unit, item) for item in parts)

    def unknown(self, named: Iterable[str], *, parts: bool) -> Iterator[Diagnostic]:
        """Tell of each address that no unit has."""
        has = self._has_part if parts else self._has_made
        for address in named:
            if not any(has(unit, address) for unit in self.made):
                yield self._unknown(address, parts=parts)

    def _has_made(self, unit: UnitAddress, address: str) -> bool:
        made = self.made[unit]
        return made is None or address in made

    def _has_part(self, unit: UnitAddress, address: str) -> bool:
        made = self.made[unit]
        parts = made is None or any(_within(item, address) for item in made)
        return parts or any(_within(address, item) for item in self.declared[unit])

    def _unknown(self, address: str, *, parts: bool) -> Diagnostic:
        known = {item for made in self.made.values() for item in made or ()}
        if parts:
            known |= {item for declared in self.declared.values() for item in declared}
        near = sorted(item for item in known if _within(item, address)) or nearest_three(address, known)
        listed = ", ".join((near or sorted(known))[:_LISTED])
        what = "has" if parts else "has made"
        detail = f"{'nearest' if near else 'known'}: {listed}" if listed else "nothing was made there yet"
        return error(f"none of the selected units {what} '{address}'", detail)


def _made(applied: AppliedUnit, content_of: Callable[[AppliedUnit], bytes | None]) -> frozenset[str] | None:
    content = content_of(applied)
    if content is None:
        return frozenset()
    from cellwright.terraform.output.states.state_resources import resources_in  # noqa: PLC0415  as above

    try:
        return frozenset(item.address for item in resources_in(content))
    except DiagnosticError:
        return None  # it is encrypted


def _within(address: str, part: str) -> bool:
    """Tell whether an address is a part, an instance of it, or lies in it."""
    return address == part or address.startswith((f"{part}.", f"{part}["))
