"""Who works on a unit now, and since when, in words for somebody whom that keeps waiting."""

from itertools import islice

from cellwright.engine.lease.keeper import is_dead
from cellwright.ledger.leases import Held
from cellwright.ledger.opening import Ledger
from cellwright.ledger.read.event_filter import EventFilter, action_pattern
from cellwright.model.diagnostic import DiagnosticError, error

BEGUN = "terraform.begun"
ENDED = "terraform.ended"
"""A person has begun, or ended, a command of Terraform in a unit's folder; the detail has its arguments."""
_LOOKED_AT = 20
"""Newest commands by hand among which that of a holder is looked for."""


def told_holder(ledger: Ledger, held: Held) -> str:
    """Say who holds a unit and since when: `ada (run R, since 2026-11-27 11:30:48 UTC; process 7 on vm)`."""
    holder = held.holder
    run = ledger.reader.run(holder.run)
    if run is not None:
        return f"{run.actor} (run {run.id}, since {_to_the_second(run.started)}; {_process(held)})"
    only = EventFilter(actions=(action_pattern(BEGUN),))
    for event in islice(ledger.reader.events_back(only=only, page=_LOOKED_AT), _LOOKED_AT):
        if event.detail.get("id") == holder.run:
            return f"{event.actor} (by hand, since {_to_the_second(event.time)}; {_process(held)})"
    return f"{_process(held)} ({holder.run})"


def taken(ledger: Ledger, held: Held) -> DiagnosticError:
    """Refuse a unit on which somebody works."""
    return DiagnosticError(
        error(
            f"{held.unit} is being worked on by {told_holder(ledger, held)}",
            "wait until that is over (`cellwright runs`), then run this again; if whoever holds it is gone: "
            f"cellwright unlock {held.unit}",
        )
    )


def _process(held: Held) -> str:
    dead = ", which is gone" if is_dead(held.holder) else ""
    return f"process {held.holder.process_id} on {held.holder.host}{dead}"


def _to_the_second(moment: str) -> str:
    """Give a time of the ledger as people read it; a ledger's times are UTC."""
    return f"{moment[:19].replace('T', ' ')} UTC"
