"""The book of capacity: how much each place has of each resource, and what of it is used."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from cellwright.capacity.places import Entry, Place, read_places
from cellwright.fleet.capacity import CapacitySettings, Resources, added
from cellwright.fleet.fleet import Fleet, Level
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import Diagnostic
from cellwright.model.quotas import CLIENTS, QUOTAS, Scope

_ONE: Resources = ((CLIENTS, 1),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What a place has and uses of one resource."""

    resource: str
    limit: int | None
    """None: no limit is known."""
    origin: str
    """Where the limit comes from: `AWS`, `fleet.yaml`, or the place's own settings by its name."""
    own: int
    """What its own stacks use."""
    clients: int
    """What the cells that are placed in it use."""
    elsewhere: int
    """What other places of the same AWS account use, of what counts for the whole account."""
    reserved: int
    """What is used outside of the fleet."""

    @property
    def used(self) -> int:
        """All that is used."""
        return self.own + self.clients + self.elsewhere + self.reserved

    @property
    def free(self) -> int | None:
        """What is left, below zero if it is more than used up; None without a limit."""
        return None if self.limit is None else self.limit - self.used


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceUse:
    """A place, the cells in it, and what they use."""

    place: Place
    own: Resources = ()
    clients: tuple[CellAddress, ...] = ()
    """Those that the files place in it, sorted by name."""
    profiles: Mapping[Resources, int] = field(default_factory=dict)
    """How many of them use the same."""
    expected: Mapping[str, Resources] = field(default_factory=dict)
    """What cells use that are to come: the ledger knows of them, the files do not yet."""

    @property
    def by_clients(self) -> Mapping[str, int]:
        """Add up what the cells in it use, those to come included."""
        total: dict[str, int] = dict(added(self.expected.values()))
        for profile, count in self.profiles.items():
            for resource, amount in profile:
                total[resource] = total.get(resource, 0) + amount * count
        return total


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityBook:
    """Every place with what it has and uses."""

    settings: CapacitySettings
    places: Mapping[str, PlaceUse]
    """By name, in natural order."""
    resources: tuple[str, ...]
    """Those that anything uses or any place limits, in the order of AWS's table, then of names."""
    usual: Resources
    """What most new cells use, as far as that can be told."""
    totals: Mapping[str, tuple[Mapping[str, int], Mapping[str, int]]]
    """What each place's own stacks and its cells use."""
    accounts: Mapping[str, tuple[str, ...]]
    """The places of each AWS account."""

    def holding(self, name: str, resource: str) -> Holding:
        """Give what a place has and uses of a resource."""
        place = self.places[name].place
        own, clients = self.totals[name]
        limit, origin = self._limit(place, resource)
        return Holding(
            resource=resource,
            limit=limit,
            origin=origin,
            own=own.get(resource, 0),
            clients=clients.get(resource, 0),
            elsewhere=self._elsewhere(place, resource),
            reserved=place.entries.get(resource, Entry()).reserved,
        )

    def holdings(self, name: str) -> tuple[Holding, ...]:
        """Give what a place has and uses of every resource."""
        return tuple(self.holding(name, resource) for resource in self.resources)

    def lacking(self, name: str, wanted: Resources) -> tuple[Holding, ...]:
        """Give that of which a place, or one that it lies in, has not enough for one more cell."""
        return tuple(
            held
            for host in self._chain(name)
            for resource, amount in (*_ONE, *wanted)
            if (free := (held := self.holding(host, resource)).free) is not None and free < amount
        )

    def room(self, name: str, wanted: Resources | None = None) -> int | None:
        """Tell how many more cells fit that use what is wanted, or what is usual; None: any number."""
        uses = (*_ONE, *(self.usual_in(name) if wanted is None else wanted))
        rooms = [
            max(free, 0) // amount
            for host in self._chain(name)
            for resource, amount in uses
            if amount and (free := self.holding(host, resource).free) is not None
        ]
        return min(rooms, default=None)

    def usual_in(self, name: str) -> Resources:
        """Give what most cells of a place use; where it has none, what is usual in the fleet."""
        return _most_common(self.places[name].profiles) or self.usual

    def tightest(self, name: str) -> Holding | None:
        """Give the resource that fills first, by what most cells of the place use; None without any limit."""
        uses = dict((*_ONE, *self.usual_in(name)))
        limited = [held for held in self.holdings(name) if held.free is not None]
        wanted = [held for held in limited if uses.get(held.resource)] or limited
        return min(
            wanted,
            key=lambda held: (
                max(held.free or 0, -1) // (uses.get(held.resource) or 1),
                -_share(held),
                held.resource,
            ),
            default=None,
        )

    def fullness(self, name: str, wanted: Resources = ()) -> float:
        """Tell how full a place would be with one more cell: the largest share of what any resource has."""
        uses = dict((*_ONE, *wanted))
        return max((_share(held, uses.get(held.resource, 0)) for held in self.holdings(name)), default=0.0)

    def count(self, name: str) -> int:
        """Count the cells in a place, those to come included."""
        return self.places[name].by_clients.get(CLIENTS, 0)

    def expecting(self, cells: Mapping[str, tuple[str, Resources]]) -> "CapacityBook":
        """Give the book with cells that are to come: each one's place and what it uses, by its address."""
        places = dict(self.places)
        totals = dict(self.totals)
        for cell, (name, uses) in cells.items():
            for host in self._chain(name) if name in places else ():
                known = places[host]
                places[host] = replace(known, expected={**known.expected, cell: added((_ONE, uses))})
        for name, item in places.items():
            if item is not self.places[name]:
                totals[name] = (totals[name][0], item.by_clients)
        return replace(self, places=places, totals=totals)

    def _limit(self, place: Place, resource: str) -> tuple[int | None, str]:
        entry = place.entries.get(resource)
        if entry is not None and entry.limited:
            return entry.limit, place.name
        if resource in self.settings.resources:
            return self.settings.resources[resource].limit, "fleet.yaml"
        quota = QUOTAS.get(resource)
        return (quota.default, "AWS") if quota is not None else (None, "")

    def _elsewhere(self, place: Place, resource: str) -> int:
        quota = QUOTAS.get(resource)
        if quota is None or quota.scope is not Scope.ACCOUNT:
            return 0
        others = (name for name in self.accounts[place.account] if name != place.name)
        return sum(part.get(resource, 0) for name in others for part in self.totals[name])

    def _chain(self, name: str) -> Iterator[str]:
        """Yield a place and those that it lies in."""
        seen: set[str] = set()
        at: str | None = name
        while at is not None and at in self.places and at not in seen:
            seen.add(at)
            yield at
            at = self.places[at].place.within


