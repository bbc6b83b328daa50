"""The fields of a form that give a role, and where."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cellwright.access.roles import Grant, GrantScope, Role
from cellwright.app.people.scopes import scope_faults
from cellwright.model.diagnostic import DiagnosticError, error

ROLES = {
    Role.VIEWER: "sees everything, changes nothing",
    Role.OPERATOR: "plans, onboards, edits, applies, cancels",
    Role.APPROVER: "approves and rejects plans, cancels",
    Role.AUDITOR: "sees everything, makes evidence, records reviews",
    Role.ADMIN: "all of it, and manages people, tokens, webhooks and workers",
}


@dataclass(frozen=True, slots=True)
class GrantFields:
    """What was typed."""

    role: str = ""
    levels: Sequence[str] = ()
    cells: str = ""
    """Patterns, set apart by blanks, commas or line breaks."""
    tags: str = ""


def read_grant(fields: GrantFields, known_levels: Sequence[str]) -> Grant:
    """Make a grant of what was typed.

    Raises:
        DiagnosticError: there is no such role or level, or a pattern is none.
    """
    faults = []
    if fields.role not in {role.value for role in Role}:
        faults.append(error("a role is needed", f"choose one of {', '.join(role.value for role in Role)}"))
    cells, tags = _words(fields.cells), _words(fields.tags)
    scope = GrantScope(frozenset(fields.levels), tuple(cells), frozenset(tags))
    faults += scope_faults(scope, known_levels)
    if faults:
        raise DiagnosticError(*faults)
    return Grant(Role(fields.role), scope)


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[\s,]+", text) if word]
