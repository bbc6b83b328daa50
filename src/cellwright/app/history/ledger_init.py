"""Makes the ledger, or upgrades its tables, and makes the roles of one on PostgreSQL."""

from dataclasses import dataclass
from importlib.util import find_spec

from cellwright.app.session.session import FleetSession
from cellwright.ledger.database.location import Location, PostgresLocation
from cellwright.ledger.database.roles import LedgerRoles, make_roles
from cellwright.model.actor import Actor


@dataclass(frozen=True, slots=True)
class RolesRequest:
    """The roles that may write and read; None takes the name that is made of the database's."""

    writer: str | None = None
    reader: str | None = None


@dataclass(frozen=True, slots=True)
class LedgerReady:
    """A ledger that can be used."""

    location: str
    """Without a password."""
    roles: LedgerRoles | None


def _prepare_waking(location: Location) -> None:
    """Make the tables of what wakes workers: only who owns the ledger can."""
    if isinstance(location, PostgresLocation) and find_spec("procrastinate") is not None:
        from cellwright.engine.dispatch.procrastinate_jobs import prepare  # noqa: PLC0415  an extra

        prepare(location.conninfo)


def init_ledger(session: FleetSession, actor: Actor, wanted: RolesRequest | None) -> LedgerReady:
    """Make the ledger if there is none, bring its tables to the newest version, and make its roles if wanted.

    Event `ledger.roles`, by `actor`.

    Raises:
        DiagnosticError: the fleet has errors; the ledger can't be used or made; or it can't have roles.
    """
    ledger = session.open(writing=True).ledger
    roles = None
    if wanted is not None:
        _prepare_waking(ledger.database.location)
        roles = make_roles(ledger.database, wanted.writer, wanted.reader)
        detail = {"owner": roles.owner, "writer": roles.writer, "reader": roles.reader}
        ledger.recorder.append_event(actor, "ledger.roles", "ledger", "", detail)
    return LedgerReady(str(ledger.database.location), roles)
