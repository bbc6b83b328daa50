"""References replaced, with types kept; what stands for nothing is told where it is written."""

import textwrap
from decimal import Decimal
from pathlib import Path

import pytest

from cellwright.model.address import UnitAddress
from cellwright.model.value import OutputReference, Template, Value
from unit.fleet.workbench import ONE_LEVEL, THREE_LEVELS, briefly, load, told, unit, values

ONE = UnitAddress("base", "a", "one")
TWO = UnitAddress("base", "a", "two")
NETWORK = UnitAddress("base", "prod", "network")

KEYS = """
    text: hello
    number: 4
    whole: 2.0
    half: 1.5
    tiny: 0.00001
    huge: 1e23
    yes: true
    nothing: null
    list: [a, b]
    map: {x: {y: deep}, n: 3}
    via: "${cell.map.x}"
    vpc: "${output.two.out}"
    greeting: "${cell.text} from ${cell.name}"
    link: "http://${output.two.out.host}/"
    """


def resolved(tmp_path: Path, written: str) -> Value:
    files: dict[str, str | bytes] = {
        "fleet.yaml": ONE_LEVEL,
        "accounts/a/keys.yaml": KEYS,
        "accounts/a/stacks.yaml": f"stacks: {{one: {{a: {written}}}}}",
    }
    fleet = load(tmp_path, files)
    assert not told(fleet)
    return values(fleet, "base/a/one")["a"]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("'${cell.text}'", "hello"),
        ("'${cell.number}'", 4),
        ("'${cell.half}'", Decimal("1.5")),
        ("'${cell.yes}'", True),
        ("'${cell.nothing}'", None),
        ("'${cell.list}'", ["a", "b"]),
        ("'${cell.list.1}'", "b"),
        ("'${cell.map}'", {"x": {"y": "deep"}, "n": 3}),
        ("'${cell.map.x.y}'", "deep"),
        ("'${cell.via}'", {"y": "deep"}),
        ("'${cell.via.y}'", "deep"),
        ("'${cell.name}'", "a"),
        ("'${cell.level}'", "base"),
        ("'${cell.greeting}!'", "hello from a!"),
        ("'n=${cell.number} w=${cell.whole} h=${cell.half} y=${cell.yes}'", "n=4 w=2 h=1.5 y=true"),
        ("'r=${cell.tiny} b=${cell.huge}'", "r=0.00001 b=100000000000000000000000"),
        ("'${fleet.name}'", "test"),
        ("'${unit.address}'", "base/a/one"),
        ("'${unit.level}-${unit.cell}-${unit.stack}'", "base-a-one"),
        ("'$${cell.text}'", "${cell.text}"),
        ("'$${x} ${cell.text}'", "${x} hello"),
        ("{k: ['${cell.text}', 1], l: x}", {"k": ["hello", 1], "l": "x"}),
        ("'${output.two.id}'", OutputReference(TWO, "id")),
        ("'${output.two.out.a.0}'", OutputReference(TWO, "out", ("a", "0"))),
        ("'${output.base.two.id}'", OutputReference(TWO, "id")),
        ("'${output.base/a/two.id}'", OutputReference(TWO, "id")),
        ("'${cell.vpc}'", OutputReference(TWO, "out")),
        ("'${cell.vpc.id}'", OutputReference(TWO, "out", ("id",))),
        ("'${cell.link}'", Template(("http://", OutputReference(TWO, "out", ("host",)), "/"))),
        (
            "'<${cell.link}>${cell.text}'",
            Template(("<http://", OutputReference(TWO, "out", ("host",)), "/>hello")),
        ),
        (
            "'${output.two.id}${output.two.out}'",
            Template((OutputReference(TWO, "id"), OutputReference(TWO, "out"))),
        ),
    ],
)
def test_what_a_reference_becomes(tmp_path: Path, written: str, value: Value) -> None:
    found = resolved(tmp_path, written)
    assert found == value
    assert type(found) is type(value)


