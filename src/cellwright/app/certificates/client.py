"""That nothing of a client stands any more: without that there is no certificate."""

from cellwright.destruction.case import Case
from cellwright.ledger.read.reader import LedgerReader
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, MissingError, error
from cellwright.model.runs.event import CLIENT_OFFBOARDED

_SHOWN = 20


def refuse_standing_client(reader: LedgerReader, cell: CellAddress) -> None:
    """Go on only for a client that was offboarded, and of which the ledger records nothing any more.

    Raises:
        MissingError: there never was such a client.
        DiagnosticError: it has resources, each unit with its number of them; or it was not offboarded.
    """
    action = reader.client_action(cell)
    heads = sorted(reader.heads((str(cell),)))
    if heads:
        applied = reader.applied(heads)
        units = [_unit(str(unit), applied[unit].resources if unit in applied else None) for unit in heads]
        raise DiagnosticError(_has_resources(cell, units, "destroy them first"))
    if action == CLIENT_OFFBOARDED:
        return
    if action is None and next(reader.events(subject=str(cell), limit=1), None) is None:
        raise MissingError(
            error(f"there is no client '{cell.cell}', and never was", "`cellwright events` tells of all")
        )
    raise DiagnosticError(
        error(
            f"{cell} was not offboarded, so there is no destruction to certify",
            f"offboard it first: cellwright offboard {cell.cell}",
        )
    )


def refuse_found_again(case: Case) -> None:
    """Go on only if nothing was found again after its destruction.

    Raises:
        DiagnosticError: something was, with a list.
    """
    found = case.standing()
    if found:
        named = [f"{fate.name} ({case.reading(fate).detail or 'still found'})" for fate in found]
        raise DiagnosticError(_has_resources(case.cell, named, "remove them by hand, then look once more"))


def _has_resources(cell: CellAddress, named: list[str], advice: str) -> Diagnostic:
    shown = ", ".join(named[:_SHOWN])
    more = f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
    return error(
        f"{cell} still has resources, so their destruction can't be certified: {shown}{more}",
        f"{advice}: cellwright offboard {cell.cell}",
    )


def _unit(unit: str, resources: int | None) -> str:
    return unit if resources is None else f"{unit} ({resources} resource{'' if resources == 1 else 's'})"
