"""Makes a check of a rollout, for each cell of its wave that has changed."""

import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass

from cellwright.app.session.session import FleetSession
from cellwright.checks.alarms import check_alarms
from cellwright.checks.command import check_command
from cellwright.checks.http import check_http
from cellwright.checks.verdict import PASSED, Checked, Verdict, unreadable
from cellwright.fleet.resolve.cell_summary import labels_of_cell
from cellwright.fleet.scope import Scope
from cellwright.ledger.rollouts.values import RolloutRecord
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.settings.rollout_settings import LONGEST_CHECK_SECONDS, CheckSettings
from cellwright.rollout.cells import KnownCell
from cellwright.rollout.state import Phase, StepKey, StepProgress, StepState

_AT_ONCE = 8
_REFERENCE = re.compile(r"\$?\$\{cell\.([A-Za-z0-9_-]+)\}|\$\$\{")
_LEFT_OUT = (Phase.SKIPPED, Phase.FAILED)
_STATES = {
    Verdict.PASSED: StepState.PASSED,
    Verdict.FAILED: StepState.FAILED,
    Verdict.UNREADABLE: StepState.UNREADABLE,
}


@dataclass(frozen=True, slots=True)
class Checking:
    """One check of one rollout."""

    record: RolloutRecord
    key: StepKey
    attempt: int

    @property
    def name(self) -> str:
        """What the check is called in fleet.yaml."""
        stage = self.record.plan.stages[self.key.stage]
        return stage.steps(self.key.when)[self.key.place].check

    def longest(self, cells: int) -> float:
        """Give the seconds after which whoever makes it must have died."""
        return LONGEST_CHECK_SECONDS * (cells // _AT_ONCE + 1) + 60.0

    def make(self, frozen: Callable[[], AbstractContextManager[FleetSession]]) -> StepProgress:
        """Make it with the settings at the rollout's commit; the first cell that is not well decides."""
        try:
            with frozen() as session:
                found = self._make(session)
        except DiagnosticError as fault:
            found = unreadable(fault.diagnostics[0].summary)
        return StepProgress(_STATES[found.verdict], self.attempt, "", found.why)

    def _make(self, session: FleetSession) -> Checked:
        check = session.rollouts().checks.get(self.name)
        if check is None:
            return unreadable(f"the commit {self.record.summary.commit} has no check '{self.name}'")
        if not any("${cell." in text for text in check.texts):
            return _check(session, check, {})
        with ThreadPoolExecutor(_AT_ONCE, "check") as threads:
            results = [(cell, threads.submit(_check_cell, session, check, cell)) for cell in self._cells()]
        told = [(cell, result.result()) for cell, result in results]
        for verdict in (Verdict.FAILED, Verdict.UNREADABLE):
            bad = [(cell, item) for cell, item in told if item.verdict is verdict]
            if bad:
                cell, item = bad[0]
                more = f"; and {len(bad) - 1} more cells" if bad[1:] else ""
                return Checked(verdict, f"{cell}: {item.why}{more}")
        return PASSED

    def _cells(self) -> list[CellAddress]:
        plan, state = self.record.plan, self.record.state
        stage = plan.stages[self.key.stage]
        return [
            plan.cells[place].address for place in stage.cells if state.cells[place].phase not in _LEFT_OUT
        ]


def _check_cell(session: FleetSession, check: CheckSettings, address: CellAddress) -> Checked:
    try:
        cells = session.usable(Scope(frozenset({address}))).fleet.cells
    except DiagnosticError as fault:
        return unreadable(fault.diagnostics[0].summary)
    cell = cells.get(address)
    if cell is None:
        return PASSED  # it leaves the fleet: there is nothing to look at
    known = KnownCell(address, labels_of_cell(cell))
    values = {**known.labels, "name": address.cell, "cell": address.cell, "level": address.level}
    wanted = {name for text in check.texts for name in _REFERENCE.findall(text) if name}
    missing = sorted(wanted - values.keys())
    if missing:
        return unreadable(f"it has no key '{missing[0]}', which the check '{check.name}' takes")
    return _check(session, check, values)


def _check(session: FleetSession, check: CheckSettings, values: Mapping[str, str]) -> Checked:
    environment, timeout = session.environment, float(check.timeout)
    if check.kind == "http":
        return check_http(_filled(check.url, values), check.status, environment, timeout)
    if check.kind == "alarms":
        names = [_filled(name, values) for name in check.alarms]
        return check_alarms(names, _filled(check.region, values), environment, timeout)
    command = [_filled(part, values) for part in check.command]
    return check_command(command, session.root, environment, timeout)


def _filled(text: str, values: Mapping[str, str]) -> str:
    def value(found: "re.Match[str]") -> str:
        whole = found.group()
        return f"{whole[1:]}" if whole.startswith("$$") else values[found.group(1)]

    return _REFERENCE.sub(value, text)
