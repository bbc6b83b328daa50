"""Address space: pools, free blocks, who held a block, and whether all agree."""

from typing import Annotated

from fastapi import Query, Request, Response

from cellwright.access.roles import Permission
from cellwright.api import diagnostics
from cellwright.api.fleet import ip as document
from cellwright.app.ip import check as check_case
from cellwright.app.ip import free as free_case
from cellwright.app.ip import history as history_case
from cellwright.app.ip import pools as pools_case
from cellwright.console.services import services
from cellwright.console.visitor import SignedIn
from cellwright.console.wire.answers import answer
from cellwright.console.wire.parameters import Limit, Words
from cellwright.console.wire.router import noun_router
from cellwright.console.wire.schemas import fleet as schemas

router = noun_router()


@router.get("/addresses", response_model=schemas.Pools)
def addresses(request: Request, visitor: SignedIn, pool: Words | None = None) -> Response:
    """Show every block of every pool, or of one pool."""
    visitor.demand(Permission.READ)
    return answer(request, document.pools(pools_case.show_pools(services(request).fleet(), pool)))


@router.get("/addresses/free", response_model=schemas.FreeBlocks)
def free(
    request: Request,
    visitor: SignedIn,
    size: Annotated[int, Query(ge=0, le=128, description="The length of the prefix: 22.")],
    pool: Words | None = None,
    limit: Limit = 20,
) -> Response:
    """List free blocks of one size; the next one to be allocated comes first."""
    visitor.demand(Permission.READ)
    wanted = free_case.FreeRequest(size=size, pool=pool, limit=limit)
    return answer(request, document.free(free_case.free_blocks(services(request).fleet(), wanted)))


@router.get("/addresses/history", response_model=schemas.Tenures)
def history(request: Request, visitor: SignedIn, block: Words) -> Response:
    """Show from git and the ledger which cell held a block or an address, and when."""
    visitor.demand(Permission.READ)
    return answer(request, document.history(history_case.block_history(services(request).fleet(), block)))


@router.get("/addresses/check", response_model=schemas.Diagnostics)
def check(request: Request, visitor: SignedIn) -> Response:
    """Check that no blocks overlap, all lie in their pools, and the ledger agrees."""
    visitor.demand(Permission.READ)
    return answer(request, diagnostics.diagnostics(check_case.check_addresses(services(request).fleet())))