def test_a_key_called_name_hides_the_cell_s_own(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "fleet.yaml": ONE_LEVEL,
        "accounts/a.yaml": "{name: Acme Inc, stacks: {one: {a: '${cell.name}', b: '${unit.cell}'}}}",
    }
    assert values(load(tmp_path, files), "base/a/one") == {"a": "Acme Inc", "b": "a"}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("'${cell.txt}'", "the cell has no key 'txt'"),
        ("'${cell.map.z}'", "the cell has no key 'map.z'"),
        ("'${cell.list.7}'", "cell.list has no part '7'"),
        ("'${cell.list.x}'", "cell.list has no part 'x'"),
        ("'${cell.text.x}'", "cell.text has no part 'x'"),
        ("'${cell.via.z}'", "cell.via has no key 'z'"),
        ("'${cell.stacks.one}'", "'stacks' can't be referred to"),
        ("'a ${cell.list}'", "'${cell.list}' is a list, which can't stand inside a string"),
        ("'a ${cell.map}'", "'${cell.map}' is a mapping, which can't stand inside a string"),
        ("'a ${cell.nothing}'", "'${cell.nothing}' is null, which can't stand inside a string"),
        ("'${fleet.nme}'", "the fleet has no 'nme'"),
        ("'${unit.nme}'", "a unit has no 'nme'"),
        ("'${unit.cell.x}'", "a unit has no 'cell.x'"),
        ("'${account.region}'", "unknown name 'account' in '${account.region}'"),
        ("'${var.x}'", "unknown name 'var' in '${var.x}'"),
        (
            "'${secret.vault.x}'",
            "'${secret.vault.x}': there is no source of secrets 'vault'",
        ),
        ("'${output.two}'", "${output.two} names no output"),
        ("'${output.base}'", "${output.base} names no output"),
        ("'${output.base.two}'", "${output.base.two} names no output"),
        ("'${output.base/a/two}'", "${output.base/a/two} names no output"),
        ("'${output.tow.id}'", "unknown stack or level 'tow' in ${output.tow.id}"),
        ("'${output.base.tow.id}'", "level 'base' has no stack 'tow'"),
        ("'${output.base/a/tow.id}'", "level 'base' has no stack 'tow'"),
        ("'${output.base/z/two.id}'", "unknown cell 'z' of level 'base' in 'base/z/two'"),
        ("'${output.bse/a/two.id}'", "unknown level 'bse' in 'bse/a/two'"),
        ("'${output.base/a.id}'", "'base/a' is no unit's address"),
        ("'${output.two.di}'", "stack 'two' has no output 'di'"),
    ],
)
def test_what_stands_for_nothing(tmp_path: Path, written: str, expected: str) -> None:
    files: dict[str, str | bytes] = {
        "fleet.yaml": ONE_LEVEL,
        "accounts/a/keys.yaml": KEYS,
        "accounts/a/stacks.yaml": f"stacks:\n  one:\n    a: {written}\n",
    }
    assert briefly(load(tmp_path, files)) == [f"accounts/a/stacks.yaml:3:8: error: {expected} (base/a)"]


def test_the_nearest_name_is_suggested(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "fleet.yaml": ONE_LEVEL,
        "accounts/a.yaml": "{region: x, stacks: {one: {a: '${cell.regoin}', b: '${output.tow.id}'}}}",
        "accounts/b.yaml": "{stacks: {one: {a: '${cel.x}'}}}",
    }
    details = [item.detail for item in load(tmp_path, files).diagnostics]
    assert details[0] == "did you mean 'region'?"
    assert details[1] == "did you mean 'two'?"
    assert details[2].startswith("did you mean 'cell'?; write $${")


