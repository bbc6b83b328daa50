"""Where values come from."""

from pathlib import Path

import pytest

from cellwright.fleet.explain import Origins
from cellwright.fleet.fleet import Fleet
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.unit import Origin
from cellwright.model.value import Value
from unit.fleet.workbench import THREE_LEVELS, load, told, unit

APP = UnitAddress("client", "acme", "app")
FILES: dict[str, str | bytes] = {
    "fleet.yaml": THREE_LEVELS,
    "defaults/client.yaml": """
        tier: gold
        stacks:
          app:
            a: 1
            b: {x: {y: 1, z: 2}, w: 5}
            c: [{k: v}]
            d: "${cell.tier}"
            e: {gone: 1}
            f: 1
        """,
    "tiers/gold.yaml": "stacks: {app: {a: 2, b: {x: {y: 3}}, c: !append [{k: w}], e: !replace {new: 1}}}",
    "accounts/prod.yaml": "levels: {client: {stacks: {app: {a: 3, f: !unset }}}}",
    "clients/acme/client.yaml": "account: prod\n",
    "clients/acme/stacks.yaml": """
        stacks:
          app:
            a: 4
            version: v2
            b:
              x: {y: 9}
            f: 7
        """,
}


def sample(tmp_path: Path) -> Fleet:
    fleet = load(tmp_path, FILES)
    assert not told(fleet)
    return fleet


def origins_of(fleet: Fleet, address: UnitAddress, path: str) -> tuple[Origin, ...]:
    return Origins(fleet, (address.of_cell,)).of(address, path)


def chain(fleet: Fleet, path: str, address: UnitAddress = APP) -> list[tuple[str, Value]]:
    return [(str(origin.position), origin.value) for origin in origins_of(fleet, address, path)]


def test_every_layer_that_had_a_say(tmp_path: Path) -> None:
    fleet = sample(tmp_path)
    expected = [
        ("defaults/client.yaml:4:8", 1),
        ("tiers/gold.yaml:1:19", 2),
        ("accounts/prod.yaml:1:37", 3),
        ("clients/acme/stacks.yaml:3:8", 4),
    ]
    assert chain(fleet, "a") == expected
    assert origins_of(fleet, APP, "a") == unit(fleet, str(APP)).inputs["a"].origin.chain()


def test_the_last_link_leads_to_the_others(tmp_path: Path) -> None:
    *_, before, last = origins_of(sample(tmp_path), APP, "a")
    assert last.overridden == before


def test_parts_of_values(tmp_path: Path) -> None:
    fleet = sample(tmp_path)
    assert chain(fleet, "b.x.y") == [
        ("defaults/client.yaml:5:16", 1),
        ("tiers/gold.yaml:1:33", 3),
        ("clients/acme/stacks.yaml:6:14", 9),
    ]
    assert chain(fleet, "b.x.z") == [("defaults/client.yaml:5:22", 2)]
    assert chain(fleet, "c.0.k") == [("defaults/client.yaml:6:13", "v")]
    assert chain(fleet, "c.1") == [("tiers/gold.yaml:1:50", {"k": "w"})]
    assert [layer for layer, _ in chain(fleet, "b")] == [
        "defaults/client.yaml:5:8",
        "tiers/gold.yaml:1:25",
        "clients/acme/stacks.yaml:6:7",
    ]


def test_references_are_shown_as_written(tmp_path: Path) -> None:
    expected = [("defaults/client.yaml:7:8", "${cell.tier}"), ("defaults/client.yaml:1:7", "gold")]
    assert chain(sample(tmp_path), "d") == expected


def test_what_a_reference_looks_into(tmp_path: Path) -> None:
    files = {
        **FILES,
        "defaults/client.yaml": """
            tags: {team: a, app.io/name: web}
            stacks: {app: {a: "${cell.tags}", b: "${account.zones}", c: "${cell.name}"}}
            """,
        "tiers/gold.yaml": "{}",
        "accounts/prod.yaml": "zones: [x, y]\n",
        "clients/acme/client.yaml": "account: prod\ntier: gold\ntags: {team: b}\n",
        "clients/acme/stacks.yaml": "{}",
    }
    fleet = load(tmp_path, files)
    whole = [("defaults/client.yaml:2:19", "${cell.tags}")]
    assert chain(fleet, "a.team") == [
        *whole,
        ("defaults/client.yaml:1:14", "a"),
        ("clients/acme/client.yaml:3:14", "b"),
    ]
    assert [place for place, _ in chain(fleet, "a")][-1] == "clients/acme/client.yaml:3:7"
    assert chain(fleet, "a.app.io/name") == [*whole, ("defaults/client.yaml:1:30", "web")]
    assert chain(fleet, "b.1")[-1] == ("accounts/prod.yaml:1:12", "y")
    assert len(chain(fleet, "c")) == 1
    with pytest.raises(DiagnosticError, match=r"no layer sets 'a\.gone'"):
        chain(fleet, "a.gone")


