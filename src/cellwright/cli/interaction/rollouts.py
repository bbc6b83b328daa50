"""What the commands of rollouts share: showing one, asking, following it until it waits for a person."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text

from cellwright.api.runs import rollouts as document
from cellwright.app.rollouts.asking import ACTIONS, AskRequest, answer
from cellwright.app.rollouts.following import Followed, follow
from cellwright.app.rollouts.preparing import RolloutRequest, prepare
from cellwright.app.rollouts.shapes import ShapeGroup, approve_groups
from cellwright.app.rollouts.start import Started, record_prepared, rollback
from cellwright.app.rollouts.status import list_rollouts, newest_rollout, show_rollout, summarize, view_of
from cellwright.cli import exit_codes
from cellwright.cli.interaction.approval import ask, no_terminal_error
from cellwright.cli.interaction.interrupts import SignalInterrupts
from cellwright.cli.interaction.library_logs import keep_libraries_quiet
from cellwright.cli.invocation import Invocation
from cellwright.cli.screen import palette
from cellwright.cli.screen.layout import BLANK
from cellwright.cli.screen.screen import interactive
from cellwright.cli.views.change import rollouts as view
from cellwright.ledger.rollouts.values import RolloutSummary
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.rollout.requests import open_approval
from cellwright.rollout.state import Phase, RolloutStatus

_GOOD = (RolloutStatus.COMPLETED, RolloutStatus.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """How a command stays with a rollout."""

    detach: bool
    parallel: int | None
    asks: bool
    """Ask the person at the terminal for approvals."""


def _refuse_parallel(invocation: Invocation, following: Following) -> None:
    """Refuse `--parallel` where a server carries the rollout out, before anything has begun.

    Raises:
        DiagnosticError: both were given.
    """
    if following.parallel is not None and invocation.server is not None:
        detail = "leave out --parallel: fleet.yaml and the workers say how much goes on at once"
        raise DiagnosticError(error("a server does not take how many units are run at once", detail))


def show_list(invocation: Invocation) -> int:
    """List the newest rollouts."""
    found = invocation.look(list_rollouts)
    invocation.answer(lambda: view.rollouts(found), lambda: document.rollouts(found))
    return exit_codes.DONE


def show_one(invocation: Invocation, rollout: str, *, markdown: bool = False) -> int:
    """Show one rollout; the newest, if none is named."""
    found = invocation.look(show_rollout, rollout or invocation.look(newest_rollout))
    if markdown:
        invocation.answer_in_markdown(lambda: view.markdown(found))
    else:
        invocation.answer(lambda: view.rollout(found), lambda: document.rollout(found))
    return exit_codes.DONE


def start_rollout(invocation: Invocation, request: RolloutRequest, following: Following) -> int:
    """Show what would begin, ask, begin, and follow."""
    _refuse_parallel(invocation, following)
    prepared = invocation.look(prepare, request)
    if following.asks:
        need_terminal()
    invocation.error.show(view.prepared(prepared))
    if following.asks and not confirmed(invocation, "Begin? Only 'yes' is taken as a yes: "):
        return exit_codes.FINDINGS
    started = invocation.act(record_prepared, request, prepared)
    return begun(invocation, started, following)


def roll_back(
    invocation: Invocation, rollout: str, to: str, reason: str, approved_how: str, following: Following
) -> int:
    """Take a rollout back, and follow the new one."""
    _refuse_parallel(invocation, following)
    if following.asks:
        need_terminal()
        question = f"Take back {rollout}? Only 'yes' is taken as a yes: "
        if not confirmed(invocation, question):
            return exit_codes.FINDINGS
    started = invocation.act(rollback, rollout, reason, to, approved_how)
    invocation.error.show(view.prepared(started.prepared))
    for cell in started.left_out:
        invocation.note(f"{cell} did not exist at that commit, and is left as it is")
    return begun(invocation, started, following)


def ask_rollout(invocation: Invocation, action: str, request: AskRequest, following: Following | None) -> int:
    """Ask something of a rollout; follow it, if it goes on."""
    if following is not None:
        _refuse_parallel(invocation, following)
    if not _only_followed(invocation, action, request):
        invocation.act(ACTIONS[action], request)
    if following is None or following.detach:
        return show_one(invocation, request.rollout)
    return _follow(invocation, request.rollout, following)


def approve_rollout(
    invocation: Invocation, rollout: str, reason: str, groups: tuple[str, ...], following: Following
) -> int:
    """Show what waits, ask unless it was seen elsewhere, approve, and follow."""
    _refuse_parallel(invocation, following)
    shown = invocation.look(show_rollout, rollout)
    if following.asks:
        need_terminal()
        invocation.error.show(view.rollout(shown))
        if not confirmed(invocation, "Approve? Only 'yes' is taken as a yes: "):
            return exit_codes.FINDINGS
    _approve(invocation, rollout, reason, groups or _names(shown.groups))
    if following.detach:
        return show_one(invocation, rollout)
    return _follow(invocation, rollout, following)


def begun(invocation: Invocation, started: Started, following: Following) -> int:
    """Tell that a rollout has begun, and follow it."""
    rollout = started.record.id
    invocation.note(f"rollout {rollout} has begun")
    if following.detach:
        return show_one(invocation, rollout)
    return _follow(invocation, rollout, following)


def _follow(invocation: Invocation, rollout: str, following: Following) -> int:
    """Follow until it is over, or waits for somebody else."""
    keep_libraries_quiet()
    with SignalInterrupts(announce=lambda _level: None).listening() as signals:
        while True:
            told = _Told(invocation)
            found = invocation.look(follow, rollout, signals, told, following.parallel)
            if found.interrupted or not _asks(found, following) or not interactive():
                break
            invocation.error.show(view.rollout(view_of(found.record, found.groups)))
            if not confirmed(invocation, "Approve? Only 'yes' is taken as a yes: ", signals):
                break
            _approve(invocation, rollout, "", _names(found.groups))
        code = signals.exit_code
    show_one(invocation, rollout)
    if code is not None:
        return code
    status = found.record.state.status
    return exit_codes.DONE if status in _GOOD or status.is_active else exit_codes.FINDINGS


def _asks(found: Followed, following: Following) -> bool:
    waits = bool(found.groups) or open_approval(found.record.plan, found.record.state) is not None
    return following.asks and waits


def _approve(invocation: Invocation, rollout: str, reason: str, groups: tuple[str, ...]) -> None:
    """Approve these plans, which were shown, or if there are none the approval between waves."""
    if groups:
        invocation.act(approve_groups, rollout, groups, reason)
    else:
        invocation.act(answer, AskRequest(rollout=rollout, reason=reason))


def _names(groups: Sequence[ShapeGroup]) -> tuple[str, ...]:
    return tuple(group.name for group in groups)


def _only_followed(invocation: Invocation, action: str, request: AskRequest) -> bool:
    """Tell whether `resume` means a rollout that is not paused: then it is followed, and nothing is asked."""
    if action != "resume":
        return False
    status = invocation.look(summarize, request.rollout).status
    return status.is_active and status is not RolloutStatus.PAUSED


@dataclass(slots=True)
class _Told:
    """Writes a line when the rollout has changed, and the line with it."""

    invocation: Invocation
    last: Text | None = None

    def __call__(self, found: RolloutSummary) -> None:
        mark = view.STATUS[found.status]
        why = f": {found.why}" if found.why else ""
        done = sum(count for phase, count in found.phases.items() if Phase(phase).is_over)
        counts = f"  {done:,} of {sum(found.phases.values()):,} cells"
        line = Text.assemble(mark.text(), " ", mark.label(), why, (counts, palette.FAINT))
        if line != self.last:
            self.invocation.error.show(line)
            self.last = line


def need_terminal() -> None:
    """Refuse to ask where nobody can answer.

    Raises:
        DiagnosticError: there is no terminal.
    """
    if not interactive():
        raise no_terminal_error()


def confirmed(invocation: Invocation, question: str, signals: SignalInterrupts | None = None) -> bool:
    """Ask the person at the terminal; only 'yes' is taken as a yes; of another answer it is said."""
    invocation.error.show(BLANK)
    if signals is not None:
        answered = ask(invocation.error, question, signals)
    else:
        with SignalInterrupts().listening() as own:
            answered = ask(invocation.error, question, own)
    if answered != "yes":
        invocation.error.show(Text("That is no yes: nothing was done.", style=palette.CAUTION))
    return answered == "yes"
