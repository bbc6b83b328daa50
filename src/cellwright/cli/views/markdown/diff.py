"""`diff` as Markdown: what a pull request changes for whom."""

from collections.abc import Iterator, Sequence

from cellwright.app.fleet.comparing.change import Change, ChangeGroup, ChangeKind, FleetDiff
from cellwright.cli.screen.layout import count, named
from cellwright.cli.views.look import diff as view
from cellwright.cli.views.markdown.escaping import code, prose
from cellwright.cli.views.markdown.page import Folded, page, table
from cellwright.model.address import CellAddress

_MOST_IN_A_ROW = 4
_MOST_NAMED = 200
_MOST_FINDINGS = 20
_SIGN = {ChangeKind.CHANGED: "!", ChangeKind.REMOVED: "-", ChangeKind.SWITCHED_OFF: "-"}


def diff_page(found: FleetDiff) -> str:
    """What differs, at most as long as a comment may be; the parts hold every line."""
    rest = "All of it: `cellwright diff --all`"
    return page(list(_head(found)), [*_cell_parts(found), *map(_part, found.groups)], rest)


def _head(found: FleetDiff) -> Iterator[str]:
    yield f"### Settings: {view.amounts(found)}"
    yield ""
    yield f"{prose(found.before)} → {prose(found.after)}"
    yield ""
    rows = [*_cell_rows(found), *map(_row, found.groups)]
    if rows:
        yield from table("| | units | what differs |", rows, "more row")
        yield ""
    if found.policies:
        yield f"Policies that differ: {', '.join(map(code, found.policies))}"
        yield ""
    for title, items in (("New findings", found.new_findings), ("Not compared", found.not_compared)):
        if items:
            yield f"**{title}:**"
            for item in items[:_MOST_FINDINGS]:
                place = f" {code(str(item.position))}" if item.position else ""
                yield f"- {item.severity.value}{place} {prose(item.summary)}"
            if len(items) > _MOST_FINDINGS:
                yield f"- and {count(len(items) - _MOST_FINDINGS, 'more finding')}"
            yield ""


def _cell_rows(found: FleetDiff) -> Iterator[str]:
    for cells, kind in ((found.new_cells, ChangeKind.ADDED), (found.gone_cells, ChangeKind.REMOVED)):
        if cells:
            units = count(sum(cells.values()), "unit")
            said = code(named(list(cells), "more cell"))
            yield f"| **{view.KIND[kind].word}** | {said} | {units} |"
    for group in found.cells:
        yield f"| | {code(named(group.cells, 'more cell'))} | {_brief(group.changes)} |"


def _row(group: ChangeGroup) -> str:
    word = "" if group.kind is ChangeKind.CHANGED else f"**{view.KIND[group.kind].word}**"
    return f"| {word} | {_of(group)} | {_brief(group.changes)} |"


def _of(group: ChangeGroup) -> str:
    return f"{code(', '.join(group.stacks))} in {code(named(group.cells, 'more cell'))}"


def _brief(changes: Sequence[Change]) -> str:
    said = [code(view.told(change)) for change in changes[:_MOST_IN_A_ROW]]
    rest = len(changes) - _MOST_IN_A_ROW
    return "<br>".join([*said, *([f"and {count(rest, 'more difference')}"] if rest > 0 else [])])


def _cell_parts(found: FleetDiff) -> Iterator[Folded]:
    for cells, kind in ((found.new_cells, ChangeKind.ADDED), (found.gone_cells, ChangeKind.REMOVED)):
        if len(cells) > 1:
            lines = tuple(f"{cell}  {count(units, 'unit')}" for cell, units in cells.items())
            yield Folded(f"{view.KIND[kind].word}: {count(len(cells), 'cell')}", "", lines)


def _part(group: ChangeGroup) -> Folded:
    sign = _SIGN.get(group.kind, "+")
    lines = [f"{sign} {view.told(item)}{_place(item)}" for item in group.changes]
    if not lines:
        lines = [f"{sign} {view.KIND[group.kind].word}"]
    return Folded(
        f"{code(', '.join(group.stacks))}: {count(len(group.units), 'unit')}",
        _all(group.cells),
        tuple(lines),
        "diff",
    )


def _place(change: Change) -> str:
    place = change.position
    return f"  ({place.file}:{place.line})" if place is not None else ""


def _all(addresses: Sequence[CellAddress]) -> str:
    said = ", ".join(code(str(address)) for address in addresses[:_MOST_NAMED])
    rest = len(addresses) - _MOST_NAMED
    return f"{said} and {count(rest, 'more cell')}" if rest > 0 else said
