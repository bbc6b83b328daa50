"""Which layers a cell takes, and in which order they merge."""

from pathlib import Path

import pytest

from unit.fleet.workbench import THREE_LEVELS, briefly, load, told, unit, values

FILES: dict[str, str | bytes] = {
    "fleet.yaml": THREE_LEVELS,
    "accounts/prod.yaml": "{}",
    "defaults/client.yaml": "tier: basic\nstacks: {app: {a: default, b: default, c: default, d: default}}",
    "tiers/basic.yaml": "stacks: {app: {x: basic}}",
    "tiers/gold.yaml": "stacks: {app: {b: tier, c: tier, d: tier}}",
    "clients/acme.yaml": "{account: prod, tier: gold, stacks: {app: {d: own}}}",
}


def test_order(tmp_path: Path) -> None:
    section = "levels: {client: {stacks: {app: {c: placement, d: placement}}}}"
    fleet = load(tmp_path, {**FILES, "accounts/prod.yaml": section})
    assert not fleet.diagnostics
    assert values(fleet, "client/acme/app") == {"a": "default", "b": "tier", "c": "placement", "d": "own"}
    chain = unit(fleet, "client/acme/app").inputs["d"].origin.chain()
    assert [(link.layer, link.value) for link in chain] == [
        ("defaults/client.yaml", "default"),
        ("tiers/gold.yaml", "tier"),
        ("accounts/prod.yaml", "placement"),
        ("clients/acme.yaml", "own"),
    ]


def test_a_layer_s_key_may_come_from_the_layers_before_it(tmp_path: Path) -> None:
    fleet = load(tmp_path, {**FILES, "clients/acme.yaml": "{account: prod}"})
    assert not fleet.diagnostics
    assert values(fleet, "client/acme/app")["x"] == "basic"


def test_cells_with_the_same_layers_share_their_inputs(tmp_path: Path) -> None:
    fleet = load(tmp_path, {**FILES, "clients/globex.yaml": "{account: prod, tier: gold}"})
    acme, globex = unit(fleet, "client/acme/app"), unit(fleet, "client/globex/app")
    assert acme.inputs["a"] is globex.inputs["a"]
    assert globex.inputs["d"].value == "tier"


def test_a_level_s_defaults_are_a_layer_where_they_exist(tmp_path: Path) -> None:
    files = {**FILES, "defaults/base.yaml": "stacks: {network: {a: 1}}"}
    fleet = load(tmp_path, files)
    assert values(fleet, "base/prod/network") == {"a": 1}
    assert [level.layers for level in fleet.levels] == [
        ("defaults/base.yaml",),
        (),
        ("defaults/client.yaml", "tiers/${cell.tier}.yaml"),
    ]


def test_defaults_come_first_if_other_layers_are_named(tmp_path: Path) -> None:
    text = "fleet: t\nlevels: [{name: base, cells: a, layers: [more.yaml], stacks: {one: {source: any}}}]"
    files: dict[str, str | bytes] = {
        "fleet.yaml": text,
        "defaults/base.yaml": "stacks: {one: {a: 1, b: 1}}",
        "more.yaml": "stacks: {one: {b: 2}}",
        "a/x.yaml": "{}",
    }
    assert values(load(tmp_path, files), "base/x/one") == {"a": 1, "b": 2}


def test_a_layer_that_is_missing_is_told_where_it_was_chosen(tmp_path: Path) -> None:
    fleet = load(tmp_path, {**FILES, "clients/acme.yaml": "account: prod\ntier: glod\n"})
    assert briefly(fleet) == [
        "clients/acme.yaml:2:7: error: no layer 'tiers/glod.yaml': there is no such file"
    ]
    assert fleet.diagnostics[0].detail == "did you mean 'tiers/gold.yaml'?"


def test_a_fixed_layer_that_is_missing_is_told_even_without_cells(tmp_path: Path) -> None:
    fleet = load(tmp_path, {"fleet.yaml": THREE_LEVELS, "accounts/prod.yaml": "{}", "clients/readme": ""})
    assert briefly(fleet) == [
        "fleet.yaml:14:14: error: no layer 'defaults/client.yaml': there is no such file"
    ]


@pytest.mark.parametrize("tier", ["../../secret", "/etc/passwd", "x/../../../y"])
def test_a_layer_outside_the_repository(tmp_path: Path, tier: str) -> None:
    fleet = load(tmp_path / "fleet", {**FILES, "clients/acme.yaml": f"account: prod\ntier: {tier}\n"})
    assert len(fleet.diagnostics) == 1
    assert "clients/acme.yaml:2:7: error: no layer" in told(fleet)[0]


@pytest.mark.parametrize("tier", ['"a\\0b"', "a" * 5_000])
def test_a_layer_that_no_file_can_be(tmp_path: Path, tier: str) -> None:
    fleet = load(tmp_path, {**FILES, "clients/acme.yaml": f"account: prod\ntier: {tier}\n"})
    assert "clients/acme.yaml:2:7: error: no layer" in told(fleet)[0]


