"""Who has a role at a cell by its name: roles and tokens keep it, and the name may become another cell's."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from cellwright.access.roles import GrantScope
from cellwright.ledger.people.people import People
from cellwright.ledger.people.records import GrantRecord
from cellwright.model.address import CellAddress

_NAMED = 5
"""So many are named; the others are counted."""


@dataclass(frozen=True, slots=True)
class RolesByName:
    """The roles of a ledger's people, and the limits of tokens, by the names of cells."""

    people: People
    now: datetime

    def at(self, cell: CellAddress) -> frozenset[str]:
        """Tell who has which role at a cell, whatever its tags: `ada (viewer)`."""
        return frozenset(
            f"{who} ({record.role})" for who, record in self._each() if _scope(record).covers(cell)
        )

    def naming(self, cell: CellAddress) -> tuple[str, ...]:
        """Tell who has a role by the name of this very cell, and by no pattern."""
        found = (f"{who} ({record.role})" for who, record in self._each() if str(cell) in record.cells)
        return tuple(sorted(set(found)))

    def _each(self) -> Iterator[tuple[str, GrantRecord]]:
        logins = {item.id: item.login for item in self.people.directory.all() if item.disabled_at is None}
        for record in self.people.standing.all():
            if record.person in logins:
                yield logins[record.person], record
        for token in self.people.tokens.all():
            if token.person in logins and token.revoked_at is None and token.expires > self.now:
                for limit in token.limits or ():
                    yield f"token {token.name} of {logins[token.person]}", limit


def _scope(record: GrantRecord) -> GrantScope:
    """Give where a record's role holds, whatever the tags of the cell are."""
    return GrantScope(frozenset(record.levels), record.cells)


def shown(who: tuple[str, ...]) -> str:
    """Name the first of them, and count the others."""
    more = f" and {len(who) - _NAMED} more" if len(who) > _NAMED else ""
    return f"{', '.join(who[:_NAMED])}{more}"
