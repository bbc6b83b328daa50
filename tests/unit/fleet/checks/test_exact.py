"""What can only be told with all cells at hand."""

from pathlib import Path

import pytest

from unit.fleet.workbench import ONE_LEVEL, THREE_LEVELS, briefly, load, told


def test_a_unit_that_takes_its_own_output(tmp_path: Path) -> None:
    own = "stacks: {one: {a: '${output.one.id}'}}"
    assert briefly(load(tmp_path, {"fleet.yaml": ONE_LEVEL, "accounts/a.yaml": own})) == [
        "accounts/a.yaml:1:19: error: a unit refers to itself: base/a/one -> base/a/one"
    ]


def test_a_cycle_of_outputs_and_needs(tmp_path: Path) -> None:
    text = ONE_LEVEL.replace("two: {source: other}", "two: {source: other, needs: [one]}")
    own = "stacks: {one: {a: '${output.two.id}'}}"
    assert briefly(load(tmp_path, {"fleet.yaml": text, "accounts/a.yaml": own})) == [
        "accounts/a.yaml:1:19: error: units wait for each other: base/a/one -> base/a/two -> base/a/one"
    ]


def test_a_cycle_over_three_cells(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "fleet.yaml": ONE_LEVEL,
        "accounts/a.yaml": "stacks: {one: {a: '${output.base/b/one.id}'}}",
        "accounts/b.yaml": "stacks: {one: {a: '${output.base/c/one.id}'}}",
        "accounts/c.yaml": "stacks: {one: {a: 'x${output.base/a/one.id}'}}",
    }
    cycle = "base/a/one -> base/b/one -> base/c/one -> base/a/one"
    assert briefly(load(tmp_path, files)) == [
        f"accounts/a.yaml:1:19: error: units wait for each other: {cycle}"
    ]


def test_the_same_cycle_in_many_cells_is_told_once(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "fleet.yaml": ONE_LEVEL,
        "defaults/base.yaml": "stacks: {one: {a: '${output.two.id}'}, two: {a: '${output.one.id}'}}",
        **{f"accounts/c{n}.yaml": "{}" for n in range(20)},
    }
    found = briefly(load(tmp_path, files))
    cycle = "base/c0/one -> base/c0/two -> base/c0/one (and the same in 19 more cells)"
    assert found == [f"defaults/base.yaml:1:19: error: units wait for each other: {cycle}"]


def test_a_unit_that_is_off_is_in_no_cycle(tmp_path: Path) -> None:
    own = "stacks: {one: {a: '${output.two.id}'}, two: {enabled: false, a: '${output.one.id}'}}"
    assert briefly(load(tmp_path, {"fleet.yaml": ONE_LEVEL, "accounts/a.yaml": own})) == [
        "accounts/a.yaml:1:19: error: an output of base/a/two is used, which is switched off (base/a)"
    ]


def test_needing_a_unit_that_is_off(tmp_path: Path) -> None:
    text = ONE_LEVEL.replace("two: {source: other}", "two: {source: other, needs: [one]}")
    own = "stacks: {one: {enabled: false}}"
    assert briefly(load(tmp_path, {"fleet.yaml": text, "accounts/a.yaml": own})) == [
        "accounts/a.yaml:1:1: error: base/a/two needs base/a/one, which is switched off"
    ]
    both = "stacks: {one: {enabled: false}, two: {enabled: false}}"
    assert not told(load(tmp_path, {"fleet.yaml": text, "accounts/a.yaml": both}))


def test_an_output_that_the_stack_does_not_have(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "fleet.yaml": THREE_LEVELS,
        "defaults/client.yaml": "{tier: x, stacks: {app: {a: '${output.base.network.iid}'}}}",
        "tiers/x.yaml": "{}",
        "accounts/prod.yaml": "{}",
        "clients/a.yaml": "account: prod",
        "clients/b.yaml": "account: prod",
    }
    fleet = load(tmp_path, files)
    assert briefly(fleet) == [
        "defaults/client.yaml:1:29: error: stack 'network' has no output 'iid' (client/a and 1 more cell)"
    ]
    assert fleet.diagnostics[0].detail == "did you mean 'id'?"


