"""`capacity`: how full each place is, and how many more cells fit."""

from collections.abc import Mapping
from dataclasses import dataclass

from cellwright.app.runs.placement.places import pending, with_claims
from cellwright.app.session.session import FleetSession
from cellwright.capacity.book import CapacityBook, read_book
from cellwright.capacity.places import hosting_levels, is_active
from cellwright.model.diagnostic import MissingError, error
from cellwright.model.quotas import CLIENTS, QUOTAS, Quota
from cellwright.model.text.suggestion import advice


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceView:
    """What a place has and uses of one resource."""

    resource: str
    label: str
    used: int
    limit: int | None
    """None: no limit is known."""
    origin: str
    """Where the limit comes from: `AWS`, `fleet.yaml`, or the place by its name."""
    own: int
    clients: int
    elsewhere: int
    reserved: int

    @property
    def free(self) -> int | None:
        """What is left; None without a limit."""
        return None if self.limit is None else self.limit - self.used

    @property
    def quota(self) -> Quota | None:
        """The quota of AWS that it stands for."""
        return QUOTAS.get(self.resource)

    @property
    def used_by(self) -> str:
        """Who uses how much of it: `1 of its own, 2 by cells in it`; empty where nobody does."""
        parts = {
            "of its own": self.own,
            # Each cell is one of these.
            "by cells in it": self.clients if self.resource != CLIENTS else 0,
            "in other regions": self.elsewhere,
            "reserved": self.reserved,
        }
        return ", ".join(f"{number:,} {whose}" for whose, number in parts.items() if number)

    @property
    def share(self) -> float:
        """The part that is used, as far as there is a limit: 1 is all."""
        if self.limit is None:
            return 0.0
        return min(self.used / self.limit, 1.0) if self.limit else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceView:
    """A place, and how full it is."""

    place: str
    path: str
    """The file of its settings, relative to the fleet's root."""
    cells: tuple[str, ...]
    labels: Mapping[str, tuple[str, ...]]
    """What rules can choose it by."""
    clients: int
    """The cells that are placed in it."""
    expected: tuple[str, ...]
    """Cells to come: the ledger knows of them, the files do not yet."""
    room: int | None
    """How many more cells fit of the kind that is usual there; None: any number."""
    tightest: str | None
    """The resource that fills first; None without any limit."""
    resources: tuple[ResourceView, ...]

    @property
    def tight(self) -> ResourceView | None:
        """The resource that fills first."""
        return next((item for item in self.resources if item.resource == self.tightest), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityView:
    """Every place of a fleet, or one."""

    counted: bool
    """False: the fleet says nothing of capacity."""
    strategy: str
    """How rules choose among places with room."""
    few: int
    """With room for fewer more, a place is nearly full."""
    places: tuple[PlaceView, ...]
    levels: tuple[str, ...] = ()
    """The levels in whose cells others are placed."""


def show_capacity(session: FleetSession, place: str | None = None) -> CapacityView:
    """Show how full every place is, or one, with the cells to come.

    Raises:
        DiagnosticError: there is no such place, or the ledger can't be read.
    """
    fleet = session.snapshot().fleet
    book = with_claims(read_book(fleet)[0], pending(session, fleet))
    if place is not None and place not in book.places:
        detail = (
            advice(place, book.places) or "a place is a cell in which others are placed, such as an account"
        )
        raise MissingError(error(f"there is no place '{place}'", detail))
    names = book.places if place is None else (place,)
    return CapacityView(
        counted=is_active(fleet),
        strategy=fleet.capacity.strategy,
        few=fleet.capacity.few,
        places=tuple(_view(book, name) for name in names),
        levels=tuple(level.name for level in hosting_levels(fleet)),
    )


def _view(book: CapacityBook, name: str) -> PlaceView:
    item = book.places[name]
    tightest = book.tightest(name)
    return PlaceView(
        place=name,
        path=item.place.path,
        cells=tuple(map(str, item.place.cells)),
        labels={key: values for key, values in item.place.labels.items() if key != "name"},
        clients=len(item.clients),
        expected=tuple(sorted(item.expected)),
        room=book.room(name),
        tightest=tightest.resource if tightest is not None else None,
        resources=tuple(
            ResourceView(
                resource=held.resource,
                label=book.settings.label(held.resource),
                used=held.used,
                limit=held.limit,
                origin=held.origin,
                own=held.own,
                clients=held.clients,
                elsewhere=held.elsewhere,
                reserved=held.reserved,
            )
            for held in book.holdings(name)
        ),
    )
