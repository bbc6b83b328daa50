"""Carries out runs with what fleet.yaml declares of moves; a fleet that declares none pays nothing for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from cellwright.app.runs.report import RunReport
from cellwright.app.runs.run_task import RunTask
from cellwright.app.runs.running import perform
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.session import OpenFleet
from cellwright.model.actor import Actor
from cellwright.planning.declared_moves import declaring_stacks


def perform_with_moves(fleet: OpenFleet, actor: Actor, task: RunTask, talk: Conversation) -> RunReport:
    """Carry out a run, and the declared moves of its units."""
    with with_moves(fleet, actor, task, talk) as moving:
        return perform(fleet, actor, moving, talk)


@contextmanager
def with_moves(fleet: OpenFleet, actor: Actor, task: RunTask, talk: Conversation) -> Iterator[RunTask]:
    """Give a run's task with the fleet's declared moves; nothing of their copies stays after the block."""
    stacks = declaring_stacks(fleet.fleet.levels)
    if not stacks or not task.choice.parts:
        yield task
        return
    # Imported where there is something to move: Terraform's rooms.
    from cellwright.app.runs.moving.declared import DeclaredMoves  # noqa: PLC0415
    from cellwright.app.runs.moving.scratch import remove_left_copies  # noqa: PLC0415

    remove_left_copies(fleet.home.folder)
    moves = DeclaredMoves(fleet=fleet, actor=actor, run=task.run, talk=talk, stacks=stacks)
    try:
        yield replace(task, moves=moves)
    finally:
        moves.close()
