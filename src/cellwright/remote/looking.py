"""Use cases that only look, as the server answers them."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from cellwright.app.fleet.capacity import CapacityView
from cellwright.app.fleet.explain import ExplainRequest, Explanation
from cellwright.app.fleet.graph import GraphRequest, GraphView
from cellwright.app.fleet.policy import PolicyInForce
from cellwright.app.fleet.show import ShownUnits, ShowRequest
from cellwright.app.history.events import EventsRequest, Verification
from cellwright.app.history.logs import LogsRequest, UnitLog
from cellwright.app.history.runs import RunPage, RunsRequest
from cellwright.app.ip.free import FreeBlocks, FreeRequest
from cellwright.app.ip.history import BlockHistory
from cellwright.app.ip.pools import PoolView
from cellwright.app.overview.runs.run_report import ReportPage, ReportRequest
from cellwright.app.status.paging import Page
from cellwright.app.status.status import FleetStatus, StatusRequest
from cellwright.app.status.versions import Versions, VersionsRequest
from cellwright.ledger.audit import ChainPoint
from cellwright.ledger.known_points import KnownPoint
from cellwright.ledger.read.event_filter import EVERY_EVENT, EventFilter
from cellwright.model.address import AddressError, CellAddress, UnitAddress
from cellwright.model.client_life import ClientState
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.runs.event import Event
from cellwright.planning.neighbour_flags import Relatives
from cellwright.remote.client import ApiClient, Query
from cellwright.remote.documents import addresses as addresses_read
from cellwright.remote.documents import runs as runs_read
from cellwright.remote.documents import units as units_read
from cellwright.remote.documents.capacity import capacity_from
from cellwright.remote.documents.findings import diagnostics_from

_MOST = 1_000


def status(client: ApiClient, request: StatusRequest) -> FleetStatus:
    """How units stand."""
    if request.secrets:
        raise DiagnosticError(error("a server does not compare secrets", "run it in the fleet's folder"))
    asked = [
        *_selected(request.selectors, request.relatives),
        ("applied_with", request.applied_with),
        ("runs_with", request.runs_with),
    ]
    fleet = ""
    following: str | None = None
    units: list[Any] = []
    clients: dict[CellAddress, ClientState] = {}
    stopped: dict[CellAddress, str] = {}
    order: dict[str, tuple[str, ...]] = {}
    for document in _pages(client, "status", asked, request.page):
        fleet, following = document["fleet"], document["next"]
        clients |= {
            CellAddress.parse(cell): ClientState(state) for cell, state in document["clients"].items()
        }
        units += document["units"]
        # A server of an earlier version says neither of them.
        stopped |= {CellAddress.parse(cell): why for cell, why in (document.get("stopped") or {}).items()}
        order = {item["level"]: tuple(item["stacks"]) for item in document.get("levels") or ()}
    binaries = {UnitAddress.parse(item["address"]): units_read.binaries_from(item) for item in units}
    return FleetStatus(
        fleet,
        tuple(map(units_read.status_from, units)),
        _next(following, request.page),
        {address: found for address, found in binaries.items() if found is not None},
        clients,
        order,
        stopped,
    )


def show(client: ApiClient, request: ShowRequest) -> ShownUnits:
    """Resolved settings."""
    asked = _selected(request.selectors, request.relatives)
    documents = list(_pages(client, "units", asked, request.page))
    units = (units_read.shown_from(item) for document in documents for item in document["units"])
    return ShownUnits(units, _next(documents[-1]["next"], request.page))


def explain(client: ApiClient, request: ExplainRequest) -> tuple[Explanation, ...]:
    """Where the values of a unit's inputs come from."""
    try:
        unit = UnitAddress.parse(request.unit)
    except AddressError as fault:
        raise DiagnosticError(error(str(fault), "name one unit, such as client/acme/app")) from None
    path = ("units", unit.level, unit.cell, unit.stack, "inputs")
    found = client.get(*path, query=[("name", request.input)])
    return tuple(map(units_read.explanation_from, found["inputs"]))


def list_policies(client: ApiClient) -> tuple[PolicyInForce, ...]:
    """The rules that judge every plan."""
    return tuple(map(units_read.policy_from, client.get("policies")["policies"]))


def graph(client: ApiClient, request: GraphRequest) -> GraphView:
    """Dependencies."""
    asked = _selected(request.selectors, request.relatives)
    return units_read.graph_from(client.get("graph", query=asked))


def versions(client: ApiClient, request: VersionsRequest) -> Versions:
    """Which programs run the units."""
    asked = _selected(request.selectors, request.relatives)
    return units_read.versions_from(client.get("versions", query=asked))


def check(client: ApiClient) -> tuple[Diagnostic, ...]:
    """Every finding."""
    return diagnostics_from(client.get("check")["diagnostics"])


def show_pools(client: ApiClient, pool: str | None = None) -> tuple[PoolView, ...]:
    """Pools and their blocks."""
    found = client.get("addresses", query=[("pool", pool)])["pools"]
    return tuple(map(addresses_read.pool_from, found))


def show_capacity(client: ApiClient, place: str | None = None) -> CapacityView:
    """How full places are."""
    return capacity_from(client.get("capacity", query=[("place", place)]))


def free_blocks(client: ApiClient, request: FreeRequest) -> tuple[FreeBlocks, ...]:
    """Free blocks of a size."""
    asked: Query = [("size", request.size), ("pool", request.pool), ("limit", min(request.limit, _MOST))]
    found = client.get("addresses", "free", query=asked)["pools"]
    return tuple(map(addresses_read.free_from, found))


