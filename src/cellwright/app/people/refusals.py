"""Refusals on record, so many and no more: nobody fills the ledger by being refused."""

from datetime import timedelta

from cellwright.access.roles import Permission
from cellwright.access.visitor import Visitor
from cellwright.app.people.standing import people_of
from cellwright.app.session.session import FleetSession
from cellwright.ledger.audit import EventDraft, append
from cellwright.model.address import CellAddress

WINDOW = timedelta(hours=1)
MOST_OF_ONE = 20
"""So many refusals of one person, or one address, are recorded within the window."""
MOST_OF_ALL = 500


def record_refused(session: FleetSession, whose: str, draft: EventDraft) -> None:
    """Record a refusal, unless there were very many; the last one that is recorded says so.

    `whose` is whom they are counted for.
    """
    people = people_of(session)
    if people.attempts.so_far("refused/all", WINDOW) >= MOST_OF_ALL:
        return
    count = people.attempts.count(f"refused/{whose}", WINDOW)
    if count > MOST_OF_ONE:
        return
    if people.attempts.count("refused/all", WINDOW) >= MOST_OF_ALL:
        draft = _last(draft, "of anybody")
    elif count == MOST_OF_ONE:
        draft = _last(draft, "of the same")
    with people.database.write() as connection:
        append(connection, people.database, draft)


def record_refusal(
    session: FleetSession, visitor: Visitor, permission: Permission, cell: CellAddress | None
) -> None:
    """Record that a visitor may not do what they wanted. Event `access.refused`."""
    subject = str(cell) if cell is not None else "fleet"
    detail = {"permission": permission.value, "by": visitor.by.value}
    record_refused(session, visitor.id, EventDraft(visitor.actor, "access.refused", subject, "", detail))


def _last(draft: EventDraft, whose: str) -> EventDraft:
    note = f"further refusals {whose} are not recorded within the hour"
    return EventDraft(draft.actor, draft.action, draft.subject, draft.reason, {**draft.detail, "note": note})