def read_book(fleet: Fleet) -> tuple[CapacityBook, tuple[Diagnostic, ...]]:
    """Read the book from a fleet's files, with findings about what the places' settings say."""
    places, findings = read_places(fleet)
    filled = _filled(fleet, places)
    totals = {name: (dict(item.own), item.by_clients) for name, item in filled.items()}
    accounts: dict[str, tuple[str, ...]] = {}
    for name, place in places.items():
        accounts[place.account] = (*accounts.get(place.account, ()), name)
    declared = [
        use.resource for level in fleet.levels for stack in level.stacks.values() for use in stack.uses
    ]
    limited = [resource for place in places.values() for resource in place.entries]
    named = {CLIENTS, *declared, *limited, *fleet.capacity.resources}
    order = {resource: index for index, resource in enumerate((CLIENTS, *QUOTAS))}
    return CapacityBook(
        settings=fleet.capacity,
        places=filled,
        resources=tuple(sorted(named, key=lambda item: (order.get(item, len(order)), item))),
        usual=_usual(fleet, filled),
        totals=totals,
        accounts=accounts,
    ), findings


def _filled(fleet: Fleet, places: Mapping[str, Place]) -> dict[str, PlaceUse]:
    """Put every cell into its place, and into those in which that lies."""
    clients: dict[str, list[CellAddress]] = {name: [] for name in places}
    profiles: dict[str, Counter[Resources]] = {name: Counter() for name in places}
    plus_one: dict[int, Resources] = {}
    kept: list[Resources] = []
    for address, cell in fleet.cells.items():
        at = cell.placement.cell if cell.placement is not None else None
        if at is None or at not in places:
            continue
        uses = fleet.units.resources(address)
        profile = plus_one.get(id(uses))
        if profile is None:
            kept.append(uses)  # so that its id is not reused
            profile = plus_one[id(uses)] = added((_ONE, uses))
        for host in _hosts(places, at):
            clients[host].append(address)
            profiles[host][profile] += 1
    return {
        name: PlaceUse(
            place=place,
            own=added(fleet.units.resources(cell) for cell in place.cells),
            clients=tuple(clients[name]),
            profiles=profiles[name],
        )
        for name, place in places.items()
    }


def _hosts(places: Mapping[str, Place], name: str) -> Iterable[str]:
    within = places[name].within
    if within is None or within not in places:
        return (name,)
    found = [name]
    while within is not None and within in places and within not in found:
        found.append(within)
        within = places[within].within
    return found


def _usual(fleet: Fleet, places: Mapping[str, PlaceUse]) -> Resources:
    total: Counter[Resources] = Counter()
    for item in places.values():
        if item.place.within is None:
            total.update(item.profiles)
    return _most_common(total) or _declared(fleet)


def _most_common(profiles: Mapping[Resources, int]) -> Resources:
    """Give what most use, without the place that each takes; of equal numbers the larger use."""
    if not profiles:
        return ()
    chosen = max(profiles, key=lambda item: (profiles[item], sum(amount for _, amount in item), item))
    return tuple(part for part in chosen if part[0] != CLIENTS)


def _declared(fleet: Fleet) -> Resources:
    """Give what a cell uses with the stacks that are on by default, each once: no cell shows more yet."""
    placed: list[Level] = [level for level in fleet.levels if level.placement is not None]
    stacks = placed[-1].stacks.values() if placed else ()
    return added(
        ((use.resource, use.count),) for stack in stacks if stack.enabled for use in stack.uses if use.count
    )


def _share(held: Holding, more: int = 0) -> float:
    if held.limit is None:
        return 0.0
    return (held.used + more) / held.limit if held.limit else (2.0 if held.used + more else 1.0)