def block_history(client: ApiClient, cidr: str) -> BlockHistory:
    """Who held a block."""
    return addresses_read.tenures_from(client.get("addresses", "history", query=[("block", cidr)]))


def check_addresses(client: ApiClient) -> tuple[Diagnostic, ...]:
    """Whether addresses agree."""
    return diagnostics_from(client.get("addresses", "check")["diagnostics"])


def runs(client: ApiClient, request: RunsRequest) -> RunPage:
    """A page of runs, which may be of another size than the server's."""
    found: deque[Any] = deque()
    stopped: dict[str, str] = {}
    before = request.before
    while len(found) <= request.limit:
        wanted = [("cursor", before), ("cell", request.cell or None), ("status", request.status or None)]
        document = client.get("runs", query=wanted)
        found += document["runs"]
        stopped |= document.get("stopped") or {}
        before = document["next"]
        if before is None:
            break
    shown = tuple(map(runs_read.summary_from, islice(found, request.limit)))
    former = tuple(map(runs_read.former_from, document.get("former") or ()))
    told = {run.id: stopped[run.id] for run in shown if run.id in stopped}
    return RunPage(shown, shown[-1].id if len(found) > request.limit else None, former, told)


@dataclass(frozen=True, slots=True)
class _RemoteLog(UnitLog):
    given: tuple[str, ...] = ()

    def lines(self) -> Iterator[str]:
        """Yield its lines."""
        yield from self.given


def run_report(client: ApiClient, request: ReportRequest) -> ReportPage:
    """A part of a run's report."""
    summary = runs_read.summary_from(client.get("runs", request.run, "summary"))
    asked: Query = [
        ("cursor", None if request.after is None else str(request.after)),
        ("limit", request.limit),
        ("plans", str(request.plans).lower()),
    ]
    page = client.get("runs", request.run, query=asked)
    found = runs_read.report_from(runs_read.run_from(summary, ()), page["units"])
    following = None if page["next"] is None else UnitAddress.parse(page["next"])
    return ReportPage(run=summary, results=found.results, plans=found.plans, next=following)


def logs(client: ApiClient, request: LogsRequest) -> tuple[UnitLog, ...]:
    """What Terraform printed."""
    document = client.get("runs", request.run, "logs", query=[("unit", request.unit)])
    return tuple(
        _RemoteLog(UnitAddress.parse(item["unit"]), Path(item["path"]), tuple(item["lines"]))
        for item in document["logs"]
    )


def events(client: ApiClient, request: EventsRequest) -> Iterator[Event]:
    """Events, oldest first, read page by page."""
    query = [*_only(request.only), ("cursor", request.after), ("limit", min(request.limit or _MOST, _MOST))]
    left = request.limit
    while True:
        document = client.get("events", query=query)
        some = document["events"] if left is None else document["events"][:left]
        yield from map(runs_read.event_from, some)
        left = None if left is None else left - len(some)
        if document["next"] is None or left == 0:
            return
        query = [*_only(request.only), ("cursor", document["next"]), ("limit", _MOST)]


def latest_events(client: ApiClient, count: int, only: EventFilter = EVERY_EVENT) -> tuple[Event, ...]:
    """The newest events."""
    query = [*_only(only), ("limit", min(count, _MOST))]
    return tuple(map(runs_read.event_from, client.get("events", "latest", query=query)["events"]))


def tip(client: ApiClient) -> ChainPoint:
    """The newest event's number and hash."""
    return ChainPoint(**client.get("events", "tip"))


def verify(
    client: ApiClient,
    _told: object = None,
    *,
    anchors: bool = False,
    expected: Iterable[KnownPoint] = (),
) -> Verification:
    """Whether the audit trail holds."""
    points = [("expect", f"{item.sequence}:{item.hash}" if item.sequence else item.hash) for item in expected]
    query: Query = [("anchors", "true" if anchors else None), *points]
    return runs_read.verification_from(client.get("events", "verify", query=query))


def _selected(selectors: Iterable[str], relatives: Relatives) -> list[tuple[str, str | int | None]]:
    return [
        *(("selector", item) for item in selectors),
        ("with_upstreams", "true" if relatives.upstreams else None),
        ("with_downstreams", "true" if relatives.downstreams else None),
    ]


def _only(only: EventFilter) -> list[tuple[str, str | int | None]]:
    return [
        *(("subject", item.text) for item in only.subjects),
        *(("action", item.text) for item in only.actions),
        *(("actor", item) for item in only.actors),
        ("since", only.since.isoformat() if only.since else None),
        ("until", only.until.isoformat() if only.until else None),
    ]


def _pages(client: ApiClient, noun: str, asked: Query, page: Page) -> Iterator[Any]:
    """The pages of a list of units that make up the wanted one."""
    left = page.limit
    cursor = None if page.after is None else str(page.after)
    while True:
        limit = _MOST if left is None else min(left, _MOST)
        document = client.get(noun, query=[*asked, ("cursor", cursor), ("limit", limit)])
        yield document
        cursor = document["next"]
        left = None if left is None else left - limit
        if cursor is None or left == 0:
            return


def _next(following: str | None, page: Page) -> UnitAddress | None:
    return UnitAddress.parse(following) if following is not None and page.limit is not None else None
