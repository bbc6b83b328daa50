"""A unit's inputs against its stack's contract, and what else a unit is made of."""

from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.model.address import UnitAddress
from cellwright.model.unit import Backend, StackPin
from cellwright.stacks.contract import Contract
from unit.fleet.workbench import (
    ANY,
    ONE_LEVEL,
    THREE_LEVELS,
    Stacks,
    briefly,
    contract,
    load,
    told,
    unit,
    values,
)

TYPED = contract(
    {
        "text": "string",
        "count": "?number",
        "on": "?bool",
        "names": "?list(string)",
        "tags": "?map(string)",
        "rules": "?list(object({ port = number, note = optional(string) }))",
        "pair": "?tuple([string, number])",
        "anything": "?any",
        "firm": "?!string",
        "hard": "?!number",
    },
    ["id"],
)
FLEET = "fleet: t\nlevels: [{name: base, cells: a, stacks: {one: {source: typed}, two: {source: any}}}]"


def findings(tmp_path: Path, inputs: str, stack: Contract = TYPED) -> list[str]:
    files: dict[str, str | bytes] = {"fleet.yaml": FLEET, "a/x.yaml": f"stacks:\n  one:\n    {inputs}\n"}
    return [line.removeprefix("a/x.yaml:") for line in briefly(load(tmp_path, files, {"typed": stack}))]


def test_what_the_stacks_own_files_set_need_not_be_given(tmp_path: Path) -> None:
    assert findings(tmp_path, "{count: 3}") == ["2:3: error: stack 'one' needs the input 'text' (base/x)"]
    assert not findings(tmp_path, "{count: 3}", replace(TYPED, own_values=frozenset({"text"})))


@pytest.mark.parametrize(
    "inputs",
    [
        "{text: x, count: 3, on: true, names: [a], tags: {a: b}, pair: [a, 1], anything: {x: [1]}}",
        "{text: 3, count: '3', on: 'true', names: [1, true], tags: {a: 1}}",
        "{text: x, rules: [{port: 1}, {port: '2', note: x}]}",
        "{text: '${output.two.id}', count: '${output.two.id}', rules: '${output.two.out}'}",
        "{text: 'a ${output.two.id}', names: ['${output.two.id}'], rules: [{port: '${output.two.id}'}]}",
        "{text: null, count: null}",
    ],
)
def test_what_fits(tmp_path: Path, inputs: str) -> None:
    assert not findings(tmp_path, inputs)


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ("{text: x, cuont: 3}", "3:15: error: stack 'one' has no input 'cuont' (base/x)"),
        ("{text: x, cuont: !unset }", "3:15: error: stack 'one' has no input 'cuont' (base/x)"),
        ("{count: 3}", "2:3: error: stack 'one' needs the input 'text' (base/x)"),
        ("{text: [a]}", "3:12: error: input 'text' of stack 'one': string wanted, this is a list (base/x)"),
        (
            "{text: x, count: many}",
            "3:22: error: input 'count' of stack 'one': number wanted, this is a string",
        ),
        ("{text: x, on: yes}", "3:19: error: input 'on' of stack 'one': bool wanted, this is a string"),
        ("{text: x, names: {a: b}}", "3:22: error: input 'names' of stack 'one': list(string) wanted"),
        ("{text: x, names: [a, [b]]}", "3:26: error: input 'names' of stack 'one', at [1]: string wanted"),
        ("{text: x, tags: {a: {b: c}}}", "3:25: error: input 'tags' of stack 'one', at a: string wanted"),
        ("{text: x, rules: [{port: 1}, {prt: 2}]}", "3:34: error: input 'rules' of stack 'one', at [1]: "),
        (
            "{text: x, rules: [{port: x}]}",
            "3:30: error: input 'rules' of stack 'one', at [0].port: number wanted",
        ),
        ("{text: x, pair: [a]}", "3:21: error: input 'pair' of stack 'one'"),
        ("{text: x, count: 'a ${output.two.id}'}", ""),
    ],
)
def test_what_does_not_fit(tmp_path: Path, inputs: str, expected: str) -> None:
    found = [line for line in findings(tmp_path, inputs) if "warning" not in line]
    assert len(found) == (1 if expected else 0), found
    if expected:
        assert found[0].startswith(expected)


def test_null_for_a_variable_that_takes_none(tmp_path: Path) -> None:
    stack = contract({"text": "!string"})
    assert "null is not allowed" in findings(tmp_path, "{text: null}", stack)[0]


def test_an_attribute_that_terraform_would_drop(tmp_path: Path) -> None:
    found = findings(tmp_path, "{text: x, rules: [{port: 1, nte: x}]}")
    assert len(found) == 1
    assert found[0].startswith("3:38: warning: input 'rules' of stack 'one', at [0].nte: ")


def test_a_deprecated_input_that_is_set(tmp_path: Path) -> None:
    stack = contract({"size": "?number", "count": "?number"})
    size = replace(stack.variables["size"], deprecated="Use `count` instead.")
    stack = replace(stack, variables={**stack.variables, "size": size})
    (found,) = findings(tmp_path, "{count: 1, size: 2}", stack)
    assert found.startswith("3:16: warning: input 'size' of stack 'one' is deprecated (base/x)")
    assert not findings(tmp_path, "{count: 1}", stack)
    assert not findings(tmp_path, "{size: !unset }", stack)


