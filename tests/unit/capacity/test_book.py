"""The book: what is counted, against which limit, and how many more fit."""

from dataclasses import replace
from pathlib import Path

from cellwright.capacity.book import read_book
from cellwright.capacity.places import natural
from cellwright.fleet.fleet import Fleet
from cellwright.fleet.load.entry import load_fleet
from cellwright.model.address import CellAddress
from unit.capacity.fleets import APP, FLEET, client, fleet_of
from unit.fleet.workbench import Stacks, contract, told


def used(fleet: Fleet, place: str, *resources: str) -> list[tuple[int, int | None]]:
    book, _ = read_book(fleet)
    return [(held.used, held.limit) for held in (book.holding(place, name) for name in resources)]


def test_what_is_used_follows_switches_and_inputs(tmp_path: Path) -> None:
    files = {
        "clients/acme.yaml": client("one", 1),
        "clients/globex.yaml": client("one"),
        "clients/initech.yaml": "account: one\nstacks: {app: {enabled: false}, sftp: {enabled: true}}\n",
    }
    fleet = fleet_of(tmp_path, files)
    assert told(fleet) == []
    names = ("vpc_blocks", "subnets", "roles", "elastic_ips", "clients")
    # The network's own block, and that of the one client that has one; three subnets for each zone.
    assert used(fleet, "one", *names) == [(2, 5), (6 + 4, 200), (4, 1_000), (2, 5), (3, None)]
    assert used(fleet, "two", *names) == [(1, 50), (0, 200), (0, 1_000), (0, 5), (0, None)]


def test_an_inputs_default_in_the_stack_decides_and_a_change_of_it_shows(tmp_path: Path) -> None:
    files = {"clients/acme.yaml": "account: one\nstacks: {app: {cidr: 10.0.0.0/24}}\n"}
    cache = tmp_path / "cache"
    fleet_of(tmp_path / "fleet", files)
    for default, zones in (('["a"]', 1), ('["a","b","c"]', 3), ("", 0)):
        app = replace(
            APP, variables={**APP.variables, "zones": replace(APP.variables["zones"], default=default)}
        )
        stacks = Stacks({"any": contract(dict.fromkeys("abcdefxyz", "?any"), ["id", "out"]), "app": app})
        for _ in range(2):  # the second time from the cache
            fleet = load_fleet(tmp_path / "fleet", stacks, cache)
            assert used(fleet, "one", "subnets") == [(6 + 2 * zones, 200)]


def test_limits_come_from_the_place_then_the_fleet_then_aws(tmp_path: Path) -> None:
    fleet = FLEET.replace(
        "capacity: {few: 2}", "capacity: {resources: {subnets: 300, gpus: {limit: 4, label: GPUs}}}"
    )
    own = {
        "accounts/one.yaml": (
            "capacity: {vpc_blocks: {limit: 9, reserved: 3}, subnets: null, gpus: {reserved: 1}}\n"
        )
    }
    book, faults = read_book(fleet_of(tmp_path, own, fleet))
    assert not faults
    found = {held.resource: (held.limit, held.origin, held.reserved) for held in book.holdings("one")}
    assert found == {
        "clients": (None, "", 0),
        "vpc_blocks": (9, "one", 3),
        "subnets": (None, "one", 0),
        "elastic_ips": (5, "AWS", 0),
        "roles": (1_000, "AWS", 0),
        "gpus": (4, "fleet.yaml", 1),
    }
    assert book.holding("two", "subnets").limit == 300
    assert book.settings.label("gpus") == "GPUs"


def test_what_counts_for_a_whole_account_is_added_up_over_its_regions(tmp_path: Path) -> None:
    files = {
        "accounts/one.yaml": 'account_id: "1111"\n',
        "accounts/two.yaml": 'account_id: "1111"\n',
        "accounts/three.yaml": 'account_id: "2222"\n',
        "clients/acme.yaml": client("one", 1),
        "clients/globex.yaml": client("two", 2),
        "clients/initech.yaml": client("three", 3),
    }
    fleet = fleet_of(tmp_path, files)
    assert [used(fleet, place, "roles", "subnets") for place in ("one", "two", "three")] == [
        [(4, 1_000), (4, 200)],
        [(4, 1_000), (4, 200)],
        [(2, 1_000), (4, 200)],
    ]


def test_room_is_counted_by_what_most_cells_of_the_place_use(tmp_path: Path) -> None:
    files = {f"clients/c{number}.yaml": client("two", number) for number in range(3)}
    files["clients/large.yaml"] = client("two", 9, zones=list("abcdefgh"))
    book, _ = read_book(fleet_of(tmp_path, files))
    # 1 + 4 of 50 blocks are used; subnets would be enough for (200 - 28) / 4.
    assert (book.room("two"), book.room("one")) == (43, 4)
    assert book.room("two", (("subnets", 16),)) == 10
    tightest = book.tightest("one")
    assert tightest is not None
    assert tightest.resource == "vpc_blocks"


def test_cells_to_come_take_room(tmp_path: Path) -> None:
    book, _ = read_book(fleet_of(tmp_path, {"clients/acme.yaml": client("one", 1)}))
    after = book.expecting({"client/new": ("one", (("vpc_blocks", 2),)), "client/lost": ("nowhere", ())})
    assert (book.holding("one", "vpc_blocks").used, after.holding("one", "vpc_blocks").used) == (2, 4)
    assert (book.count("one"), after.count("one"), after.count("two")) == (1, 2, 0)
    assert [held.resource for held in after.lacking("one", (("vpc_blocks", 2),))] == ["vpc_blocks"]
    assert not after.lacking("one", (("vpc_blocks", 1),))


def test_names_with_numbers_are_ordered_as_people_do() -> None:
    names = ["prod-10", "prod-2", "prod", "a2b", "a10b", "prod-2-x"]
    assert sorted(names, key=natural) == ["a2b", "a10b", "prod", "prod-2", "prod-2-x", "prod-10"]


def test_a_cell_of_the_same_name_in_another_levels_folder_does_not_speak_for_a_place(tmp_path: Path) -> None:
    below = "levels:\n      - {name: bootstrap, cells: bootstrap, stacks: {}}\n"
    files = {
        "bootstrap/two.yaml": '{account_id: "9999", region: us, capacity: {vpc_blocks: 1}, kind: tools}\n',
        "clients/acme.yaml": client("two", 1),
    }
    book, faults = read_book(fleet_of(tmp_path, files, FLEET.replace("levels:\n", below)))
    assert not faults
    place = book.places["two"].place
    assert (place.cell, place.path) == (CellAddress("base", "two"), "accounts/two.yaml")
    assert place.labels["region"] == ("eu",)
    assert book.holding("two", "vpc_blocks").limit == 50
