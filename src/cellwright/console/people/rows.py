"""People and tokens as the pages list them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cellwright.app.people.standing import grant_of, shown_scope
from cellwright.ledger.people.records import GrantOrigin, GrantRecord, Person, TokenRecord


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A role that somebody has."""

    id: str
    role: str
    where: str
    origin: str
    by: str
    at: str
    reason: str
    until: datetime | None

    @property
    def from_group(self) -> bool:
        """Tell whether the identity provider gives it, so that nobody here takes it away."""
        return self.origin == GrantOrigin.GROUP.value


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody in the list."""

    person: Person
    grants: tuple[GrantRow, ...]
    tokens: int


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token in the list."""

    token: TokenRecord
    owner: Person | None
    limits: tuple[str, ...] | None
    state: str
    """`good`, `expired` or `revoked`."""


def grant_row(record: GrantRecord) -> GrantRow:
    """Give a grant as it is shown."""
    try:
        where = shown_scope(grant_of(record))
    except ValueError:  # a role of a newer version
        where = "nowhere: this version does not know the role"
    return GrantRow(
        record.id,
        record.role,
        where,
        record.origin.value,
        record.granted_by,
        record.granted_at,
        record.reason,
        record.expires,
    )


def token_row(token: TokenRecord, owners: Sequence[Person], now: datetime) -> TokenRow:
    """Give a token as it is shown."""
    state = "revoked" if token.revoked_at is not None else "expired" if token.expires <= now else "good"
    limits = None
    if token.limits is not None:
        limits = tuple(f"{row.role}: {row.where}" for row in map(grant_row, token.limits))
    owner = next((person for person in owners if person.id == token.person), None)
    return TokenRow(token, owner, limits, state)
