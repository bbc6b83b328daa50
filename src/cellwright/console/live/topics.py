"""What a page can follow: a topic has a mark, which is another one as soon as its pages would be others."""

import hashlib
from dataclasses import dataclass, replace
from enum import Enum

from cellwright.app.overview.workers import workers
from cellwright.console.services import Services
from cellwright.ledger.rollouts.listing import RolloutQuery
from cellwright.model.diagnostic import DiagnosticError


class Topic(Enum):
    """What pages follow."""

    FLEET = "fleet"
    """How cells and their units stand."""
    RUNS = "runs"
    """What runs do, what waits for an answer, and all that is recorded besides."""
    ROLLOUTS = "rollouts"
    """Where rollouts stand, and which of their plans wait."""
    WORKERS = "workers"
    """Who carries out units, and which."""


_OF_THE_FLEET = frozenset({Topic.FLEET, Topic.RUNS})


@dataclass(frozen=True, slots=True)
class Followed:
    """What a page follows, and what it shows of it already."""

    topic: Topic
    mark: str

    @property
    def address(self) -> str:
        """Where its stream is."""
        return f"/live/{self.topic.value}"


def followed(found: Services, topic: Topic) -> Followed:
    """Give the mark for a page; to be asked for before what the page shows, so that nothing is missed.

    Empty while the fleet can't be read, which a page of the ledger alone does not need: there is news for it
    as soon as the fleet is there.
    """
    if topic in _OF_THE_FLEET and found.overview.being_read:
        return Followed(topic, "")
    try:
        return Followed(topic, mark_of(found, topic))
    except DiagnosticError:
        return Followed(topic, "")


def mark_of(found: Services, topic: Topic) -> str:
    """Give a topic's mark as it is now.

    Raises:
        DiagnosticError: the fleet or its ledger can't be read.
    """
    match topic:
        case Topic.FLEET:
            return found.overview.view().mark
        case Topic.RUNS:
            view = found.overview.view()
            return f"{view.mark}-{view.sequence}"
        case Topic.ROLLOUTS:
            return RolloutQuery(found.session.ledger().database).mark()
        case Topic.WORKERS:
            # When a worker was heard of last says nothing by itself: one that is lost has another state.
            lines = [replace(line, worker=replace(line.worker, seen="")) for line in workers(found.session)]
            return hashlib.blake2b(repr(lines).encode(), digest_size=8).hexdigest()
