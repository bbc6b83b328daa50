"""What a client had before it was destroyed, and what was found of it afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cellwright.ledger.clients.values import DoomedResource, DoomedUnit, Finding
from cellwright.ledger.database.codec import dump, plain_json, plain_text
from cellwright.ledger.database.damage import reads
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.dialect import DialectSql, time_parameters
from cellwright.ledger.database.sql import text
from cellwright.model.address import UnitAddress
from cellwright.model.text.json_text import read_json

_PUT_UNIT = text(
    "INSERT INTO offboarding_units (offboarding, unit, record, state_place, state_digest, archived_as,"
    " state_after, looked_at) VALUES (:id, :unit, :record, :place, :digest, :archived, '', '')"
    " ON CONFLICT (offboarding, unit) DO UPDATE SET record = excluded.record,"
    " state_place = excluded.state_place, state_digest = excluded.state_digest,"
    " archived_as = excluded.archived_as"
)
_PUT_RESOURCE = text(
    "INSERT INTO offboarding_resources (offboarding, unit, address, type, provider, provider_id, facts,"
    " finding, detail, looked_at) VALUES (:id, :unit, :address, :type, :provider, :provider_id, :facts,"
    " 'unread', '', '') ON CONFLICT (offboarding, unit, address) DO UPDATE SET type = excluded.type,"
    " provider = excluded.provider, provider_id = excluded.provider_id, facts = excluded.facts"
)
_UNITS = text(
    "SELECT unit, record, state_place, state_digest, archived_as, state_after, looked_at"
    " FROM offboarding_units WHERE offboarding = :id ORDER BY unit"
)
_RESOURCES = text(
    "SELECT unit, address, type, provider, provider_id, facts, finding, detail, looked_at"
    " FROM offboarding_resources WHERE offboarding = :id ORDER BY unit, address"
)
_LOOKED = DialectSql(
    "UPDATE offboarding_units SET state_after = :after, looked_at = {now}"
    " WHERE offboarding = :id AND unit = :unit"
)
_FOUND = DialectSql(
    "UPDATE offboarding_resources SET finding = :finding, detail = :detail, looked_at = {now}"
    " WHERE offboarding = :id AND unit = :unit AND address = :address"
)


@dataclass(frozen=True, slots=True)
class Remains:
    """What offboardings have destroyed. Every method raises DiagnosticError when the database fails."""

    database: Database

    def put(self, id_: str, unit: DoomedUnit, resources: Sequence[DoomedResource]) -> None:
        """Record a unit with its resources before they are destroyed; done again, it is what it was then."""
        with self.database.write() as connection:
            values = {
                "id": id_,
                "unit": str(unit.unit),
                "record": dump(plain_json(unit.record)),
                "place": plain_text(unit.state_place),
                "digest": unit.state_digest,
                "archived": unit.archived_as,
            }
            connection.execute(_PUT_UNIT, values)
            rows = [
                {
                    "id": id_,
                    "unit": str(item.unit),
                    "address": plain_text(item.address),
                    "type": plain_text(item.type),
                    "provider": plain_text(item.provider),
                    "provider_id": plain_text(item.provider_id),
                    "facts": dump(plain_json(item.facts)),
                }
                for item in resources
            ]
            if rows:
                connection.execute(_PUT_RESOURCE, rows)

    def found(self, id_: str, unit: UnitAddress, after: str, found: Sequence[DoomedResource]) -> None:
        """Record what was found of a unit after its destruction: its state, and each of its resources."""
        with self.database.write() as connection:
            now = time_parameters(self.database.own_time())
            looked = {"id": id_, "unit": str(unit), "after": plain_text(after), **now}
            connection.execute(_LOOKED.of(connection), looked)
            rows = [
                {
                    "id": id_,
                    "unit": str(unit),
                    "address": plain_text(item.address),
                    "finding": item.finding.value,
                    "detail": plain_text(item.detail),
                    **now,
                }
                for item in found
            ]
            if rows:
                connection.execute(_FOUND.of(connection), rows)

    def units(self, id_: str) -> tuple[DoomedUnit, ...]:
        """The units of an offboarding."""
        with self.database.read() as connection:
            return tuple(map(_unit, connection.execute(_UNITS, {"id": id_}).all()))

    def resources(self, id_: str) -> tuple[DoomedResource, ...]:
        """The resources of an offboarding, by unit and address."""
        with self.database.read() as connection:
            return tuple(map(_resource, connection.execute(_RESOURCES, {"id": id_}).all()))


@reads("a unit that was destroyed")
def _unit(row: Any) -> DoomedUnit:  # noqa: ANN401  a row
    return DoomedUnit(
        unit=UnitAddress.parse(row.unit),
        record=read_json(row.record),
        state_place=row.state_place,
        state_digest=row.state_digest,
        archived_as=row.archived_as,
        state_after=row.state_after,
        looked_at=row.looked_at,
    )


@reads("a resource that was destroyed")
def _resource(row: Any) -> DoomedResource:  # noqa: ANN401  a row
    return DoomedResource(
        unit=UnitAddress.parse(row.unit),
        address=row.address,
        type=row.type,
        provider=row.provider,
        provider_id=row.provider_id,
        facts=read_json(row.facts),
        finding=Finding(row.finding),
        detail=row.detail,
        looked_at=row.looked_at,
    )
