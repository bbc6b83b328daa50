"""Roles and what they permit, limited to levels, cells or tags. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from fnmatch import fnmatchcase

from cellwright.model.address import CellAddress


class Permission(Enum):
    """What a person or a token may be allowed to do."""

    READ = "read"
    """See pages, plans, logs and the audit trail."""
    PLAN = "plan"
    ONBOARD = "onboard"
    """Add a client."""
    EDIT = "edit"
    """Change a cell's settings."""
    APPLY = "apply"
    """Start a run that changes something, or resume one."""
    CANCEL = "cancel"
    APPROVE = "approve"
    """Answer for plans."""
    AUDIT = "audit"
    """Make evidence of all that is on record, tokens and people included, and record reviews."""
    ADMINISTER = "administer"
    """Manage people, tokens, webhooks and workers."""


class Role(Enum):
    """A set of permissions that has a name."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    APPROVER = "approver"
    AUDITOR = "auditor"
    ADMIN = "admin"


_OPERATES = frozenset(
    {
        Permission.READ,
        Permission.PLAN,
        Permission.ONBOARD,
        Permission.EDIT,
        Permission.APPLY,
        Permission.CANCEL,
    }
)
PERMITS: Mapping[Role, frozenset[Permission]] = {
    Role.VIEWER: frozenset({Permission.READ}),
    Role.OPERATOR: _OPERATES,
    # An approver does not start what they approve; who needs both holds both roles.
    Role.APPROVER: frozenset({Permission.READ, Permission.APPROVE, Permission.CANCEL}),
    # Whoever reviews changes nothing that is reviewed.
    Role.AUDITOR: frozenset({Permission.READ, Permission.AUDIT}),
    Role.ADMIN: frozenset(Permission),
}


@dataclass(frozen=True, slots=True)
class GrantScope:
    """Where a grant holds; empty parts limit nothing."""

    levels: frozenset[str] = frozenset()
    cells: tuple[str, ...] = ()
    """Patterns of cell addresses: `client/acme`, `client/eu-*`."""
    tags: frozenset[str] = frozenset()
    """The cell must have one of them."""

    def covers(self, cell: CellAddress | None, tags: Iterable[str] = ()) -> bool:
        """Tell whether a cell lies within; with None, whether the whole fleet does."""
        if cell is None:
            return not (self.levels or self.cells or self.tags)
        return (
            (not self.levels or cell.level in self.levels)
            and (not self.cells or any(fnmatchcase(str(cell), pattern) for pattern in self.cells))
            and (not self.tags or not self.tags.isdisjoint(tags))
        )

    def contains(self, other: "GrantScope") -> bool:
        """Tell whether another one lies wholly within, as far as its parts show it."""
        return (
            (not self.levels or bool(other.levels and other.levels <= self.levels))
            and (not self.cells or bool(other.cells and all(map(self._names, other.cells))))
            and (not self.tags or bool(other.tags and other.tags <= self.tags))
        )

    def _names(self, pattern: str) -> bool:
        literal = not set("*?[") & set(pattern)
        return pattern in self.cells or (literal and any(fnmatchcase(pattern, own) for own in self.cells))


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that somebody has, and where."""

    role: Role
    scope: GrantScope = field(default_factory=GrantScope)


def allows(
    grants: Iterable[Grant], permission: Permission, cell: CellAddress | None = None, tags: Iterable[str] = ()
) -> bool:
    """Tell whether one of the grants permits this at a cell; with None, in the whole fleet."""
    tags = tuple(tags)
    return any(permission in PERMITS[grant.role] and grant.scope.covers(cell, tags) for grant in grants)


def allows_somewhere(grants: Iterable[Grant], permission: Permission) -> bool:
    """Tell whether one of the grants permits this anywhere."""
    return any(permission in PERMITS[grant.role] for grant in grants)


def may_give(grants: Iterable[Grant], wanted: Grant) -> bool:
    """Tell whether somebody with these grants may give this one, or take it away: none beyond their own."""
    return any(
        Permission.ADMINISTER in PERMITS[grant.role] and grant.scope.contains(wanted.scope)
        for grant in grants
    )
