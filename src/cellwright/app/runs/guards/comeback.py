"""Tells whether a client that was offboarded has been brought back by a commit of this clone."""

from cellwright.app.session.session import OpenFleet
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError


def is_brought_back(fleet: OpenFleet, cell: CellAddress) -> bool:
    """Tell whether the commit that is checked out has the client again, after its removal.

    The offboarding has recorded the commit before the removal. A clone that has not pulled the removal has no
    later commit without the client. Where git can't tell, the client is not known to be back.
    """
    commit, repository = fleet.ledger.reader.offboarded_at(cell), fleet.session.repository()
    if commit is None or repository is None:
        return False
    cells = next((level.cells for level in fleet.fleet.levels if level.name == cell.level), None)
    if cells is None:
        return False
    place = fleet.session.root / cells / cell.cell
    try:
        return repository.has_again((place, place.with_name(f"{cell.cell}.yaml")), commit)
    except DiagnosticError:
        return False