@pytest.mark.parametrize(
    ("keys", "cycle"),
    [
        ("a: '${cell.a}'", "cell.a -> cell.a"),
        ("a: '${cell.b}'\nb: '${cell.a}'", "cell.a -> cell.b -> cell.a"),
        ("a: '${cell.b}'\nb: '${cell.c}'\nc: 'x${cell.a}'", "cell.a -> cell.b -> cell.c -> cell.a"),
        ("a: {b: '${cell.a}'}", "cell.a -> cell.a"),
        ("a: {b: '${cell.a.b}'}", "cell.a.b -> cell.a.b"),
    ],
)
def test_keys_that_refer_to_themselves(tmp_path: Path, keys: str, cycle: str) -> None:
    text = f"{keys}\nstacks: {{one: {{x: '${{cell.a}}'}}}}"
    found = briefly(load(tmp_path, {"fleet.yaml": ONE_LEVEL, "accounts/a.yaml": text}))
    assert len(found) == 1
    assert f"a key refers to itself: {cycle} (base/a)" in found[0]


def test_a_key_may_refer_to_its_own_neighbours(tmp_path: Path) -> None:
    text = "net: {index: 3, cidr: '10.${cell.net.index}.0.0/16'}\nstacks: {one: {a: '${cell.net.cidr}'}}"
    fleet = load(tmp_path, {"fleet.yaml": ONE_LEVEL, "accounts/a.yaml": text})
    assert values(fleet, "base/a/one") == {"a": "10.3.0.0/16"}


def test_a_faulty_key_is_told_once_wherever_it_is_used(tmp_path: Path) -> None:
    text = "bad: '${cell.nope}'\nuses: '${cell.bad}'\nstacks: {one: {a: '${cell.bad}', b: '${cell.uses}'}}"
    fleet = load(tmp_path, {"fleet.yaml": ONE_LEVEL, "accounts/a.yaml": text})
    assert briefly(fleet) == ["accounts/a.yaml:1:6: error: the cell has no key 'nope' (base/a)"]


def test_units_have_no_meaning_outside_stacks(tmp_path: Path) -> None:
    text = "bad: '${unit.stack}'\nenvironment: {A: '${unit.address}', B: '${output.one.id}'}\n"
    found = briefly(load(tmp_path, {"fleet.yaml": ONE_LEVEL, "accounts/a.yaml": text}))
    assert "accounts/a.yaml:1:6: error: '${unit.*}' has a meaning only inside `stacks`" in found[0]
    assert "accounts/a.yaml:2:18: error: '${unit.*}' has a meaning only inside `stacks`" in found[1]
    assert found[2].startswith(
        "accounts/a.yaml:2:40: error: '${output.one.id}' is an output, which can't be used here"
    )


def test_outputs_of_other_cells(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "fleet.yaml": ONE_LEVEL,
        "accounts/a.yaml": "stacks: {one: {a: '${output.base/b/one.id}'}}",
        "accounts/b.yaml": "{}",
    }
    fleet = load(tmp_path, files)
    assert not fleet.diagnostics
    assert values(fleet, "base/a/one")["a"] == OutputReference(UnitAddress("base", "b", "one"), "id")
    assert [(str(use.unit), str(use.position)) for use in fleet.uses] == [
        ("base/a/one", "accounts/a.yaml:1:19")
    ]


CLIENT: dict[str, str | bytes] = {
    "fleet.yaml": THREE_LEVELS,
    "defaults/client.yaml": "tier: x",
    "tiers/x.yaml": "{}",
    "accounts/prod.yaml": "region: us-east-1\nzone: '${cell.region}a'\nvpc: '${output.base.network.id}'\n",
}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("'${account.region}'", "us-east-1"),
        ("'${account.zone}'", "us-east-1a"),
        ("'${account.name}'", "prod"),
        ("'${cell.account}'", "prod"),
        ("'${account.vpc.id}'", OutputReference(NETWORK, "id", ("id",))),
        ("'${output.base.network.id}'", OutputReference(NETWORK, "id")),
        (
            "'${output.utility.ecs.out.a}'",
            OutputReference(UnitAddress("utility", "prod", "ecs"), "out", ("a",)),
        ),
        ("'${output.client.app.id}'", None),
    ],
)
def test_what_a_placed_cell_may_refer_to(tmp_path: Path, written: str, value: Value) -> None:
    own = f"{{account: prod, stacks: {{sftp: {{enabled: true, a: {written}}}}}}}"
    fleet = load(tmp_path, {**CLIENT, "clients/acme.yaml": own})
    assert not told(fleet)
    expected = value if value is not None else OutputReference(UnitAddress("client", "acme", "app"), "id")
    assert values(fleet, "client/acme/sftp")["a"] == expected


