"""The fleet's drift: equal drift in groups, what is acknowledged, and what nothing is known of."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cellwright.app.session.names.holders import names_of
from cellwright.app.session.session import FleetSession
from cellwright.ledger.drift.values import (
    Acknowledgement,
    LookCounts,
    LookResult,
    ResourceHistory,
    UnitDrift,
    group_name,
)
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import MissingError, error
from cellwright.model.runs.plan import ResourceCounts
from cellwright.planning.scope import scope_of
from cellwright.planning.selection import Relatives, select


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftGroup:
    """Units with equal drift: each is the other with its own cell's name in it."""

    shape: str
    """Empty: of a unit that stands alone, because its plan could not be compared."""
    units: tuple[UnitDrift, ...]
    acknowledged: Acknowledgement | None = None
    """The first acknowledgement of one of them; None: they are not acknowledged."""

    @property
    def name(self) -> str:
        """What the group is called on the command line and in addresses."""
        return group_name(self.shape) or str(self.units[0].unit)

    @property
    def where(self) -> str:
        """Which units they are: `client/*/app`."""
        first = self.units[0].unit
        return f"{first.level}/*/{first.stack}" if len(self.units) > 1 else str(first)

    @property
    def counts(self) -> ResourceCounts:
        """What an apply would do to the first of them."""
        return self.units[0].counts

    @property
    def resources(self) -> tuple[ResourceHistory, ...]:
        """What differs, by the example of the first."""
        return tuple(item for item in self.units[0].resources if item.resource.repaired)

    @property
    def since(self) -> str:
        """When the first of them was seen first."""
        return min(unit.since or "" for unit in self.units)

    @property
    def seen(self) -> str:
        """When one of them was seen last."""
        return max(unit.seen or "" for unit in self.units)


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftView:
    """All that is known of drift."""

    groups: tuple[DriftGroup, ...] = ()
    """The largest first."""
    acknowledged: tuple[DriftGroup, ...] = ()
    unknown: tuple[UnitDrift, ...] = ()
    """Units whose newest look has failed."""
    counts: LookCounts = field(default_factory=LookCounts)

    @property
    def units(self) -> tuple[UnitDrift, ...]:
        """Those with drift that is not acknowledged."""
        return tuple(unit for group in self.groups for unit in group.units)

    def only(self, keep: Callable[[UnitAddress], bool]) -> "DriftView":
        """Give what is known of some units alone; the counts stay those of the fleet."""
        return replace(
            self,
            groups=_only(self.groups, keep),
            acknowledged=_only(self.acknowledged, keep),
            unknown=tuple(item for item in self.unknown if keep(item.unit)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitHistory:
    """What is known of one unit's drift, now and before."""

    unit: UnitAddress
    newest: UnitDrift | None
    """None: nobody has looked."""
    acknowledged: Acknowledgement | None
    history: tuple[ResourceHistory, ...]


def list_drift(session: FleetSession, selectors: Sequence[str] = ()) -> DriftView:
    """Give the drift of the fleet, or of some units.

    Raises:
        DiagnosticError: the ledger can't be read, or a selector matches nothing.
    """
    ledger = session.ledger()
    found: Iterable[UnitDrift] = ledger.drift.shown()
    if selectors:
        wanted = chosen_units(session, selectors)
        found = (item for item in found if item.unit in wanted)
    return view_of(tuple(found), ledger.drift.acknowledgements.holding(), ledger.drift.counts())


def chosen_units(session: FleetSession, selectors: Sequence[str]) -> frozenset[UnitAddress]:
    """Find the units that selectors name.

    Raises:
        DiagnosticError: one matches nothing, or the fleet can't be read.
    """
    fleet = session.open(scope=scope_of(selectors, Relatives()))
    heads = fleet.ledger.reader.heads()
    return frozenset(select(fleet.fleet.units, tuple(selectors), Relatives(), heads))


def view_of(found: Sequence[UnitDrift], holding: Sequence[Acknowledgement], counts: LookCounts) -> DriftView:
    """Group units by what is not as it was applied."""
    drifted = [item for item in found if item.is_drifted]
    known = Acknowledged.of(holding)
    open_: list[UnitDrift] = []
    acknowledged: list[UnitDrift] = []
    for item in drifted:
        by = known.of_unit(item)
        (acknowledged if by is not None else open_).append(item)
    return DriftView(
        groups=_groups(open_, known),
        acknowledged=_groups(acknowledged, known),
        unknown=tuple(item for item in found if item.result is LookResult.UNKNOWN),
        counts=counts,
    )


def show_unit(session: FleetSession, unit: UnitAddress) -> UnitHistory:
    """Give what is known of a unit's drift.

    Raises:
        MissingError: the fleet has no such unit, and nobody has ever looked at one of that name.
    """
    found = show_known(session, unit)
    if found.newest is None and not found.history and unit not in session.open().fleet.units:
        raise MissingError(error(f"there is no unit '{unit}'", "`cellwright status --all` lists them"))
    return found


def show_known(session: FleetSession, unit: UnitAddress) -> UnitHistory:
    """Give what is known of the drift of a unit that there is, or was; not of a client that is gone since.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    ledger = session.ledger()
    newest = ledger.drift.of_unit(unit)
    left = names_of(session).left_before(unit.of_cell)
    history = tuple(item for item in ledger.drift.history(unit) if item.first_seen > left)
    known = Acknowledged.of(ledger.drift.acknowledgements.holding())
    by = known.of_unit(newest) if newest is not None and newest.is_drifted else None
    return UnitHistory(unit=unit, newest=newest, acknowledged=by, history=history)


def group_named(view: DriftView, name: str) -> DriftGroup:
    """Find a group, by its name or the beginning of its shape.

    Raises:
        MissingError: there is none, or several begin like that.
    """
    groups = (*view.groups, *view.acknowledged)
    found = [item for item in groups if item.name == name] or [
        item for item in groups if name and item.shape.startswith(name)
    ]
    if len(found) != 1:
        several = "several groups of drift begin with" if found else "there is no group of drift"
        raise MissingError(error(f"{several} '{name}'", "`cellwright drift` lists them"))
    return found[0]


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The acknowledgements that count now, to be asked for a unit's."""

    shapes: Mapping[str, Acknowledgement]
    units: Mapping[str, Acknowledgement]
    """By the digest of what the unit's drift was when it was acknowledged, and the unit."""
    resources: Mapping[tuple[str, str, str], Acknowledgement]
    """By unit, resource, and the digest of what its drift was."""

    @classmethod
    def of(cls, holding: Iterable[Acknowledgement]) -> "Acknowledged":
        """Index them."""
        found = tuple(holding)
        return cls(
            {item.shape: item for item in found if not item.unit},
            {f"{item.unit} {item.digest}": item for item in found if item.unit and not item.resource},
            {(item.unit, item.resource, item.digest): item for item in found if item.resource},
        )

    def of_unit(self, drift: UnitDrift) -> Acknowledgement | None:
        """Give the acknowledgement of all of a unit's drift as it is now; None if it shows."""
        if (by := self.shapes.get(drift.shape)) is not None and drift.shape:
            return by
        if (by := self.units.get(f"{drift.unit} {drift.digest}")) is not None:
            return by
        each = [self.of_resource(item) for item in drift.resources if item.resource.repaired]
        return each[0] if each and all(each) else None

    def of_resource(self, item: ResourceHistory) -> Acknowledgement | None:
        """Give the acknowledgement of one resource's drift as it is now."""
        return self.resources.get((str(item.unit), item.resource.address, item.resource.digest))

    def without(self, drift: UnitDrift) -> UnitDrift:
        """Leave out the resources that are acknowledged by themselves."""
        left = tuple(item for item in drift.resources if self.of_resource(item) is None)
        return replace(drift, resources=left) if len(left) < len(drift.resources) else drift


def _only(groups: Iterable[DriftGroup], keep: Callable[[UnitAddress], bool]) -> tuple[DriftGroup, ...]:
    found = (
        replace(group, units=members)
        for group in groups
        if (members := tuple(item for item in group.units if keep(item.unit)))
    )
    return tuple(sorted(found, key=lambda group: -len(group.units)))


def _groups(units: Collection[UnitDrift], known: Acknowledged) -> tuple[DriftGroup, ...]:
    by_shape: dict[str, list[UnitDrift]] = {}
    for unit in units:
        by_shape.setdefault(unit.shape or f"\0{unit.unit}", []).append(unit)
    found = (
        DriftGroup(
            shape="" if key.startswith("\0") else key,
            units=tuple(map(known.without, members)) if known.of_unit(members[0]) is None else tuple(members),
            acknowledged=known.of_unit(members[0]),
        )
        for key, members in by_shape.items()
    )
    return tuple(sorted(found, key=lambda group: -len(group.units)))