def test_a_deprecated_input_that_a_layer_sets_is_named_there(tmp_path: Path) -> None:
    stack = contract({"size": "?number"})
    size = replace(stack.variables["size"], deprecated="Use `count` instead.")
    files: dict[str, str | bytes] = {
        "fleet.yaml": FLEET,
        "defaults/base.yaml": "stacks:\n  one:\n    size:\n      2\n",
        "a/x.yaml": "{}",
        "a/y.yaml": "{}",
    }
    (found,) = load(tmp_path, files, {"typed": replace(stack, variables={"size": size})}).diagnostics
    assert str(found).startswith("defaults/base.yaml:3:5: warning: input 'size' of stack 'one' is deprecated")
    assert str(found).endswith("(base/x and 1 more cell); Use `count` instead.")


def test_names_are_suggested(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"fleet.yaml": FLEET, "a/x.yaml": "stacks: {one: {text: x, cuont: 3}}"}
    fleet = load(tmp_path, files, {"typed": TYPED})
    assert fleet.diagnostics[0].detail == "did you mean 'count'?"


def test_a_stack_whose_variable_has_one_of_our_names(tmp_path: Path) -> None:
    stack = contract({"version": "string"})
    files: dict[str, str | bytes] = {"fleet.yaml": FLEET, "a/x.yaml": "stacks: {one: {version: v1}}"}
    fleet = load(tmp_path, files, {"typed": stack})
    assert "rename the variable in the stack" in told(fleet)[0]


def test_messages_never_repeat_a_value(tmp_path: Path) -> None:
    assert not [
        line for line in findings(tmp_path, "{text: x, count: canary, on: [canary]}") if "canary" in line
    ]


def test_a_fault_in_a_layer_names_it_once_for_all_cells(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "fleet.yaml": FLEET,
        "defaults/base.yaml": "stacks: {one: {text: x, count: many}}",
        **{f"a/c{n}.yaml": "{}" for n in range(10)},
    }
    found = briefly(load(tmp_path, files, {"typed": TYPED}))
    fault = "input 'count' of stack 'one': number wanted, this is a string (base/c0 and 9 more cells)"
    assert found == [f"defaults/base.yaml:1:32: error: {fault}"]


def test_a_cell_that_overrides_a_faulty_default_is_not_concerned(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "fleet.yaml": FLEET,
        "defaults/base.yaml": "stacks: {one: {text: x, count: many}}",
        "a/bad.yaml": "{}",
        "a/good.yaml": "stacks: {one: {count: 3}}",
    }
    assert "(base/bad)" in briefly(load(tmp_path, files, {"typed": TYPED}))[0]


def test_a_mapping_merged_from_two_layers_is_checked_as_a_whole(tmp_path: Path) -> None:
    stack = contract({"o": "object({ a = string, b = number })"})
    files: dict[str, str | bytes] = {
        "fleet.yaml": FLEET,
        "defaults/base.yaml": "stacks: {one: {o: {a: x}}}",
        "a/good.yaml": "stacks: {one: {o: {b: 1}}}",
        "a/bad.yaml": "stacks: {one: {o: {b: x}}}",
    }
    found = briefly(load(tmp_path, files, {"typed": stack}))
    assert [line.split(":")[0] for line in found] == ["a/bad.yaml"]
    assert found[0].startswith("a/bad.yaml:1:23: error: input 'o' of stack 'one', at b: number wanted")


def test_a_stack_that_can_not_be_read_is_told_once_where_it_is_named(tmp_path: Path) -> None:
    text = "fleet: t\nlevels: [{name: base, cells: a, stacks: {one: {source: gone}}}]"
    files: dict[str, str | bytes] = {
        "fleet.yaml": text,
        "a/x.yaml": "stacks: {one: {whatever: 1}}",
        "a/y.yaml": "stacks: {one: {version: v2}}",
    }
    assert told(load(tmp_path, files)) == [
        "a/y.yaml:1:25: error: there is no stack gone; look at the source",
        "fleet.yaml:2:56: error: there is no stack gone; look at the source",
    ]


def test_versions_choose_the_contract(tmp_path: Path) -> None:
    stacks = Stacks({"any": ANY})
    files: dict[str, str | bytes] = {
        "fleet.yaml": "fleet: t\nlevels: [{name: base, cells: a, stacks: {one: {source: any, version: v1}}}]",
        "a/x.yaml": "{}",
        "a/y.yaml": "{v: v2, stacks: {one: {version: '${cell.v}'}}}",
        "a/z.yaml": "stacks: {one: {version: !unset }}",
    }
    from cellwright.fleet.load.entry import load_fleet  # noqa: PLC0415  the workbench's own load has other stacks
    from unit.fleet.workbench import write  # noqa: PLC0415  as above

    fleet = load_fleet(write(tmp_path, files), stacks)
    assert not told(fleet)
    assert {str(item.address): item.stack for item in fleet.units.values()} == {
        "base/x/one": StackPin("any", "v1"),
        "base/y/one": StackPin("any", "v2"),
        "base/z/one": StackPin("any", "v1"),
    }
    assert stacks.asked == [StackPin("any", "v1"), StackPin("any", "v2")]
    assert values(fleet, "base/y/one") == {}


