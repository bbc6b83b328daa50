"""What a rename changes of who may see a cell: roles keep the names that they were given with."""

from collections.abc import Iterator

from cellwright.app.moves.names import Names
from cellwright.app.session.names.roles import RolesByName, shown
from cellwright.app.session.session import FleetSession
from cellwright.model.diagnostic import Diagnostic, warning


def access_changes(session: FleetSession, names: Names) -> tuple[Diagnostic, ...]:
    """Warn of whoever loses a role at a cell by its new name, or gets one.

    Raises:
        DiagnosticError: the ledger can't be read.
    """
    return tuple(_changes(RolesByName(session.ledger().people, session.now()), names))


def _changes(roles: RolesByName, names: Names) -> Iterator[Diagnostic]:
    for old, new in names.cells.items():
        before, after = roles.at(old), roles.at(new)
        if lost := tuple(sorted(before - after)):
            yield warning(
                f"roles hold for {old} by its name, and not for {new}: {shown(lost)}",
                f"give them for {new}, and take them away for {old}: another cell may get that name",
            )
        if got := tuple(sorted(after - before)):
            yield warning(
                f"roles hold for {new} by its name already: {shown(got)}",
                "they hold for this cell once it has that name; take them away unless that is meant",
            )
