"""Units as status, show, graph and versions have them."""

from typing import Any

from cellwright.app.fleet.explain import ChainLink, Explanation, FollowedReference
from cellwright.app.fleet.graph import GraphView
from cellwright.app.fleet.policy import PolicyInForce
from cellwright.app.fleet.show import ShownUnit
from cellwright.app.fleet.taken_outputs import TakenOutput
from cellwright.app.status.stack_versions import StackVersion
from cellwright.app.status.versions import VersionGroup, Versions
from cellwright.model.address import UnitAddress
from cellwright.model.applied import RecordedOutput
from cellwright.model.binary import KEYS, BinarySettings, BinaryVersion, UnitBinaries
from cellwright.model.client_life import ClientState
from cellwright.model.fetched_module import COMMIT, CONTENT, FetchedModule
from cellwright.model.position import Position
from cellwright.model.runs.change import Reason, ReasonKind, Status, UnitStatus
from cellwright.model.value import OutputReference
from cellwright.planning.graph import Edge
from cellwright.planning.policy.module import RuleMetadata


def status_from(item: Any) -> UnitStatus:  # noqa: ANN401  a document, here and below
    """How a unit stands."""
    status = Status(item["status"])
    # A server of an earlier version says less.
    new = bool(item.get("new")) and status is not Status.NEVER_APPLIED
    return UnitStatus(UnitAddress.parse(item["address"]), status, tuple(map(_reason, item["reasons"])), new)


def _reason(item: Any) -> Reason:  # noqa: ANN401  as above
    unit = UnitAddress.parse(item["unit"]) if item.get("unit") else None
    return Reason(ReasonKind(item["kind"]), item["summary"], unit=unit)


def binaries_from(item: Any) -> UnitBinaries | None:  # noqa: ANN401  as above
    """Which programs run a unit; None where nobody asked."""
    if "applied_with" not in item:
        return None
    return UnitBinaries(_version(item["applied_with"]), _version(item["runs_with"]))


def shown_from(item: Any) -> ShownUnit:  # noqa: ANN401  as above
    """A unit's resolved settings."""
    return ShownUnit(
        address=UnitAddress.parse(item["address"]),
        enabled=item["enabled"],
        source=item["stack"]["source"],
        version=item["stack"]["version"],
        binary=BinarySettings(*(item["terraform"][key] for key in KEYS)),
        last_binary=_version(item["applied_with"]),
        modules=tuple(map(_module, item["modules"])),
        needs=tuple(map(UnitAddress.parse, item["needs"])),
        inputs=item["inputs"],
        destroyed_from=item["destroyed_from"],
        client=None if item["client"] is None else ClientState(item["client"]),
        taken=_taken(item.get("taken", ())),  # a server of an earlier version says less
        outputs={
            name: RecordedOutput("", sensitive=one["sensitive"], value=one["value"])
            for name, one in item.get("outputs", {}).items()
        },
    )


def explanation_from(item: Any) -> Explanation:  # noqa: ANN401  as above
    """Where a value comes from."""
    chain = (
        ChainLink(link["layer"], Position(link["file"], link["line"], link["column"]), link["value"])
        for link in item["chain"]
    )
    followed = (
        FollowedReference(one["reference"], Position(one["file"], one["line"], one["column"]), one["value"])
        for one in item.get("followed", ())  # a server of an earlier version says less
    )
    unit = UnitAddress.parse(item["unit"])
    taken = _taken(item["taken"])
    return Explanation(unit, item["input"], item["value"], tuple(chain), taken, tuple(followed))


def _taken(items: Any) -> tuple[TakenOutput, ...]:  # noqa: ANN401  as above
    return tuple(
        TakenOutput(_reference(one["output"]), one["known"], one["sensitive"], one["value"]) for one in items
    )


def _reference(text: str) -> OutputReference:
    """Read `output.LEVEL/CELL/STACK.NAME`, with steps into the output behind it."""
    unit, name, *path = text.removeprefix("output.").split(".")
    return OutputReference(UnitAddress.parse(unit), name, tuple(path))


def policy_from(item: Any) -> PolicyInForce:  # noqa: ANN401  as above
    """A rule that judges every plan."""
    metadata = RuleMetadata(title=item["title"], clause=item["clause"], advice=item["advice"])
    return PolicyInForce(item["rule"], metadata, tuple(item["rules"]))


def graph_from(document: Any) -> GraphView:  # noqa: ANN401  as above
    """Units and dependencies."""
    edges = (
        Edge(UnitAddress.parse(item["from"]), UnitAddress.parse(item["to"]), item["why"])
        for item in document["edges"]
    )
    return GraphView(tuple(map(UnitAddress.parse, document["nodes"])), tuple(edges))


def versions_from(document: Any) -> Versions:  # noqa: ANN401  as above
    """Groups of units with the same programs, and with the same version of a stack."""
    groups = (
        VersionGroup(
            UnitBinaries(_version(item["applied_with"]), _version(item["runs_with"])),
            tuple(map(UnitAddress.parse, item["units"])),
        )
        for item in document["groups"]
    )
    return Versions(document["fleet"], tuple(groups), tuple(map(_stack_version, document["stacks"])))


def _stack_version(item: Any) -> StackVersion:  # noqa: ANN401  as above
    level, _, stack = item["stack"].partition("/")
    units = tuple(map(UnitAddress.parse, item["units"]))
    return StackVersion(level, stack, item["applied"], item["wanted"], item["same"], units)


def _version(item: Any) -> BinaryVersion | None:  # noqa: ANN401  as above
    return None if item is None else BinaryVersion(item["product"], item["version"] or "")


def _module(item: Any) -> FetchedModule:  # noqa: ANN401  as above
    kind = COMMIT if COMMIT in item else CONTENT
    return FetchedModule(item["name"], "", item["version"] or "", kind, item[kind])
