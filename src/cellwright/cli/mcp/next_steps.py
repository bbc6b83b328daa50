"""What a person has to do before a run goes on: no tool can do it."""

from cellwright.ledger.run_state import RunSummary
from cellwright.model.runs.run import RunKind, RunStatus


def for_a_person(run: RunSummary, waiting: int) -> str:
    """Say what a person has to do now; empty if that is nothing."""
    if run.status is RunStatus.RUNNING and waiting:
        plans = "1 plan waits" if waiting == 1 else f"{waiting:,} plans wait"
        return (
            f"{plans} for a person. They look at the plans and answer in a terminal: "
            f"cellwright approve {run.id} (or: cellwright reject {run.id} --reason WHY), or in the console. "
            f"If nobody carries the run out then: cellwright job follow {run.id}"
        )
    if run.status in {RunStatus.FAILED, RunStatus.CANCELLED} and run.kind is not RunKind.PLAN:
        return f"Once the cause is mended, a person goes on with it: cellwright resume {run.id}"
    return ""


def begun(run: str, *, approval: bool) -> str:
    """Say what happens with a run that was begun, and who decides."""
    look = f"Ask `run` for {run} to see its plans"
    if not approval:
        return f"Run {run} has begun; it changes nothing. {look}."
    return (
        f"Run {run} has begun and makes its plans. Nothing is applied before a person approves them: "
        f"cellwright approve {run}, or in the console. {look}."
    )
