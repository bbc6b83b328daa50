"""People: who they are, and what they may do."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from cellwright.access.roles import Permission
from cellwright.app.people.standing import people_of
from cellwright.console.navigation import Entry
from cellwright.console.people.rows import PersonRow, grant_row
from cellwright.console.rendering import render
from cellwright.console.services import Services, services
from cellwright.console.visitor import SignedIn

router = APIRouter()
PATH = "/people"
NAVIGATION = Entry("People", PATH, order=200, group="Access", icon="people", permission=Permission.ADMINISTER)
PAGE = 200


@router.get(PATH)
def show(request: Request, visitor: SignedIn, q: str = "", page: int = 1) -> Response:
    """List everybody whose name has the text."""
    visitor.demand_somewhere(Permission.ADMINISTER)
    rows = _rows(services(request), q.strip().casefold())
    pages = max(1, -(-len(rows) // PAGE))
    here = min(max(1, page), pages)
    return render(
        request,
        "access/people.html",
        rows=rows[(here - 1) * PAGE : here * PAGE],
        total=len(rows),
        q=q,
        page=here,
        pages=pages,
        may_invite=visitor.may(Permission.ADMINISTER),
    )


def _rows(found: Services, text: str) -> list[PersonRow]:
    people, now = people_of(found.session), found.session.now()
    grants, tokens = people.standing.all(), people.tokens.all()
    return [
        PersonRow(
            person,
            tuple(grant_row(grant) for grant in grants if grant.person == person.id),
            sum(
                token.person == person.id and token.revoked_at is None and token.expires > now
                for token in tokens
            ),
        )
        for person in people.directory.all()
        if text in f"{person.name} {person.login} {person.email or ''}".casefold()
    ]
