"""Whether the server is alive and ready, and its figures; asked by whoever watches it."""

from collections.abc import Callable
from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST

from cellwright.access.roles import Permission
from cellwright.console.operations.metrics import Metrics
from cellwright.console.services import Services, services
from cellwright.console.visitor import AnyVisitor, NotSignedInError
from cellwright.ledger.audit import ChainPoint
from cellwright.model.diagnostic import DiagnosticError

router = APIRouter()


@router.get("/healthz")
def healthz() -> dict[str, str]:
    """Say that the process answers; looks at nothing else."""
    return {"status": "ok"}


@router.get("/readyz")
def readyz(request: Request) -> Response:
    """Say whether requests can be served: the ledger can be read, and fleet.yaml, and the cells were read.

    A fleet with findings is served: its pages show them. Strangers ask this, so it says no more.
    """
    found = services(request)
    parts: dict[str, str] = {}
    looks: dict[str, Callable[[], object]] = {"ledger": lambda: _ledger(found), "fleet": found.fleet}
    for name, look in looks.items():
        try:
            look()
        except DiagnosticError:
            parts[name] = "unavailable"
        else:
            parts[name] = "ok"
    if parts["fleet"] == "ok" and found.overview.being_read:
        parts["fleet"] = "being read"
    ready = set(parts.values()) == {"ok"}
    status = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
    return JSONResponse({"status": "ok" if ready else "unavailable", **parts}, status)


def _ledger(found: Services) -> ChainPoint:
    return found.session.ledger().reader.chain_end()


@router.get("/metrics")
def metrics(request: Request, visitor: AnyVisitor) -> Response:
    """Give the figures for Prometheus: to whoever may read the whole fleet, or to anybody if that is set."""
    if not services(request).settings.open_metrics:
        if visitor is None:
            raise NotSignedInError
        visitor.demand(Permission.READ)
    figures: Metrics = request.app.state.metrics
    return Response(figures.exposition(), media_type=CONTENT_TYPE_LATEST)
