"""A ledger that was made, as JSON."""

from cellwright.app.history.ledger_init import LedgerReady
from cellwright.model.value import Json


def ledger(found: LedgerReady) -> Json:
    """`ledger init`: where it is; `roles` is null unless they were asked for."""
    roles = found.roles
    if roles is None:
        return {"ledger": found.location, "roles": None}
    named = {"owner": roles.owner, "writer": roles.writer, "reader": roles.reader, "made": list(roles.made)}
    return {"ledger": found.location, "roles": named}
