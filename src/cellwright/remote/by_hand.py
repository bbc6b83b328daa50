"""Single units, as the server tells of them: their outputs, and who holds them."""

from datetime import datetime
from typing import Any

from cellwright.app.by_hand.outputs import OutputRequest, ShownOutput, ShownOutputs
from cellwright.app.by_hand.place import address_of
from cellwright.app.by_hand.unlocking import FoundLease, FoundLocks, UnlockRequest
from cellwright.ledger.leases import Held, Holder
from cellwright.model.address import UnitAddress
from cellwright.remote.client import ApiClient
from cellwright.terraform.output.states.state_lock import StateLockInfo


def outputs(client: ApiClient, request: OutputRequest) -> ShownOutputs:
    """The outputs of a unit."""
    found = client.get(*_path(address_of(request.unit)), "outputs", query=[("name", request.name)])
    return ShownOutputs(
        UnitAddress.parse(found["unit"]),
        {
            name: ShownOutput(item["value"], item["sensitive"], masked=item["sensitive"])
            for name, item in found["outputs"].items()
        },
        found["applied_at"] or "",
        found["outdated"],
    )


def find_locks(client: ApiClient, text: str) -> FoundLocks:
    """Who holds a unit."""
    found = client.get(*_path(address_of(text)), "locks")
    unit, lock = UnitAddress.parse(found["unit"]), found["lock"]
    return FoundLocks(
        unit=unit,
        place=found["state"],
        backend=found["backend"],
        lock=None if lock is None else StateLockInfo(**{name: text or "" for name, text in lock.items()}),
        lease=None if found["lease"] is None else _lease(unit, found["lease"]),
        at_work=found["at_work_here"],
    )


def unlock(client: ApiClient, request: UnlockRequest, found: FoundLocks) -> None:
    """Take what was found away."""
    body = {
        "lock": found.lock.id or None if found.lock is not None else None,
        "fencing": found.lease.held.fencing if found.lease is not None else None,
        "reason": request.reason,
        "although_held": request.although_held,
    }
    client.post(*_path(found.unit), "unlock", body=body)


def _lease(unit: UnitAddress, found: Any) -> FoundLease:  # noqa: ANN401  a document
    # When its process began is its own machine's matter.
    holder = Holder(found["host"], found["process"], "", found["run"])
    held = Held(unit, holder, found["fencing"], datetime.fromisoformat(found["expires"]))
    return FoundLease(held, found["told"], found["lives"], found["valid"])


def _path(unit: UnitAddress) -> tuple[str, str, str, str]:
    return "units", unit.level, unit.cell, unit.stack
