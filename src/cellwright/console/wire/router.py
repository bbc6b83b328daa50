"""The router of one noun of the API: its calls have the same way in, keys, and refusals."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header
from fastapi.security import HTTPBearer

from cellwright.console.wire.once import HEADER, OnceRoute
from cellwright.console.wire.problems import problem_answers

# Only describes it: `console.visitor` reads the header.
_BEARER = HTTPBearer(auto_error=False, description="An API token. Browsers have their session instead.")

Key = Annotated[
    str | None,
    Header(
        alias=HEADER,
        description="Names this request: sent again within a day, it is answered alike and not done twice.",
        min_length=1,
        max_length=200,
    ),
]


def noun_router() -> APIRouter:
    """Make the router of one noun."""
    return APIRouter(route_class=OnceRoute, dependencies=[Depends(_BEARER)], responses=problem_answers())