def test_what_is_unset_is_told(tmp_path: Path) -> None:
    fleet = load(tmp_path, {**FILES, "clients/acme/stacks.yaml": "stacks: {app: {a: !unset }}"})
    assert chain(fleet, "a")[-1] == ("clients/acme/stacks.yaml:1:19", "!unset")


def test_tags(tmp_path: Path) -> None:
    fleet = sample(tmp_path)
    assert chain(fleet, "e.new") == [("tiers/gold.yaml:1:77", 1)]
    assert [value for _, value in chain(fleet, "f")] == [1, "!unset", 7]


def test_our_own_keys(tmp_path: Path) -> None:
    fleet = sample(tmp_path)
    assert chain(fleet, "version") == [("clients/acme/stacks.yaml:4:14", "v2")]
    assert chain(fleet, "enabled") == [("fleet.yaml:16:21", True)]
    assert chain(fleet, "enabled", UnitAddress("client", "acme", "sftp")) == [("fleet.yaml:17:22", False)]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("bb", "no layer sets 'bb' for client/acme/app"),
        ("a.x", "no layer sets 'a.x'"),
        ("b.nope", "no layer sets 'b.nope'"),
        ("c.7", "no layer sets 'c.7'"),
        ("c.x", "no layer sets 'c.x'"),
        ("e.gone", "no layer sets 'e.gone'"),
        ("", "no layer sets ''"),
    ],
)
def test_what_nobody_says(tmp_path: Path, path: str, expected: str) -> None:
    with pytest.raises(DiagnosticError) as caught:
        origins_of(sample(tmp_path), APP, path)
    assert expected in str(caught.value)


def test_unknown_units(tmp_path: Path) -> None:
    with pytest.raises(DiagnosticError, match=r"no unit client/acme/ap; did you mean 'client/acme/app'"):
        origins_of(sample(tmp_path), UnitAddress("client", "acme", "ap"), "a")


def test_a_fleet_whose_files_are_gone(tmp_path: Path) -> None:
    fleet = sample(tmp_path)
    (tmp_path / "clients/acme/stacks.yaml").unlink()
    (tmp_path / "clients/acme/client.yaml").unlink()
    with pytest.raises(DiagnosticError, match="no layer sets"):
        origins_of(fleet, APP, "a")
    (tmp_path / "fleet.yaml").unlink()
    with pytest.raises(DiagnosticError, match="can't be read"):
        origins_of(fleet, APP, "a")


def test_references_within_a_longer_text_are_followed_each_to_its_line(tmp_path: Path) -> None:
    text = """
        account: prod
        domain: "${cell.zone}.example.com"
        zone: eu
        stacks:
          app:
            e: {url: "https://${cell.domain}/${cell.tier}", list: ["${cell.zone}", "${cell.name}"]}
        """
    fleet = load(tmp_path, {**FILES, "clients/acme/client.yaml": text})
    assert not told(fleet)
    found = [(name, str(item.position), item.value) for name, item in Origins(fleet, ()).followed(APP, "e")]
    assert found == [
        ("${cell.domain}", "clients/acme/client.yaml:2:9", "${cell.zone}.example.com"),
        ("${cell.zone}", "clients/acme/client.yaml:3:7", "eu"),
        ("${cell.tier}", "defaults/client.yaml:1:7", "gold"),
    ]
    assert [name for name, _ in Origins(fleet, ()).followed(APP, "e.list.0")] == ["${cell.zone}"]
    assert not list(Origins(fleet, ()).followed(APP, "a"))
    assert not list(Origins(fleet, ()).followed(APP, "nothing.at.all"))
