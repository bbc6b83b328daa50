"""How every run is started and carried out."""

from dataclasses import replace

from cellwright.app.runs.guards.held import refuse_held
from cellwright.app.runs.guards.uncommitted import recorded_as, tell_of_no_commit
from cellwright.app.runs.recorded import recording
from cellwright.app.runs.report import RunReport
from cellwright.app.runs.run_task import RunTask
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.runs.steering.needless import end_others_if_needless
from cellwright.app.runs.toolchains import check_options, check_toolchains, check_versions
from cellwright.app.session.hidden import refuse_hidden_settings
from cellwright.app.session.own_ledger import tell_of_own_ledger
from cellwright.app.session.session import OpenFleet
from cellwright.engine.asked import ORDINARY, Asked
from cellwright.engine.lease.keeper import this_process
from cellwright.engine.run_record import end_empty_run, new_run
from cellwright.ledger.write.queueing import QueuedRun
from cellwright.model.actor import Actor
from cellwright.model.runs.run import Operation, Run, RunKind
from cellwright.planning.choice import Choice


def start(  # noqa: PLR0913  what a run consists of
    fleet: OpenFleet,
    actor: Actor,
    kind: RunKind,
    choice: Choice,
    reason: str,
    queued: QueuedRun | None = None,
    *,
    run_id: str = "",
    frozen_at: str = "",
    asked: Asked = ORDINARY,
) -> Run:
    """Write a new run into the ledger: this process carries it out, or, if it is `queued`, whoever is free.

    `run_id` is its id, if that was settled before. `frozen_at` is the commit of a fleet whose files are that
    commit and nothing else, which git is not asked about then: it takes a while for ten thousand files.
    `asked` is how plans are made and what may be applied.

    Raises:
        DiagnosticError: there is no usable Terraform, or not one that the stacks allow, or settings are left
            out of the checkout, or are not committed, so the run could not begin; nothing is recorded then.
    """
    refuse_held(fleet, kind, choice)
    tell_of_own_ledger(fleet.session, fleet.fleet)
    check_toolchains(fleet, (part.address for part in choice.parts))
    applied = [part.address for part in choice.parts if part.operation is Operation.APPLY]
    check_versions(fleet, applied)
    check_options(fleet, applied, asked.options)
    repository = fleet.session.repository() if not frozen_at else None
    refuse_hidden_settings(repository, fleet.fleet)
    commit = repository.head() if repository else frozen_at or None
    run = new_run(kind, choice, actor, reason, commit)
    run = replace(run, id=run_id or run.id)
    # The commit alone would not say what was run.
    uncommitted = repository.dirty() if repository else ()
    asked = recorded_as(fleet, kind, choice, asked, uncommitted)
    if commit is None and repository is None:
        tell_of_no_commit(fleet, kind)
    holder = this_process(run.id) if queued is None else None
    fleet.ledger.recorder.start_run(run, uncommitted, actor, holder, queued, asked.to_json())
    end_others_if_needless(fleet.session, run.id, actor)
    return run


def perform(fleet: OpenFleet, actor: Actor, task: RunTask, talk: Conversation) -> RunReport:
    """Carry out a run that the ledger knows; what is done now is recorded as done by `actor`."""
    with recording(fleet, task.run.id, talk.reporter) as told:
        return _perform(fleet, actor, task, replace(talk, reporter=told))


def _perform(fleet: OpenFleet, actor: Actor, task: RunTask, talk: Conversation) -> RunReport:
    if not task.choice.parts:
        return RunReport(end_empty_run(task.run, fleet.ledger, actor, talk.reporter), ())
    # Imported when there is something to run: Terraform's rooms, the relay and the evaluator of policies.
    from cellwright.app.runs.run_context import context_of  # noqa: PLC0415
    from cellwright.engine.execution import carry_out  # noqa: PLC0415
    from cellwright.rego.evaluator import RegoProcess  # noqa: PLC0415

    with RegoProcess(environment=fleet.session.environment) as rego:
        execution = carry_out(task.run, task.choice, context_of(fleet, actor, task, talk, rego), task.plans)
    return RunReport(execution.run, execution.results, execution.plans)
