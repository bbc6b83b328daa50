"""What costs time even if nothing is applied: finding out what has changed, and one unit's plan."""

import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import metered
from bench import Bench, Place
from fleets import PLAIN, branch, commit
from results import OURS, Row
from timing import Cost
from tool import BASE

CHANGED = f"what has changed: one client edited, {PLAIN}"
SAME = f"`status`: nothing has changed, {PLAIN}"
OWN = "plan of one unit: Cellwright's own share"


def measure_changes(bench: Bench, places: Sequence[Place], repeat: int) -> None:
    """Change one client in each tree, between two commits, and let each program say what has changed."""
    trees = []
    for place in places:
        tree = place.write()
        branch(tree, BASE)
        place.fleet.change_client()
        place.write()
        commit(tree, "One client changed")
        trees.append((place, tree))
    for number in range(repeat + 1):
        for place, tree in trees:
            tool = place.tool
            cost = bench.meter.measure((tool.changed,), tree, tool.environment(place.fleet.binary))
            if number:  # the first is not counted: it fills caches
                bench.add(Row(CHANGED, "", tool.name), cost)


def measure_same(bench: Bench, place: Place, repeat: int) -> None:
    """Ask Cellwright what has changed where nothing has."""
    for number in range(repeat + 1):
        cost = bench.meter.measure((place.tool.changed,), place.fleet.folder, {})
        if number:
            bench.add(Row(SAME, "", OURS), cost)


def measure_own(bench: Bench, place: Place, repeat: int) -> None:
    """Plan one unit that is up to date, and count Cellwright's CPU seconds without Terraform's."""
    meter = metered.install(bench.root / "metered", "real", place.fleet.binary)
    settings = place.fleet.folder / "fleet.yaml"
    settings.write_text(
        settings.read_text().replace(str(place.fleet.binary), str(meter.folder / "terraform"))
    )
    unit = str(max(unit.address for unit in place.fleet.units()))
    command = (*place.tool.look(meter.folder / "terraform")[0], unit)
    for number in range(repeat + 1):
        before = meter.seconds()
        cost = bench.meter.measure((command,), place.fleet.folder, {})
        if number:
            bench.add(Row(OWN, "", OURS), Cost(cost.wall, cost.cpu - (meter.seconds() - before)))
