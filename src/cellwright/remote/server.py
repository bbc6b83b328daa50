"""A server in place of a fleet's folder: which use cases it answers."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from cellwright.app.by_hand import outputs, unlocking
from cellwright.app.certificates import issuing, validating
from cellwright.app.certificates import listing as certificate_listing
from cellwright.app.clients import offboard, suspend
from cellwright.app.clients.offboarding import asking as offboarding_asking
from cellwright.app.clients.onboarding import onboard
from cellwright.app.drift import acknowledging, repairing
from cellwright.app.drift import following as drift_following
from cellwright.app.drift import listing as drift_listing
from cellwright.app.drift import schedules as drift_schedules
from cellwright.app.fleet import capacity, check, explain, graph, policy, show
from cellwright.app.history import events, logs, runs
from cellwright.app.ip import check as ip_check
from cellwright.app.ip import free, pools
from cellwright.app.ip import history as ip_history
from cellwright.app.jobs import begin, leaving, offering, watching
from cellwright.app.moves import relocate, rename
from cellwright.app.overview.runs import run_report
from cellwright.app.rollouts import asking, following, preparing, shapes, start
from cellwright.app.rollouts import status as rollout_status
from cellwright.app.runs import apply, plan, resume
from cellwright.app.runs.steering import approve, cancel, pause
from cellwright.app.status import status, versions
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.remote import by_hand, certificates, changing, drift, jobs, looking, moves, rollouts
from cellwright.remote.client import ApiClient

R = TypeVar("R")

_ANSWERED: Mapping[Callable[..., Any], Callable[..., Any]] = {
    status.status: looking.status,
    show.show: looking.show,
    explain.explain: looking.explain,
    graph.graph: looking.graph,
    policy.list_policies: looking.list_policies,
    versions.versions: looking.versions,
    check.check: looking.check,
    capacity.show_capacity: looking.show_capacity,
    pools.show_pools: looking.show_pools,
    free.free_blocks: looking.free_blocks,
    ip_history.block_history: looking.block_history,
    ip_check.check_addresses: looking.check_addresses,
    runs.runs: looking.runs,
    run_report.run_report: looking.run_report,
    logs.logs: looking.logs,
    certificate_listing.listing: certificates.listing,
    issuing.issue: certificates.issue,
    validating.validate: certificates.validate,
    events.events: looking.events,
    events.latest_events: looking.latest_events,
    events.tip: looking.tip,
    events.verify: looking.verify,
    plan.plan: changing.plan,
    apply.apply: changing.apply,
    resume.resume: changing.resume,
    begin.begin_apply: jobs.begin_apply,
    begin.begin_onboard: jobs.begin_onboard,
    begin.begin_plan: jobs.begin_plan,
    begin.begin_resume: jobs.begin_resume,
    begin.begin_suspension: jobs.begin_suspension,
    leaving.begin_offboard_plan: jobs.begin_offboard_plan,
    leaving.look_at_offboard_plan: jobs.look_at_offboard_plan,
    offering.offer: jobs.offer,
    watching.watch: jobs.watch,
    onboard.onboard: changing.onboard,
    offboard.offboard: changing.offboard,
    suspend.suspend: changing.suspend,
    offboarding_asking.cancel_offboarding: changing.cancel_offboarding,
    offboarding_asking.approve_offboarding: changing.approve_offboarding,
    offboarding_asking.lay_legal_hold: changing.lay_legal_hold,
    offboarding_asking.lift_legal_hold: changing.lift_legal_hold,
    outputs.outputs: by_hand.outputs,
    unlocking.find_locks: by_hand.find_locks,
    unlocking.unlock: by_hand.unlock,
    relocate.look_at_relocation: moves.look_at_relocation,
    relocate.relocate: moves.relocate,
    rename.plan_rename: moves.plan_rename,
    rename.rename: moves.rename,
    approve.waiting_plans: changing.waiting_plans,
    approve.approve: changing.approve,
    cancel.cancel: changing.cancel,
    pause.pause: changing.pause,
    pause.unpause: changing.unpause,
    drift_listing.list_drift: drift.list_drift,
    drift_listing.show_unit: drift.show_unit,
    drift_schedules.list_schedules: drift.list_schedules,
    acknowledging.list_acknowledgements: drift.list_acknowledgements,
    acknowledging.acknowledge: drift.acknowledge,
    acknowledging.unacknowledge: drift.unacknowledge,
    drift_following.look_now: drift.look_now,
    repairing.begin_repair: drift.begin_repair,
    rollout_status.list_rollouts: rollouts.list_rollouts,
    rollout_status.newest_rollout: rollouts.newest_rollout,
    rollout_status.summarize: rollouts.summarize,
    rollout_status.show_rollout: rollouts.show_rollout,
    preparing.prepare: rollouts.prepare,
    start.simulate: rollouts.prepare,
    start.record_prepared: rollouts.record_prepared,
    start.rollback: rollouts.rollback,
    following.follow: rollouts.follow,
    asking.answer: rollouts.answer,
    shapes.approve_groups: rollouts.approve_groups,
    shapes.reject_groups: rollouts.reject_groups,
    **{use_case: rollouts.asking(action) for action, use_case in asking.ACTIONS.items()},
}
"""What the server answers in place of a use case of `app`; both give the same values."""


def ask(client: ApiClient, use_case: Callable[..., R], *arguments: object, **named: object) -> R:
    """Have the server answer a use case, given without the session and the actor.

    Raises:
        DiagnosticError: it can't, refuses, or can't be reached.
    """
    answered = _ANSWERED.get(use_case)
    if answered is None:
        raise no_folder()
    found: R = answered(client, *arguments, **named)
    return found


def no_folder(why: str = "this command can't run against a server", instead: str = "") -> DiagnosticError:
    """Say that a command needs the fleet's folder: why, and what a server does instead."""
    detail = "leave out --server and CELLWRIGHT_SERVER, and run it in the fleet's folder"
    return DiagnosticError(error(why, f"{detail}; {instead}" if instead else detail))
