"""Who holds a unit, as JSON."""

from cellwright.app.by_hand.unlocking import FoundLocks
from cellwright.model.value import Json


def locks(found: FoundLocks, *, removed: bool) -> Json:
    """`unlock UNIT`: the state's lock, the unit's lease, and whether they were taken away."""
    lock, lease = found.lock, found.lease
    return {
        "unit": str(found.unit),
        "state": found.place,
        "backend": found.backend,
        "lock": None
        if lock is None
        else {
            "id": lock.id or None,
            "who": lock.who or None,
            "created": lock.created or None,
            "operation": lock.operation or None,
        },
        "lease": None
        if lease is None
        else {
            "holder": str(lease.held.holder),
            "told": lease.told,
            "host": lease.held.holder.host,
            "process": lease.held.holder.process_id,
            "run": lease.held.holder.run,
            "fencing": lease.held.fencing,
            "expires": lease.held.expires.isoformat(timespec="seconds"),
            "lives": lease.lives,
            "valid": lease.valid,
        },
        "at_work_here": found.at_work,
        "removed": removed,
    }
