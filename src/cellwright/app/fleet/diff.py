"""Diff: what differs for whom between two revisions of the fleet, with all settings resolved."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from cellwright.app.fleet.comparing.change import Change, ChangeGroup, FleetDiff, Subject
from cellwright.app.fleet.comparing.fleets import changed_policies, compare, grouped, grouped_cells
from cellwright.app.fleet.comparing.sides import chosen_sides, loaded
from cellwright.app.session.session import FleetSession
from cellwright.app.session.snapshot import Snapshot
from cellwright.fleet.explain import Origins
from cellwright.fleet.fleet import Fleet
from cellwright.fleet.resolve.cell_summary import labels_of_cell
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, Severity, error
from cellwright.rollout.cells import KnownCell, matches

_TRACED_GROUPS = 300
"""For so many groups the deciding line of each change is looked up; for more, the input's own is taken."""
_TRACED = frozenset({Subject.INPUT, Subject.STACK, Subject.PROGRAM})
_UNTRACED_PATHS = frozenset({"source"})
"""The settings of a cell do not say it: fleet.yaml does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffRequest:
    """Which revisions, and which cells."""

    revisions: Sequence[str] = ()
    """As git takes them: none (HEAD and the work tree), one, two, `A..B` or `A...B`."""
    cells: Sequence[str] = ()
    """Selectors of cells; none means all."""


def diff(session: FleetSession, request: DiffRequest) -> FleetDiff:
    """Compare two revisions of the fleet; starts no Terraform, and leaves the work tree as it is.

    Raises:
        DiagnosticError: outside git, a revision names no commit or holds no fleet, or a selector
            matches no cell of either side.
    """
    older, newer = chosen_sides(session, request.revisions)
    # The newer side first: what is kept of it then helps to load the older one.
    with loaded(session, newer) as now, loaded(session, older, like=now) as then:
        before, after = then.snapshot, now.snapshot
        found = compare(then, now, _wanted(before.fleet, after.fleet, request.cells))
        groups = grouped(found.units)
        if len(groups) <= _TRACED_GROUPS:
            groups = tuple(_traced(after.fleet, groups))
        return FleetDiff(
            fleet=after.fleet.name,
            before=older.label,
            after=newer.label,
            new_cells=found.new_cells,
            gone_cells=found.gone_cells,
            cells=grouped_cells(found.cells),
            groups=groups,
            policies=changed_policies(before, after),
            unchanged=found.unchanged,
            new_findings=_new_findings(before, after),
            not_compared=tuple(item for item in before.fleet.diagnostics if item.severity is Severity.ERROR),
        )


def _wanted(before: Fleet, after: Fleet, selectors: Sequence[str]) -> Collection[CellAddress]:
    """Give the cells of both sides that are wanted, by levels as the newer fleet has them, then by name."""
    levels = {level.name: number for number, level in enumerate((*before.levels, *after.levels))}
    every = sorted({*before.cells, *after.cells}, key=lambda cell: (levels[cell.level], cell.cell))
    if not selectors:
        return every
    chosen: set[CellAddress] = set()
    for selector in selectors:
        found = _selected(before, after, selector)
        if not found:
            advice = "name cells: client/acme, client/*, base/**, tier=gold"
            raise DiagnosticError(error(f"'{selector}' matches no cell of either side", advice))
        chosen |= found
    return [cell for cell in every if cell in chosen]


def _selected(before: Fleet, after: Fleet, selector: str) -> set[CellAddress]:
    return {
        address
        for fleet in (before, after)
        for address, cell in fleet.cells.items()
        if matches(KnownCell(address, labels_of_cell(cell)), selector)
    }


def _traced(fleet: Fleet, groups: Sequence[ChangeGroup]) -> Iterator[ChangeGroup]:
    """Give each change the very line that decides, where it is the same for all units of its group."""
    origins = Origins(fleet, tuple({group.units[0].of_cell for group in groups}))
    for group in groups:
        yield replace(group, changes=tuple(_at_its_line(origins, group, item) for item in group.changes))


def _at_its_line(origins: Origins, group: ChangeGroup, change: Change) -> Change:
    alike = len(group.units) == 1 or change.position is not None or change.subject is not Subject.INPUT
    can_be_traced = change.subject in _TRACED and change.path not in _UNTRACED_PATHS
    if change.after is None or not alike or not can_be_traced:
        return change
    try:
        return replace(change, position=origins.of(group.units[0], change.path)[-1].position)
    except DiagnosticError:  # a part of a value that a reference gives
        return change


def _new_findings(before: Snapshot, after: Snapshot) -> tuple[Diagnostic, ...]:
    """Give what is found on the newer side only; a finding whose line has moved is no new one."""
    known = {(item.severity, item.summary, item.detail) for item in before.fleet.diagnostics}
    return tuple(
        item for item in after.fleet.diagnostics if (item.severity, item.summary, item.detail) not in known
    )
