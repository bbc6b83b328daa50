"""Who can do what at a cell."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cellwright.access.roles import PERMITS, Permission, Role
from cellwright.app.people.standing import grant_of, people_of, shown_scope
from cellwright.app.session.session import FleetSession
from cellwright.ledger.people.records import GrantOrigin, GrantRecord, Person
from cellwright.model.address import CellAddress


@dataclass(frozen=True, slots=True, kw_only=True)
class Through:
    """A role by which somebody may do something."""

    role: str
    where: str
    origin: GrantOrigin
    expires: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoCan:
    """Somebody who may do something at a cell, and by which roles."""

    person: Person
    permissions: tuple[Permission, ...]
    through: tuple[Through, ...]


def who_can(session: FleetSession, cell: CellAddress | None, tags: Iterable[str] = ()) -> tuple[WhoCan, ...]:
    """Give everybody who may do anything at a cell, or, with None, in the whole fleet; by their login."""
    people, wanted = people_of(session), tuple(tags)
    by_person: dict[str, list[GrantRecord]] = {}
    for record in people.standing.all():
        if _covers(record, cell, wanted):
            by_person.setdefault(record.person, []).append(record)
    found = (person for person in people.directory.all() if person.disabled_at is None)
    return tuple(_who(person, by_person[person.id]) for person in found if person.id in by_person)


def _covers(record: GrantRecord, cell: CellAddress | None, tags: tuple[str, ...]) -> bool:
    known = record.role in {role.value for role in Role}
    return known and grant_of(record).scope.covers(cell, tags)


def _who(person: Person, records: Sequence[GrantRecord]) -> WhoCan:
    grants = [grant_of(record) for record in records]
    permitted = {permission for grant in grants for permission in PERMITS[grant.role]}
    return WhoCan(
        person=person,
        permissions=tuple(permission for permission in Permission if permission in permitted),
        through=tuple(
            Through(role=record.role, where=shown_scope(grant), origin=record.origin, expires=record.expires)
            for record, grant in zip(records, grants, strict=True)
        ),
    )
