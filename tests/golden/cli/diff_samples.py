"""Two revisions of a fleet, and all that may differ between them."""

from cellwright.app.fleet.comparing.change import (
    CellGroup,
    Change,
    ChangeGroup,
    ChangeKind,
    FleetDiff,
    Side,
    Subject,
)
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.diagnostic import error, warning
from cellwright.model.position import Position
from cellwright.model.value import Json

CLIENTS = tuple(f"client-{number:02}" for number in range(30))


def units(stack: str, *cells: str) -> tuple[UnitAddress, ...]:
    return tuple(UnitAddress("client", cell, stack) for cell in cells)


def change(subject: Subject, path: str, before: Json, after: Json, place: str = "", line: int = 1) -> Change:
    old, new = (None if value is None else Side.of(value) for value in (before, after))
    return Change(subject, path, old, new, Position(place, line, 1) if place else None)


def group(kind: ChangeKind, members: tuple[UnitAddress, ...], *changes: Change) -> ChangeGroup:
    return ChangeGroup(kind=kind, units=members, changes=changes)


DIFF = FleetDiff(
    fleet="medloop",
    before="main (1a2b3c4d5e6f)",
    after="the work tree",
    new_cells={CellAddress("client", "dune"): 6, CellAddress("client", "globex"): 6},
    gone_cells={CellAddress("client", "initech"): 5},
    cells=(
        CellGroup(
            cells=(CellAddress("client", "acme"),),
            changes=(change(Subject.KEY, "tier", "standard", "gold"),),
        ),
    ),
    groups=(
        group(
            ChangeKind.CHANGED,
            (*units("foundation", *CLIENTS), *units("app", *CLIENTS)),
            change(Subject.INPUT, "log_retention_days", 2192, 2557, "defaults/client.yaml", 10),
        ),
        group(
            ChangeKind.CHANGED,
            units("app", "acme"),
            change(Subject.STACK, "version", "v1.4.0", "v1.5.0", "tiers/gold.yaml", 3),
            change(Subject.INPUT, "settings.LOG_LEVEL", "warn", "info", "clients/acme/client.yaml", 8),
            change(Subject.INPUT, "replicas", 2, "2", "clients/acme/client.yaml", 9),
            change(Subject.INPUT, "image", None, "registry.example.com/acme/portal:2.4.1" * 3),
            change(Subject.INPUT, "password", "(sensitive)", "(sensitive)"),
            change(Subject.STATE, "state", "s3 (bucket a, key k)", "s3 (bucket b, key k)"),
        ),
        group(
            ChangeKind.CHANGED,
            units("storage", "acme", "bolt"),
            change(Subject.FILES, "files", None, "main.tf"),
        ),
        group(ChangeKind.SWITCHED_ON, units("sftp", "bolt")),
        group(ChangeKind.SWITCHED_OFF, units("analytics", "acme")),
    ),
    policies=("policies/hipaa/network.rego",),
    unchanged=174,
    new_findings=(
        warning(
            "client/dune holds a /21, but tier 'gold' gets a /20",
            "plan a move",
            Position("clients/dune.yaml", 4, 1),
        ),
    ),
    not_compared=(
        error(
            "'sise' is no variable of client/app", "did you mean 'size'?", Position("tiers/gold.yaml", 9, 5)
        ),
    ),
)
NO_DIFF = FleetDiff(
    fleet="medloop",
    before="HEAD (1a2b3c4d5e6f)",
    after="the work tree",
    new_cells={},
    gone_cells={},
    cells=(),
    groups=(),
    policies=(),
    unchanged=240,
)
