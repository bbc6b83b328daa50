"""The life of clients: how far an offboarding is and what it waits for; legal holds."""

from collections.abc import Iterable, Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from cellwright.app.clients.offboard import OffboardReport
from cellwright.app.clients.offboarding.judging import Judged
from cellwright.app.clients.offboarding.planned import PlannedLeave
from cellwright.app.clients.offboarding.standing import DueReport
from cellwright.app.runs.report import RunReport
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import BLANK, Columns, Flowing, stacked
from cellwright.cli.views import diagnostics
from cellwright.cli.views.change import report as report_view
from cellwright.ledger.clients.values import LegalHold, Offboarding
from cellwright.ledger.database.clock import from_milliseconds
from cellwright.model.offboarding import Phase, Waits
from cellwright.model.runs.run import RunStatus
from cellwright.model.settings.offboarding_settings import length


def offboard_report(found: OffboardReport) -> Group:
    """The run that was carried out, and how far the offboarding is."""
    run = [_run(found.report, found.record)] if found.report is not None else []
    denied = [judged(found.judged)] if found.judged is not None else []
    return stacked(run, list(_told(found.record, found.waits)), denied)


def _run(report: RunReport, record: Offboarding) -> Group:
    """A run of an offboarding; only that which destroys can be gone on with by itself."""
    return report_view.run_report(report, advises=record.phase is Phase.DESTROYING)


def judged(found: Judged) -> Group:
    """What would be destroyed, what the policies say of it, and the exceptions that would let it pass."""
    lines: list[RenderableType] = [Flowing(Text(found.told(), style=palette.STRONG))]
    if found.exceptions:
        lines += [Flowing(Text(said)) for said in _advice(found)]
        head = "" if found.below else "exceptions:\n"
        lines += [BLANK, Text(f"{head}{found.exceptions}".rstrip(), no_wrap=True, overflow="ignore")]
    return Group(*lines)


def _advice(found: Judged) -> Iterator[str]:
    if found.written_for:
        yield f"Written into {found.file}, for which {found.written_for} answers."
        yield "To allow its destruction, look at it, commit it and repeat the command:"
        return
    where = f"below `exceptions:` in {found.file}" if found.below else f"in {found.file}"
    yield f"To allow its destruction, write this {where}, commit it and repeat the command"
    yield "(--write-exceptions PERSON writes it there, for PERSON to answer for):"


def planned(found: PlannedLeave, report: RunReport) -> Group:
    """The plans of a client's destruction, and what is to be known of them before they are confirmed."""
    told = [judged(found.judged)] if found.judged is not None else []
    begun = list(_told(found.record, found.waits)) if found.record is not None else []
    plans = [report_view.plan_report(report)] if report.results else []
    return stacked(plans, begun, told, list(_unconfirmed(found)))


def _unconfirmed(found: PlannedLeave) -> Iterator[RenderableType]:
    """Why nobody can confirm the plans, where nothing else says it."""
    if found.outdated is not None:
        yield from diagnostics.block(found.outdated, indent=0)
    elif not found.allowed and not (found.judged is not None and found.judged.denials):
        status = "still plans it" if found.run.status is RunStatus.RUNNING else "has not planned everything"
        yield Flowing(Text(f"It can't be confirmed: run {found.run.id} {status}.", style=palette.CAUTION))


def standing(record: Offboarding, waits: Waits) -> Group:
    """How far one offboarding is."""
    return Group(*_told(record, waits))


def due(found: Iterable[DueReport]) -> Group:
    """What became of the offboardings that were due, and what the others wait for."""
    parts = [
        [
            *([_run(item.report, item.record)] if item.report is not None else []),
            *_told(item.record, item.waits),
            *([Text(str(fault)) for fault in item.faults] if item.faults else []),
        ]
        for item in found
    ]
    return stacked(*parts) if parts else Group(Text("no client is being offboarded"))


def legal_holds(found: Iterable[LegalHold]) -> RenderableType:
    """Who has laid which legal hold, and whether it was lifted."""
    rows = [
        [
            Text(str(item.cell)),
            Text("in force" if item.holds else "lifted", style=palette.BAD if item.holds else palette.FAINT),
            Text(f"{item.laid_at[:10]} {item.laid_by}: {item.reason}"),
            Text(
                ""
                if item.holds
                else f"lifted {(item.lifted_at or '')[:10]} {item.lifted_by}: {item.lift_reason}"
            ),
        ]
        for item in found
    ]
    return Columns(rows) if rows else Text("no legal hold")


def _told(record: Offboarding, waits: Waits) -> Iterator[RenderableType]:
    cell, name = str(record.cell), record.cell.cell
    match record.phase:
        case Phase.DONE:
            place = f", its files lie in {record.archived_to}" if record.archived_to else ""
            yield Flowing(Text.assemble(("✓", palette.GOOD), f" {cell} is archived{place}."))
        case Phase.CANCELLED:
            yield Flowing(
                Text(f"The offboarding of {cell} is cancelled: it is {record.back_to.value} again.")
            )
        case Phase.REFUSED:
            yield Flowing(Text.assemble(("✗", palette.BAD), f" {cell} is not offboarded: {record.why}"))
        case Phase.HOLDING:
            yield Flowing(Text.assemble(("•", palette.ACCENT), f" {cell} leaves; {_waits(record, waits)}."))
            yield Flowing(
                Text(
                    f"Go on then: cellwright offboard {name}; or end it: cellwright offboard {name} --cancel"
                )
            )
        case _:
            why = f": {record.why}" if record.why else ""
            yield Flowing(Text.assemble(("•", palette.ACCENT), f" {cell} leaves: {record.phase.value}{why}"))
            yield Flowing(Text(f"Go on: cellwright offboard {name}"))


def _waits(record: Offboarding, waits: Waits) -> str:
    missing = record.approvals_needed - len(record.approvals)
    people = f"{missing} more {'person has' if missing == 1 else 'people have'} to agree"
    if waits is Waits.LEGAL_HOLD:
        return "it is under a legal hold"
    if waits is Waits.HOLD and record.hold_until is not None:
        until = f"{from_milliseconds(record.hold_until):%Y-%m-%d %H:%M} UTC"
        more = f", and {people}" if missing > 0 else ""
        return f"nothing is destroyed before {until} (a hold of {length(record.hold_seconds)}){more}"
    return people if waits is Waits.APPROVAL else "its hold is over"
