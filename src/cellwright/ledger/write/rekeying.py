"""Replaces the digests of everything that the ledger records, in one transaction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cellwright.ledger.audit import ChainPoint, EventDraft, append
from cellwright.ledger.database.codec import dump, dump_values
from cellwright.ledger.database.database import Database
from cellwright.ledger.database.dialect import DialectSql, time_parameters
from cellwright.ledger.database.rows import head_row
from cellwright.ledger.database.sql import text
from cellwright.model.applied import AppliedUnit
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.event import Event

_NEWEST = DialectSql("SELECT sequence, hash FROM chain WHERE id = 1{lock}")
_AT_WORK = DialectSql(
    "SELECT unit, run FROM leases WHERE host IS NOT NULL AND expires > {now_ms} ORDER BY unit LIMIT 1"
)
_HEAD = text("UPDATE heads SET fingerprint = :fingerprint, failed = :failed WHERE unit = :unit")
_UNIT = text(
    "UPDATE units SET inputs = :inputs, recipe = :recipe, backend_digest = :backend WHERE unit = :unit"
)
_OUTPUTS = text("UPDATE outputs SET outputs = :outputs WHERE unit = :unit")
# What an apply that was cut off would have recorded has old digests: its unit is planned again.
_INTENTS = text("UPDATE run_units SET intent = NULL WHERE intent IS NOT NULL")
_BIND = text(
    "INSERT INTO bindings (name, value) VALUES (:name, :value)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)


@dataclass(frozen=True, slots=True)
class Rekeying:
    """Writes new digests, if nothing was recorded since the old ones were read."""

    database: Database

    def replace(
        self, units: Iterable[AppliedUnit], bindings: Mapping[str, str], since: ChainPoint, draft: EventDraft
    ) -> Event:
        """Write the units' new digests and the bindings that go with them, and append the event.

        Raises:
            DiagnosticError: somebody is at work, or has recorded something `since`.
        """
        with self.database.write() as connection:
            own_time = time_parameters(self.database.own_time())
            newest = connection.execute(_NEWEST.of(connection), own_time).first()
            busy = connection.execute(_AT_WORK.of(connection), own_time).first()
            if busy is not None:
                raise DiagnosticError(
                    error(
                        f"run {busy.run} is at work on {busy.unit}",
                        "wait until it has ended, then repeat this",
                    )
                )
            if newest is None or (newest.sequence, newest.hash) != (since.sequence, since.hash):
                raise DiagnosticError(error("the ledger has changed meanwhile", "repeat this"))
            for unit in units:
                head = head_row(unit.head)
                connection.execute(_HEAD, {name: head[name] for name in ("unit", "fingerprint", "failed")})
                connection.execute(
                    _UNIT,
                    {
                        "unit": head["unit"],
                        "inputs": dump_values(unit.inputs),
                        "recipe": dump(unit.recipe),
                        "backend": unit.backend_digest,
                    },
                )
                connection.execute(_OUTPUTS, {"unit": head["unit"], "outputs": dump_values(unit.outputs)})
            connection.execute(_INTENTS)
            for name, value in bindings.items():
                connection.execute(_BIND, {"name": name, "value": value})
            return append(connection, self.database, draft)
