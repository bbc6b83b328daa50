"""Where a role is to hold, as somebody has typed it: levels that there are, patterns and tags that can be."""

import re
from collections.abc import Iterable, Sequence

from cellwright.access.names import tag_fault
from cellwright.access.roles import Grant, GrantScope
from cellwright.app.session.session import FleetSession
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.text.visible import visible

_PATTERN = re.compile(r"[a-z0-9*?\[\]!-]+/[a-z0-9*?\[\]!-]+\Z")
_LONGEST = 200
_MOST = 50


def levels_of(session: FleetSession) -> tuple[str, ...]:
    """Give the names of the fleet's levels; none if fleet.yaml has faults."""
    try:
        return tuple(level.name for level in session.levels())
    except DiagnosticError:
        return ()


def refuse_unclear(session: FleetSession, grants: Iterable[Grant]) -> None:
    """Refuse to give a role where nothing can be.

    Raises:
        DiagnosticError: there is no such level, or a pattern or tag is none, all of them at once; or there
            are levels to look up, and fleet.yaml has faults.
    """
    grants = tuple(grants)
    named = any(grant.scope.levels for grant in grants)
    known = tuple(level.name for level in session.levels()) if named else ()
    if faults := [fault for grant in grants for fault in scope_faults(grant.scope, known)]:
        raise DiagnosticError(*faults)


def scope_faults(scope: GrantScope, known_levels: Sequence[str]) -> list[Diagnostic]:
    """Say what is wrong with where a role is to hold."""
    faults = [
        error(f"there is no level '{_shown(level)}'", f"choose one of {', '.join(known_levels)}")
        for level in sorted(scope.levels)
        if level not in known_levels
    ]
    faults += [
        error(f"'{_shown(cell)}' is no cell", "write it as client/acme, or with * as client/eu-*")
        for cell in scope.cells
        if not _PATTERN.match(cell) or len(cell) > _LONGEST
    ]
    faults += [
        error(f"'{_shown(tag)}' is no tag: {fault}", "write it as the cell's settings do")
        for tag in sorted(scope.tags)
        if (fault := tag_fault(tag)) is not None
    ]
    if len(scope.cells) > _MOST or len(scope.tags) > _MOST:
        faults.append(error("there are too many cells or tags", "give several roles"))
    return faults


def _shown(text: str) -> str:
    return visible(text[:_LONGEST])
