"""`cellwright prune`."""

from cellwright.api import prune as document
from cellwright.app.history.prune import PruneRequest
from cellwright.app.history.prune import prune as prune_history
from cellwright.cli import errors
from cellwright.cli.arguments.pruning import PruneArguments
from cellwright.cli.progress.working import working
from cellwright.cli.session import Session
from cellwright.cli.views.text import pruning as text


def prune(session: Session, arguments: PruneArguments) -> int:
    """Say what may go, or remove it."""
    request = PruneRequest(
        kept_days=arguments.kept_days,
        kept_runs=arguments.kept_runs,
        reason=arguments.reason,
        carry_out=arguments.yes,
    )
    doing = "removing what is old" if arguments.yes else "looking for what is old"
    with working(session.error.stream, doing):
        found = prune_history(session.fleet, session.actor, request)
    session.answer(lambda: text.pruned(found), lambda: document.pruned(found))
    return errors.DONE
