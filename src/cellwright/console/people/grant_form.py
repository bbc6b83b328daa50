"""The fields of a form that give a role, and where."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cellwright.access.roles import Grant, GrantScope, Role
from cellwright.model.diagnostic import DiagnosticError, error

ROLES = {
    Role.VIEWER: "sees everything, changes nothing",
    Role.OPERATOR: "plans, onboards, edits, applies, cancels",
    Role.APPROVER: "approves and rejects plans, cancels",
    Role.ADMIN: "all of it, and manages people, tokens, webhooks and workers",
}
_PATTERN = re.compile(r"[a-z0-9*?\[\]!-]+/[a-z0-9*?\[\]!-]+\Z")
_LONGEST = 200
_MOST = 50


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
    faults += [
        error(f"there is no level '{level}'", f"choose one of {', '.join(known_levels)}")
        for level in fields.levels
        if level not in known_levels
    ]
    cells, tags = _words(fields.cells), _words(fields.tags)
    faults += [
        error(f"'{cell[:_LONGEST]}' is no cell", "write it as client/acme, or with * as client/eu-*")
        for cell in cells
        if not _PATTERN.match(cell) or len(cell) > _LONGEST
    ]
    if len(cells) > _MOST or len(tags) > _MOST or any(len(tag) > _LONGEST for tag in tags):
        faults.append(error("there are too many cells or tags, or one is too long", "give several roles"))
    if faults:
        raise DiagnosticError(*faults)
    return Grant(Role(fields.role), GrantScope(frozenset(fields.levels), tuple(cells), frozenset(tags)))


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[\s,]+", text) if word]
