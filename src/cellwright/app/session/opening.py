"""Opening a fleet: its settings, its ledger and its stacks in one hand, for one use case."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cellwright.app.session.home import Home
from cellwright.app.session.location import Location
from cellwright.app.session.reading import Stacks, read_fleet, refuse_errors
from cellwright.fleet.fleet import Fleet
from cellwright.fleet.load.entry import find_root
from cellwright.fleet.scope import Scope
from cellwright.ledger.key import load_key
from cellwright.ledger.opening import Ledger, open_ledger
from cellwright.planning.digest import Digester

__all__ = ["OpenFleet", "Stacks", "opened", "opened_ledger", "opened_with", "read_fleet"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFleet:
    """A fleet with its ledger, as one use case sees it."""

    home: Home
    fleet: Fleet
    stacks: Stacks
    ledger: Ledger
    digester: Digester
    location: Location


@contextmanager
def opened(location: Location, *, writing: bool, scope: Scope | None = None) -> Iterator[OpenFleet]:
    """Open a fleet that has no errors, or the part of it that `scope` gives.

    Without `writing`, a ledger that does not exist is read as an empty one and nothing is made.

    Raises:
        DiagnosticError: the fleet has errors (all of them), or its ledger can't be used.
    """
    home, fleet, stacks = read_fleet(location, scope)
    refuse_errors(fleet)
    if writing:
        home.prepare()  # says why, where it can't be written
    with opened_with(location, home, fleet, stacks, writing=writing) as found:
        yield found


@contextmanager
def opened_with(
    location: Location, home: Home, fleet: Fleet, stacks: Stacks, *, writing: bool = False
) -> Iterator[OpenFleet]:
    """Open the ledger of a fleet that has been read; otherwise as `opened`."""
    environment: Mapping[str, str] = location.environment
    with open_ledger(home.ledger_url(location.ledger, environment), create=writing) as ledger:
        ledger.bindings.confirm_fleet(fleet.name)
        yield OpenFleet(
            home=home,
            fleet=fleet,
            stacks=stacks,
            ledger=ledger,
            digester=_digester(home, ledger, environment, writing=writing),
            location=location,
        )


@contextmanager
def opened_ledger(location: Location) -> Iterator[tuple[Home, Ledger]]:
    """Open a fleet's ledger for reading, whatever state the fleet's settings are in.

    Raises:
        DiagnosticError: there is no fleet here, or its ledger can't be read.
    """
    home = Home(find_root(location.fleet or Path.cwd()))
    with open_ledger(home.ledger_url(location.ledger, location.environment), create=False) as ledger:
        yield home, ledger


def _digester(home: Home, ledger: Ledger, environment: Mapping[str, str], *, writing: bool) -> Digester:
    if not writing and ledger.database.absent:
        # Nothing was ever recorded, so there is nothing to compare with and no key to make.
        return Digester(b"\0")
    key = load_key(home.folder, environment)
    ledger.bindings.confirm_key(key)
    return Digester(key.secret)
