"""Tells pages that what they show is not the newest any more."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from cellwright.access.roles import Permission
from cellwright.console.live.rights import SameRights
from cellwright.console.live.stream import LiveResponse
from cellwright.console.live.topic_hub import WatchedTopic, follow_topic, topics_of
from cellwright.console.live.topics import Topic, mark_of
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.model.diagnostic import MissingError, error

router = APIRouter()
_LONGEST = 200
_TOPICS = {topic.value: topic for topic in Topic}


@router.get("/live/{name}")
def follow(request: Request, visitor: SignedIn, name: str, mark: str = "") -> Response:
    """Tell each time when there is news; of what happened while a browser was away, too."""
    topic = _TOPICS.get(name)
    if topic is None:
        raise MissingError(error("there is no such topic", f"pages follow: {', '.join(_TOPICS)}"))
    visitor.demand_somewhere(Permission.READ)
    found = services(request)
    still_allowed = SameRights(request, visitor, lambda now: now.demand_somewhere(Permission.READ))
    watching = topics_of(request.app).watching(topic, lambda: WatchedTopic(lambda: mark_of(found, topic)))
    known = request.headers.get("last-event-id", "") or mark
    return LiveResponse(follow_topic(watching, known[:_LONGEST], still_allowed))
