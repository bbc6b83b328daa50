"""What the commands about drift share."""

from collections.abc import Sequence
from dataclasses import dataclass

from cellwright.api.runs import drift as document
from cellwright.app.drift.following import Looked, Watching, look_if_due, look_now
from cellwright.app.drift.listing import list_drift
from cellwright.app.drift.looking import LookRequest
from cellwright.app.drift.repairing import RepairRequest, begin_repair, repair_of
from cellwright.cli import exit_codes
from cellwright.cli.interaction.conversation import open_conversation
from cellwright.cli.interaction.library_logs import keep_libraries_quiet
from cellwright.cli.interaction.rollouts import Following, begun, confirmed, need_terminal, start_rollout
from cellwright.cli.invocation import Invocation
from cellwright.cli.views.change import drift as view
from cellwright.cli.views.change import rollouts as rollout_view


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """What to look at."""

    selectors: tuple[str, ...]
    due: bool
    parallel: int | None
    reason: str


def show_drift(invocation: Invocation, selectors: Sequence[str]) -> int:
    """List the fleet's drift, or that of some units."""
    found = invocation.look(list_drift, selectors)
    invocation.answer(lambda: view.drift(found), lambda: document.drift(found))
    return exit_codes.DONE


def run_looks(invocation: Invocation, looks: Looks, *, detailed: bool) -> int:
    """Look, show progress, and tell what was found."""
    keep_libraries_quiet()
    with open_conversation(invocation.error, preapproved=True) as terminal:
        reporter = terminal.conversation.reporter
        watching = Watching(
            interrupts=terminal.interrupts, told=invocation.note, listener=lambda _run: reporter
        )
        if looks.due:
            found = look_if_due(invocation.fleet, looks.parallel, watching)
        else:
            request = LookRequest(selectors=looks.selectors, parallel=looks.parallel, reason=looks.reason)
            found = invocation.act(look_now, request, watching)
    invocation.answer(lambda: view.looked(found), lambda: document.looked(found))
    if terminal.interrupts.exit_code is not None:
        return terminal.interrupts.exit_code
    return _exit_code(found, detailed=detailed)


def repair_drift(invocation: Invocation, request: RepairRequest, following: Following) -> int:
    """Show what would begin, ask, begin, and follow; a server is asked without being shown it first."""
    if invocation.server is None:
        return start_rollout(invocation, repair_of(invocation.fleet, request), following)
    if following.asks:
        need_terminal()
        if not confirmed(invocation, "Begin the repair? Only 'yes' is taken as a yes: "):
            return exit_codes.FINDINGS
    started = invocation.act(begin_repair, request)
    invocation.error.show(rollout_view.prepared(started.prepared))
    return begun(invocation, started, following)


def _exit_code(found: Looked, *, detailed: bool) -> int:
    if found.view.unknown:
        return exit_codes.FINDINGS
    return exit_codes.CHANGES if detailed and found.has_drift else exit_codes.DONE
