"""Asks whether there are runs to end before the code is loaded that does it: nearly always there are none."""

from cellwright.app.session.session import FleetSession
from cellwright.model.actor import Actor


def end_others_if_needless(session: FleetSession, run: str, actor: Actor) -> None:
    """End the runs besides `run` that nobody carries out, where nothing is left of them to do."""
    if session.ledger(writing=True).reader.others_running(run):
        from cellwright.app.runs.steering.ending import end_needless_runs  # noqa: PLC0415  as above

        end_needless_runs(session, actor)
