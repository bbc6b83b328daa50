"""Moves the ledger into another database, and writes into fleet.yaml where it is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from cellwright.app.session.home import LEDGER_VARIABLE, THROUGH_VARIABLE
from cellwright.app.session.session import FleetSession
from cellwright.files.atomic import save_text
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.fleet import FLEET_FILE, LedgerSettings
from cellwright.fleet.yaml.editor import with_key
from cellwright.ledger.moving import Moved, move_ledger
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.model.actor import Actor
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.text.url_credentials import names_password
from cellwright.model.value import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerMoveRequest:
    """Where the ledger goes, and what fleet.yaml says of that."""

    to: LedgerSettings
    """As every clone will find it."""
    through: str = ""
    """The URL that this machine uses for the move, if another one: a tunnel, or the owner of the tables."""
    reason: str = ""


def ledger_move(
    session: FleetSession,
    actor: Actor,
    request: LedgerMoveRequest,
    told: Callable[[str], None] = lambda _what: None,
) -> Moved:
    """Move everything that was recorded, commit the settings, close the former ledger. Event `ledger.moved`.

    A move that was killed is ended by the same call.

    Raises:
        DiagnosticError: units are at work, the URL holds a password, or the move itself fails; nothing has
            changed then.
    """
    if names_password(request.to.url):
        raise DiagnosticError(
            error(
                "no password belongs into the URL: it will stand in fleet.yaml and in the list of processes",
                "name the variable that holds it: --password-variable NAME, or sign in with --iam REGION",
            )
        )
    url = request.through or session.home.ledger_url(None, _without_ledger(session), request.to)
    with _former(session, request.to) as ledger:
        busy = sorted(map(str, ledger.reader.lease_holders()))
        if busy:
            summary = f"units are at work: {', '.join(busy[:3])}"
            advice = "wait for their end, or `cellwright resume` what was cut off"
            raise DiagnosticError(error(summary, advice))
        with session.changing():
            moved = move_ledger(
                ledger,
                url,
                actor,
                request.reason,
                lambda table: told(f"moving {table}"),
                lambda: _write_settings(session, actor, request.to),
            )
    session.leave_ledger()
    return moved


@contextmanager
def _former(session: FleetSession, to: LedgerSettings) -> Iterator[Ledger]:
    """Open the ledger that is to be left: this clone's file, where fleet.yaml names the new one already."""
    own = session.home.ledger_url(None, {})
    named = session.named_ledger()
    if named is not None and named.url == to.url:
        with open_ledger(own, create=False) as found:
            yield found
        return
    yield session.ledger(writing=True)


def _without_ledger(session: FleetSession) -> dict[str, str]:
    """Give the environment without the variables that name the ledger that is to be left, or a way to it."""
    ours = (LEDGER_VARIABLE, THROUGH_VARIABLE)
    return {key: value for key, value in session.environment.items() if key not in ours}


def _write_settings(session: FleetSession, actor: Actor, settings: LedgerSettings) -> None:
    wanted: dict[str, Json] = {"url": settings.url}
    if settings.password_variable is not None:
        wanted["password_variable"] = settings.password_variable
    if settings.iam is not None:
        wanted["iam"] = settings.iam
    path = session.root / FLEET_FILE
    text = FleetFiles(session.root).read_text(FLEET_FILE)
    edited = with_key(text, "ledger", wanted, FLEET_FILE)
    if edited != text:
        save_text(path, edited)
    session.commit(actor, [path], f"The ledger lies in {settings.url.partition('?')[0]}\n")
