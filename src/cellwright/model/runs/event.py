"""The audit trail: who, what, when, why, each line linked to the one before it by hash."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from cellwright.model.text.json_text import CANONICAL
from cellwright.model.value import Json

CLIENT_ONBOARDED = "client.onboarded"
CLIENT_OFFBOARDED = "client.offboarded"
CLIENT_MOVED = "client.moved"
"""A client is in another state of its life; the detail names both, and the run if there is one."""
BY_SETTINGS = "settings"
"""How a client has come into a state that its settings say: what they change may not be applied yet."""
UNIT_DRIFTED = "unit.drifted"
"""A plan of a unit that was up to date has found changes: its real resources are not as they were applied."""
UNIT_DRIFT_GONE = "unit.drift_gone"
"""A later look has not found the unit's drift any more, and nobody had applied it."""
DRIFT_ACKNOWLEDGED = "drift.acknowledged"
"""Somebody takes drift for known: of a unit, or of a group of units; until when is in the detail."""
DRIFT_UNACKNOWLEDGED = "drift.unacknowledged"
"""An acknowledgement was ended before its time."""
PLAN_JUDGED = "plan.judged"
"""The fleet's policies have judged a plan: both by digest, what was found, exceptions in force."""
CLIENT_ONBOARDING = "client.onboarding"
"""A run was started, or taken up again, that brings a client up; its id is in the detail."""
CLIENT_ONBOARDING_UNDONE = "client.onboarding_undone"
"""The onboarding was refused before anything was made: settings and commit were taken back."""
CLIENT_OFFBOARDING = "client.offboarding"
"""A run was started that destroys what a client has; its id is in the detail."""
CERTIFICATE_ISSUED = "certificate.issued"
"""A certificate of destruction was made and signed; its number and digest are in the detail."""
CERTIFICATE_VALIDATED = "certificate.validated"
"""Somebody who did not ask for the destruction and did not approve it has judged its outcome."""
CELL_EDITING = "cell.editing"
"""An edit of a cell's settings is being committed: on record first, as a server may be killed meanwhile.
`cell.edited` or `cell.edit_undone` follows; where neither does, git tells whether it was committed."""
CELL_EDIT_UNDONE = "cell.edit_undone"
"""The edit could not be committed or pushed; the files are as they were."""
CELL_EDITED = "cell.edited"
"""A cell's own settings were changed and committed."""

CELL_APPLYING = "cell.applying"
"""A run was started that applies an edit of a cell; its id is in the detail."""
CELL_PROPOSED = "cell.proposed"
"""A pull request was opened that adds a cell or changes its settings; its address is in the detail."""
CELL_PLACED = "cell.placed"
"""A rule was decided: where the cell is placed is in its file and in the detail."""
CELL_RENAMING = "cell.renaming"
"""A cell is being renamed: on record before its states are copied. One of the next two ends it."""
CELL_NOT_RENAMED = "cell.not_renamed"
"""A rename could not be carried out: all is as it was."""
CELL_RENAMED = "cell.renamed"
"""The cell has another name now, which is in the detail: nothing is created under this one any more."""
CELL_NAMED = "cell.named"
"""The cell was renamed to this; its former name is in the detail."""
CELL_RELOCATED = "cell.relocated"
"""A cell may be made anew where its settings place it; what it has in the former place stays there."""
UNIT_ADOPTED = "unit.adopted"
"""A unit is on record with the state that it had; the detail says whether a plan of it had no changes."""
RESOURCES_MOVING = "resources.moving"
"""Resources of a unit are going into another unit's state: on record before it is written."""
RESOURCES_MOVED = "resources.moved"
"""Resources of a unit are in another unit's state now; both, and which they are, are in the detail."""
RESOURCES_NOT_MOVED = "resources.not_moved"
"""`resources.moving` was ended before anything was written: they are in the state in which they were."""
PLACE_RELEASED = "place.released"
"""The claim on room of a cell that is in no file was ended."""

IDENTITY = "identity"
"""The part of an event's detail that tells where the actor's name comes from, and what vouches for it."""

GENESIS = "0" * 64
"""The `previous` hash of the first event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of the audit trail (45 CFR 164.312(b))."""

    sequence: int
    time: str
    """UTC, ISO 8601 with microseconds."""
    actor: str
    """The name that was claimed; what vouches for it is in the detail, under `identity`."""
    action: str
    """A verb with its noun: `unit.applied`, `client.onboarded`, `run.started`."""
    subject: str
    """The object of the action: an address or a run's id."""
    reason: str
    detail: Mapping[str, Json] = field(default_factory=dict)
    previous: str = GENESIS
    hash: str = ""


def event_hash(event: Event) -> str:
    """SHA-256 over all of the event but its own hash, as JSON with sorted keys."""
    content = [
        event.sequence,
        event.time,
        event.actor,
        event.action,
        event.subject,
        event.reason,
        event.detail,
        event.previous,
    ]
    return hashlib.sha256(CANONICAL.write(content).encode()).hexdigest()