def test_units_are_switched_on_and_off(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "fleet.yaml": THREE_LEVELS,
        "defaults/client.yaml": "{tier: x, sftp: false}",
        "tiers/x.yaml": "stacks: {sftp: {enabled: '${cell.sftp}'}}",
        "accounts/prod.yaml": "{}",
        "clients/a.yaml": "{account: prod, sftp: true, stacks: {app: {enabled: false}}}",
        "clients/b.yaml": "{account: prod}",
    }
    fleet = load(tmp_path, files)
    assert not told(fleet)
    assert {
        str(item.address): item.enabled for item in fleet.units.values() if item.address.level == "client"
    } == {
        "client/a/app": False,
        "client/a/sftp": True,
        "client/b/app": True,
        "client/b/sftp": False,
    }


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        (
            "{x: maybe, stacks: {one: {enabled: '${cell.x}'}}}",
            "'enabled' must be true or false, not a string",
        ),
        ("{x: 1.5, stacks: {one: {version: '${cell.x}'}}}", "'version' must be a string, not a number"),
        ("{stacks: {one: {enabled: '${output.two.id}'}}}", "is an output, which can't be used here"),
    ],
)
def test_own_keys_by_reference(tmp_path: Path, own: str, expected: str) -> None:
    found = briefly(load(tmp_path, {"fleet.yaml": ONE_LEVEL, "accounts/a.yaml": own}))
    assert len(found) == 1
    assert expected in found[0]


def test_a_unit_that_is_off_may_lack_inputs_but_not_have_wrong_ones(tmp_path: Path) -> None:
    assert not findings(tmp_path, "{enabled: false}")
    assert len(findings(tmp_path, "{enabled: false, count: many}")) == 1


def test_labels_are_the_cell_s_scalars(tmp_path: Path) -> None:
    plain = "tier: gold, size: 3, on: true, none: null, list: [1], map: {a: 1}"
    own = f"{{{plain}, by: '${{cell.tier}}', out: '${{output.one.id}}'}}"
    fleet = load(tmp_path, {"fleet.yaml": ONE_LEVEL, "accounts/a.yaml": own})
    assert unit(fleet, "base/a/one").labels == {"tier": "gold", "size": "3", "on": "true", "by": "gold"}


def test_needs(tmp_path: Path) -> None:
    text = THREE_LEVELS.replace(
        "app: {source: any}", "app: {source: any, needs: [sftp, base.network, utility.ecs]}"
    )
    files: dict[str, str | bytes] = {
        "fleet.yaml": text,
        "defaults/client.yaml": "{tier: x, stacks: {sftp: {enabled: true}}}",
        "tiers/x.yaml": "{}",
        "accounts/prod.yaml": "{}",
        "clients/acme.yaml": "{account: prod}",
    }
    fleet = load(tmp_path, files)
    assert not told(fleet)
    assert unit(fleet, "client/acme/app").needs == (
        UnitAddress("client", "acme", "sftp"),
        UnitAddress("base", "prod", "network"),
        UnitAddress("utility", "prod", "ecs"),
    )


def test_the_state_s_backend(tmp_path: Path) -> None:
    config = (
        "{bucket: b, key: '${unit.address}.tfstate', region: '${cell.region}', deep: {a: ['${fleet.name}']}}"
    )
    text = f"state: {{backend: s3, config: {config}}}\n" + ONE_LEVEL.replace("\n    ", "\n")
    fleet = load(tmp_path, {"fleet.yaml": text, "accounts/a.yaml": "{region: r1}"})
    assert not told(fleet)
    assert unit(fleet, "base/a/two").backend == Backend(
        "s3", {"bucket": "b", "key": "base/a/two.tfstate", "region": "r1", "deep": {"a": ["test"]}}
    )


def test_a_backend_needs_no_words(tmp_path: Path) -> None:
    fleet = load(tmp_path, {"fleet.yaml": ONE_LEVEL, "accounts/a.yaml": "{}"})
    assert unit(fleet, "base/a/one").backend == Backend("local", {})


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("${output.one.id}", "'${output.one.id}' is an output, which can't be used here"),
        ("${cell.nope}", "the cell has no key 'nope'"),
        ("${unit.adress}", "a unit has no 'adress'"),
    ],
)
def test_what_a_backend_may_not_use(tmp_path: Path, key: str, expected: str) -> None:
    text = f"state: {{backend: s3, config: {{key: '{key}'}}}}\n" + ONE_LEVEL.replace("\n    ", "\n")
    found = briefly(load(tmp_path, {"fleet.yaml": text, "accounts/a.yaml": "{}", "accounts/b.yaml": "{}"}))
    assert found == [f"fleet.yaml:1:36: error: {expected} (base/a and 1 more cell)"]
