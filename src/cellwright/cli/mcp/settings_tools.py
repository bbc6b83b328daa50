"""Tools that tell of the fleet's settings: status, inputs, their sources, what differs, findings."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import Field

from cellwright.api import diagnostics as diagnostics_document
from cellwright.api.document import Document, to_json
from cellwright.api.fleet import capacity as capacity_document
from cellwright.api.fleet import diff as diff_document
from cellwright.api.fleet import explain as explain_document
from cellwright.api.fleet import show as show_document
from cellwright.api.fleet import status as status_document
from cellwright.app.fleet import capacity as capacity_case
from cellwright.app.fleet import check as check_case
from cellwright.app.fleet import diff as diff_case
from cellwright.app.fleet import explain as explain_case
from cellwright.app.fleet import show as show_case
from cellwright.app.status import status as status_case
from cellwright.app.status.paging import Page
from cellwright.app.status.status import FleetStatus
from cellwright.cli.mcp import documents
from cellwright.cli.mcp.answers import Told, ToolAnswer
from cellwright.cli.mcp.desk import Desk
from cellwright.cli.mcp.inputs import AfterUnit, Limit, Selectors, UnitName
from cellwright.cli.views import diagnostics as diagnostics_view
from cellwright.cli.views.look import capacity as capacity_view
from cellwright.cli.views.look import diff as diff_view
from cellwright.cli.views.look import explain as explain_view
from cellwright.cli.views.look import show as show_view
from cellwright.cli.views.look import status as status_view
from cellwright.model.address import AddressError, UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.change import Status

_NARROW = "ask with narrower selectors or a smaller limit"
StatusName = Literal["up_to_date", "changed", "never_applied", "blocked", "destroy", "failed"]


@dataclass(frozen=True, slots=True)
class SettingsTools:
    """Each method is a tool; its docstring is what an assistant is told."""

    desk: Desk

    def status(
        self,
        selectors: Selectors = (),
        statuses: Annotated[
            tuple[StatusName, ...],
            Field(description="List only units with these; empty: all that are not up to date."),
        ] = (),
        after: AfterUnit = "",
        limit: Limit = 50,
    ) -> Annotated[ToolAnswer, documents.StatusAnswer]:
        """Compare the fleet's settings with what was applied: how many units have which status, and which.

        Counts come first, over all selected units; listed are those that are not up to date, with the reason.
        Says nothing of the real resources: `drift` does. Starts no Terraform.
        """
        return self.desk.answer(
            documents.StatusAnswer, lambda: self._status(selectors, frozenset(statuses), after, limit)
        )

    def _status(self, selectors: tuple[str, ...], statuses: frozenset[str], after: str, limit: int) -> Told:
        first = _unit(after)
        whole = self.desk.look(status_case.status, status_case.StatusRequest(selectors=selectors))
        wanted = statuses or {item.value for item in Status} - {Status.UP_TO_DATE.value}
        chosen = [
            unit
            for unit in whole.units
            if unit.status.value in wanted and (first is None or unit.address > first)
        ]
        listed = replace(
            whole,
            units=tuple(chosen[:limit]),
            next=chosen[limit - 1].address if len(chosen) > limit else None,
        )
        counts = Counter(unit.status.value for unit in whole.units)
        said = ", ".join(f"{counts[item.value]:,} {item.value}" for item in Status if counts[item.value])
        head = f"{whole.fleet}: {len(whole.units):,} units: {said or 'none'}"
        return Told(
            text=[head, *([status_view.status(listed, every=True)] if listed.units else [])],
            document=_status_document(listed, counts),
            more=f"ask again with after='{listed.next}'" if listed.next is not None else _NARROW,
        )

    def show(
        self,
        selectors: Selectors = (),
        after: AfterUnit = "",
        limit: Limit = 10,
    ) -> Annotated[ToolAnswer, documents.ShowAnswer]:
        """Show units with their resolved inputs, as Terraform will be given them; secrets are masked.

        Outputs of other units are shown as references.
        """
        return self.desk.answer(documents.ShowAnswer, lambda: self._show(selectors, after, limit))

    def _show(self, selectors: tuple[str, ...], after: str, limit: int) -> Told:
        request = show_case.ShowRequest(selectors=selectors, page=Page(_unit(after), limit))
        shown = self.desk.look(show_case.show, request)
        units = tuple(shown.units)
        return Told(
            text=list(show_view.show(replace(shown, units=iter(units)))),
            document=show_document.units(replace(shown, units=iter(units))),
            more=f"ask again with after='{shown.next}'" if shown.next is not None else _NARROW,
        )

    def explain(
        self,
        unit: UnitName,
        input_name: Annotated[
            str,
            Field(description="An input, or a path into one (tags.team); empty: all of the unit's inputs."),
        ] = "",
    ) -> Annotated[ToolAnswer, documents.ExplainAnswer]:
        """Tell where an input's value comes from: every layer that sets it, the winner last."""
        return self.desk.answer(documents.ExplainAnswer, lambda: self._explain(unit, input_name))

    def _explain(self, unit: str, name: str) -> Told:
        found = self.desk.look(
            explain_case.explain, explain_case.ExplainRequest(unit=unit, input=name or None)
        )
        return Told(
            text=[explain_view.explain(unit, found)],
            document=explain_document.explanations(unit, found),
            more="ask for one input",
        )

    def diff(
        self,
        before: Annotated[str, Field(description="A branch, tag or commit; empty: HEAD.")] = "",
        after: Annotated[str, Field(description="Another one; empty: the work tree.")] = "",
        cells: Annotated[
            tuple[str, ...],
            Field(description="Only these cells: client/acme, client/*, tier=gold. Empty: all."),
        ] = (),
    ) -> Annotated[ToolAnswer, documents.DiffAnswer]:
        """Show what differs for whom between two revisions of the settings: resolved, and in groups.

        Needs the fleet's folder: a server does not answer it.
        """
        return self.desk.answer(documents.DiffAnswer, lambda: self._diff(before, after, cells))

    def _diff(self, before: str, after: str, cells: tuple[str, ...]) -> Told:
        if after and not before:
            raise DiagnosticError(error("'after' alone says nothing", "give 'before', too"))
        revisions = tuple(item for item in (before, after) if item)
        if any(item.startswith("-") for item in revisions):
            raise DiagnosticError(error("no revision begins with '-'", "give a branch, tag or commit"))
        request = diff_case.DiffRequest(revisions=revisions, cells=cells)
        found = self.desk.look(diff_case.diff, request)
        return Told(
            text=[diff_view.diff(found)],
            document=diff_document.diff(found),
            more="name fewer cells",
        )

    def check(self) -> Annotated[ToolAnswer, documents.CheckAnswer]:
        """Check the whole fleet's settings: every finding, with its file, line and what to do."""
        return self.desk.answer(documents.CheckAnswer, self._check)

    def _check(self) -> Told:
        found = self.desk.look(check_case.check)
        return Told(
            text=[diagnostics_view.diagnostics(found, "no findings")],
            document=diagnostics_document.diagnostics(found),
            more="mend the first ones, then ask again",
        )

    def capacity(
        self,
        account: Annotated[
            str, Field(description="One account, or another cell that clients are placed in.")
        ] = "",
    ) -> Annotated[ToolAnswer, documents.CapacityAnswer]:
        """Show how full each account is: what AWS limits, what is used of it, how many more clients fit."""
        return self.desk.answer(documents.CapacityAnswer, lambda: self._capacity(account))

    def _capacity(self, account: str) -> Told:
        found = self.desk.look(capacity_case.show_capacity, account or None)
        return Told(
            text=[capacity_view.one(found) if account else capacity_view.capacity(found)],
            document=capacity_document.capacity(found),
            more="ask for one account",
        )


def _status_document(listed: FleetStatus, counts: Counter[str]) -> Document:
    document = to_json(status_document.status(listed))
    whole = {item.value: counts[item.value] for item in Status}
    return {**document, "counts": whole} if isinstance(document, dict) else document


def _unit(text: str) -> UnitAddress | None:
    try:
        return UnitAddress.parse(text) if text else None
    except AddressError as fault:
        raise DiagnosticError(error(str(fault), "give `next` of the answer before")) from None
