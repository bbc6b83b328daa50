"""A visitor: the person or token that a request of the console comes from, and what they may do."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum

from cellwright.access.roles import Grant, Permission, allows, allows_somewhere
from cellwright.model.actor import Actor
from cellwright.model.address import CellAddress
from cellwright.model.holder import Holder, as_named


class SignedInBy(Enum):
    """How a request says whom it comes from."""

    SESSION = "session"
    TOKEN = "token"  # noqa: S105  the name of a kind


def _no_tags(_cell: CellAddress) -> Iterable[str]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody whose session or token was checked."""

    id: str
    """The person's, or the token's owner's."""
    name: str
    actor: Actor
    """As the audit trail records it."""
    grants: tuple[Grant, ...]
    limits: tuple[Grant, ...] | None = None
    """Beyond these a token does not go, whatever its owner may do; None limits nothing."""
    by: SignedInBy = SignedInBy.SESSION
    session: str = ""
    """Names the session or the token, without being one."""
    csrf: str = ""
    """What each form that this session sends must hold; empty for a token."""
    break_glass: str = ""
    """The reason for which this person has more than their grants for now; empty if they have not."""

    tags_of: Callable[[CellAddress], Iterable[str]] = field(default=_no_tags, repr=False, compare=False)
    """Tells a cell's tags, where a grant is limited to some and the caller doesn't know them."""

    holder_of: Holder = field(default=as_named, repr=False, compare=False)
    """Tells the present name of who had a name at an event, or at a time; None: they have none."""

    def may(self, permission: Permission, cell: CellAddress | None = None, tags: Iterable[str] = ()) -> bool:
        """Tell whether they may do this at a cell; with None, in the whole fleet."""
        tags = tuple(tags)
        if cell is not None and not tags and self._is_limited_to_tags():
            tags = tuple(self.tags_of(cell))
        within = self.limits is None or allows(self.limits, permission, cell, tags)
        return within and allows(self.grants, permission, cell, tags)

    def may_then(self, permission: Permission, cell: CellAddress, at: int | str) -> bool:
        """Tell whether they may do this with what was recorded of a name at an event, or at a time.

        Of a client that is gone, and whose name is another's now, only who may do it in the whole fleet.
        """
        return self.may(permission) or self._may_of(permission, self.holder_of(cell, at))

    def _may_of(self, permission: Permission, holder: CellAddress | None) -> bool:
        return holder is not None and self.may(permission, holder)

    def _is_limited_to_tags(self) -> bool:
        return any(grant.scope.tags for grant in (*self.grants, *(self.limits or ())))

    def may_somewhere(self, permission: Permission) -> bool:
        """Tell whether there is any cell at which they may do this."""
        within = self.limits is None or allows_somewhere(self.limits, permission)
        return within and allows_somewhere(self.grants, permission)

    def demand(
        self, permission: Permission, cell: CellAddress | None = None, tags: Iterable[str] = ()
    ) -> None:
        """Refuse what they may not do.

        Raises:
            PermissionRefusedError: they may not.
        """
        if not self.may(permission, cell, tags):
            raise PermissionRefusedError(self, permission, cell)

    def demand_then(self, permission: Permission, cell: CellAddress, at: int | str) -> None:
        """Refuse what they may not do with what was recorded of a name at an event, or at a time.

        Raises:
            PermissionRefusedError: they may not.
        """
        if not self.may_then(permission, cell, at):
            raise PermissionRefusedError(self, permission, cell)

    def demand_somewhere(self, permission: Permission) -> None:
        """Refuse what they may do nowhere.

        Raises:
            PermissionRefusedError: there is no such cell.
        """
        if not self.may_somewhere(permission):
            raise PermissionRefusedError(self, permission, None)


class PermissionRefusedError(Exception):
    """A visitor wants what they may not do."""

    def __init__(self, visitor: Visitor, permission: Permission, cell: CellAddress | None) -> None:
        where = f"at {cell}" if cell is not None else "in this fleet"
        super().__init__(f"{visitor.name} may not {permission.value} {where}")
        self.visitor = visitor
        self.permission = permission
        self.cell = cell