def test_a_layer_s_link_out_of_the_repository(tmp_path: Path) -> None:
    (tmp_path / "outside.yaml").write_text("a: 1")
    root = tmp_path / "fleet"
    (root / "tiers").mkdir(parents=True)
    (root / "tiers/out.yaml").symlink_to("../../outside.yaml")
    fleet = load(root, {**FILES, "clients/acme.yaml": "account: prod\ntier: out\n"})
    assert "tiers/out.yaml:1:1: error: the path leaves the fleet repository" in told(fleet)[0]


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ("tier: [a]", "2:7: error: 'tier' can't choose a layer; write a plain text there"),
        ("tier: null", "2:7: error: 'tier' can't choose a layer"),
        ("tier: '${cell.x}'", "2:7: error: 'tier' can't choose a layer"),
        ("tier: !unset", "2:7: error: 'tier' can't choose a layer"),
    ],
)
def test_what_can_not_choose_a_layer(tmp_path: Path, own: str, expected: str) -> None:
    fleet = load(tmp_path, {**FILES, "clients/acme.yaml": f"account: prod\n{own}\n"})
    assert any(line.startswith(f"clients/acme.yaml:{expected}") for line in told(fleet))


def test_a_key_that_chooses_a_layer_and_is_nowhere(tmp_path: Path) -> None:
    files = {**FILES, "defaults/client.yaml": "{}", "clients/acme.yaml": "account: prod"}
    assert briefly(load(tmp_path, files)) == [
        "clients/acme.yaml:1:1: error: the cell has no 'tier', which chooses its layer"
    ]


def test_what_a_layer_s_path_may_not_use(tmp_path: Path) -> None:
    text = THREE_LEVELS.replace("tiers/${cell.tier}", "${account.region}")
    fleet = load(tmp_path, {**FILES, "fleet.yaml": text})
    assert "a layer's path can't use '${account.region}'; it may use `${cell.*}` only" in told(fleet)[0]


def test_the_cell_s_own_name_can_choose_a_layer(tmp_path: Path) -> None:
    text = THREE_LEVELS.replace("tiers/${cell.tier}", "special/${cell.name}-${cell.group.size}")
    files = {
        **FILES,
        "fleet.yaml": text,
        "special/acme-3.yaml": "stacks: {app: {x: special}}",
        "clients/acme.yaml": "{account: prod, group: {size: 3}}",
    }
    assert values(load(tmp_path, files), "client/acme/app")["x"] == "special"


def test_a_fault_in_a_layer_is_told_once_for_all_its_cells(tmp_path: Path) -> None:
    clients: dict[str, str | bytes] = {f"clients/c{n}.yaml": "{account: prod, tier: gold}" for n in range(5)}
    faulty = "stacks:\n  app: {a: 1, a: 2}\n  ap: {}\n"
    fleet = load(tmp_path, {**FILES, **clients, "tiers/gold.yaml": faulty})
    assert [line.split(";")[0] for line in told(fleet)] == [
        "tiers/gold.yaml:2:15: error: duplicate key 'a'",
        "tiers/gold.yaml:3:3: error: unknown stack 'ap'",
    ]


def test_a_finding_about_a_layer_s_meaning_names_one_cell_and_counts_the_others(tmp_path: Path) -> None:
    clients: dict[str, str | bytes] = {f"clients/c{n}.yaml": "{account: prod}" for n in range(3)}
    files = {**FILES, **clients, "defaults/client.yaml": "tier: basic\nstacks:\n  app: {a: '${cell.nope}'}\n"}
    fleet = load(tmp_path, files)
    assert briefly(fleet) == [
        "defaults/client.yaml:3:12: error: the cell has no key 'nope' (client/acme and 3 more cells)"
    ]
    assert fleet.diagnostics[0].detail == "known: account, tier"


def test_what_seems_absent_is_not_told_while_a_layer_can_not_be_read(tmp_path: Path) -> None:
    files = {
        **FILES,
        "defaults/client.yaml": "x: {",
        "clients/acme.yaml": "{account: prod, tier: gold, stacks: {app: {a: '${cell.x}'}}}",
    }
    assert [line.split(":")[0] for line in told(load(tmp_path, files))] == ["defaults/client.yaml"]


def test_append_in_a_placement_s_section(tmp_path: Path) -> None:
    files = {
        **FILES,
        "defaults/client.yaml": "tier: basic\nstacks: {app: {a: [1]}}",
        "accounts/prod.yaml": "levels: {client: {stacks: {app: {a: !append [2]}}}}",
        "clients/acme.yaml": "{account: prod, stacks: {app: {a: !append [3]}}}",
        "clients/globex.yaml": "{account: prod}",
    }
    fleet = load(tmp_path, files)
    assert values(fleet, "client/acme/app")["a"] == [1, 2, 3]
    assert values(fleet, "client/globex/app")["a"] == [1, 2]


def test_append_to_what_is_no_list_is_told_where_it_is_written(tmp_path: Path) -> None:
    files = {**FILES, "tiers/gold.yaml": "stacks: {app: {a: !append [1]}}"}
    assert told(load(tmp_path, files))[0].startswith(
        "tiers/gold.yaml:1:19: error: !append extends a list, but the inherited value is a string"
    )


def test_sections_for_levels(tmp_path: Path) -> None:
    text = """
        levels:
          client:
            stacks: {ap: {}}
            levels: {}
          base: {}
          cleint: 3
        """
    assert [
        line.split(" error: ")[1] for line in told(load(tmp_path, {**FILES, "accounts/prod.yaml": text}))
    ] == [
        "unknown stack 'ap'; did you mean 'app'?",
        "sections of levels can't nest; move it to the top",
        "no level 'base' is placed in cells; known: client",
        "no level 'cleint' is placed in cells; did you mean 'client'?",
    ]