def state(config: str) -> str:
    return f"state: {config}\n" + ONE_LEVEL.replace("\n    ", "\n")


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("{backend: s3, config: {key: x}}", "base/a/one and base/a/two have one state (and 2 more units)"),
        (
            "{backend: s3, config: {key: '${unit.cell}'}}",
            "base/a/one and base/a/two have one state (and 2 more units)",
        ),
        (
            "{backend: s3, config: {key: '${unit.stack}'}}",
            "base/a/one and base/b/one have one state (and 2 more units)",
        ),
        ("{backend: s3}", "base/a/one and base/a/two have one state (and 2 more units)"),
        (
            "{backend: local, config: {path: x}}",
            "base/a/one and base/a/two have one state (and 2 more units)",
        ),
        ("{backend: s3, config: {bucket: '${unit.cell}', key: '${unit.stack}'}}", None),
        ("{backend: s3, config: {key: '${unit.address}'}}", None),
        ("{backend: local}", None),
        ("{}", None),
    ],
)
def test_two_units_with_one_state(tmp_path: Path, config: str, expected: str | None) -> None:
    files: dict[str, str | bytes] = {
        "fleet.yaml": state(config),
        "accounts/a.yaml": "{}",
        "accounts/b.yaml": "{}",
    }
    found = briefly(load(tmp_path, files))
    assert found == ([f"fleet.yaml:1:8: error: {expected}"] if expected else [])


@pytest.mark.parametrize(
    ("config", "shared"),
    [
        ("{backend: local, config: {path: 'st/${cell.part}${unit.stack}'}}", True),
        (
            "{backend: s3, config: {bucket: b, key: 'z/${cell.part}${unit.stack}', region: '${unit.cell}'}}",
            True,
        ),
        ("{backend: http, config: {address: 'http://h/${cell.part}one/${unit.stack}'}}", True),
        ("{backend: http, config: {address: 'http://h/one?${unit.cell}${unit.stack}'}}", False),
        ("{backend: pg, config: {conn_str: 'postgres://h/${unit.cell}${unit.stack}'}}", False),
    ],
)
def test_two_spellings_of_one_place_are_one_state(tmp_path: Path, config: str, shared: bool) -> None:  # noqa: FBT001  a parameter
    files: dict[str, str | bytes] = {
        "fleet.yaml": state(config),
        "accounts/a.yaml": "part: './'",
        "accounts/b.yaml": "part: ''",
    }
    assert any("have one state" in line for line in told(load(tmp_path, files))) == shared


def test_a_backend_that_failed_to_resolve_is_not_called_shared_too(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "fleet.yaml": state("{backend: s3, config: {key: '${cell.nope}'}}"),
        "accounts/a.yaml": "{}",
        "accounts/b.yaml": "{}",
    }
    assert len(told(load(tmp_path, files))) == 1


def test_findings_are_sorted_and_told_once(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "fleet.yaml": THREE_LEVELS.replace("fleet: test", "fleet: test\n    extra: 1"),
        "defaults/client.yaml": "tier: x",
        "tiers/x.yaml": "{}",
        "accounts/prod.yaml": "b: '${cell.nope}'\na: 1\na: 2\n",
        "clients/a.yaml": "account: prod\nstacks:\n  app: {zz: 1, yy: 2}\n  apq: {}\n",
    }
    found = briefly(load(tmp_path, files))
    assert found == [
        "accounts/prod.yaml:1:4: error: the cell has no key 'nope' (base/prod and 1 more cell)",
        "accounts/prod.yaml:3:1: error: duplicate key 'a'",
        "clients/a.yaml:3:9: error: stack 'app' has no input 'zz' (client/a)",
        "clients/a.yaml:3:16: error: stack 'app' has no input 'yy' (client/a)",
        "clients/a.yaml:4:3: error: unknown stack 'apq'",
        "fleet.yaml:2:1: error: unknown key 'extra'",
    ]