def test_cells_of_one_name_stand_on_each_other(tmp_path: Path) -> None:
    own = "stacks: {ecs: {a: '${output.base.network.id}'}, network: {a: '${output.utility.ecs.id}'}}"
    fleet = load(tmp_path, {**CLIENT, "accounts/prod.yaml": own})
    assert values(fleet, "utility/prod/ecs")["a"] == OutputReference(NETWORK, "id")
    above = "level 'base' can't take an output of level 'utility', which lies above it (base/prod)"
    assert briefly(fleet) == [f"accounts/prod.yaml:1:62: error: {above}"]


def test_nothing_of_a_level_above(tmp_path: Path) -> None:
    own = "stacks: {network: {a: '${output.client/acme/app.id}'}}"
    fleet = load(tmp_path, {**CLIENT, "accounts/prod.yaml": own, "clients/acme.yaml": "{account: prod}"})
    assert "can't take an output of level 'client', which lies above it" in briefly(fleet)[0]


def test_unknown_keys_of_the_placement(tmp_path: Path) -> None:
    own = "{account: prod, stacks: {app: {a: '${account.regoin}'}}}"
    found = told(load(tmp_path, {**CLIENT, "clients/acme.yaml": own}))
    place = "clients/acme.yaml:1:35"
    assert found == [
        f"{place}: error: account prod has no key 'regoin' (client/acme); did you mean 'region'?"
    ]


def test_a_unit_that_is_off_may_refer_to_what_is_not_there(tmp_path: Path) -> None:
    own = "{account: prod, stacks: {sftp: {a: '${cell.nope}', b: '${output.app.nope}'}}}"
    fleet = load(tmp_path, {**CLIENT, "clients/acme.yaml": own})
    assert not told(fleet)
    assert unit(fleet, "client/acme/sftp").inputs["a"].value == "${cell.nope}"
    assert not fleet.uses


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        (
            'environment: {NOTE: "a\\0b"}',
            "a.yaml:1:21: error: environment variable 'NOTE' can't have this value",
        ),
        (
            'x: "a\\0b"\nenvironment: {NOTE: "${cell.x}"}',
            "a.yaml:2:21: error: environment variable 'NOTE' can't",
        ),
        (
            'terraform: {binary: "a\\0b"}',
            "a.yaml:1:21: error: 'terraform.binary' can't be used; it holds a NUL",
        ),
        (
            'terraform: {version: "x y"}',
            "a.yaml:1:22: error: 'terraform.version' can't be 'x y'; 'x y' is no",
        ),
        (
            'v: "x y"\nterraform: {version: "${cell.v}"}',
            "a.yaml:2:22: error: terraform.version can't be used",
        ),
        ('stacks: {one: {version: "a\\0b"}}', "a.yaml:1:25: error: 'version' can't be used; it holds a NUL"),
        ('place: "a\\0b"', "fleet.yaml:"),
    ],
)
def test_texts_that_no_program_takes(tmp_path: Path, own: str, expected: str) -> None:
    config = 'state: {config: {path: "states/${cell.place}"}}\n' if own.startswith("place") else ""
    fleet = load(tmp_path, {"fleet.yaml": textwrap.dedent(ONE_LEVEL) + config, "accounts/a.yaml": own})
    found = told(fleet)
    assert found, own
    assert all(expected in item for item in found), found
