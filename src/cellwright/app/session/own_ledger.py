"""Warns where states are shared and the ledger is a file of this clone alone."""

from urllib.parse import urlsplit

from cellwright.app.session.session import FleetSession
from cellwright.fleet.fleet import Fleet

_LOCAL = "local"
_HERE = frozenset({"127.0.0.1", "::1", "localhost"})


def tell_of_own_ledger(session: FleetSession, fleet: Fleet) -> None:
    """Say once what another clone does not know, and what to do; not where AWS is emulated here."""
    if fleet.backend == _LOCAL or not session.has_own_ledger:
        return
    endpoint = session.environment.get("AWS_ENDPOINT_URL", "")
    if endpoint and urlsplit(endpoint).hostname in _HERE:
        return
    session.notice(
        f"states lie in {fleet.backend}, but the ledger is a file of this clone: other clones don't know "
        "what is applied from here. One for all: `cellwright ledger move --to postgresql://...`; an empty "
        "one is filled from the states by `cellwright ledger adopt`"
    )
