"""References to secrets: what they name, where they may stand, and who may take which."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from cellwright.fleet.cache.packing import pack_value, unpack_value
from cellwright.fleet.fleet import Fleet
from cellwright.fleet.load.entry import load_fleet
from cellwright.model.address import UnitAddress
from cellwright.model.value import SecretReference, Template, Value
from cellwright.stacks.contract import Contract
from unit.fleet.workbench import ANY, ONE_LEVEL, Stacks, told, unit, values, write

FLEET = f"""{ONE_LEVEL}
    secrets:
      vault:
        type: vault
        address: https://vault.example.com:8200
        allow: ["clients/${{cell.name}}/*", "shared", "${{cell.level}}"]
      ci:
        type: environment
        allow: [DB_*, KEY]
      aws: {{type: aws_secrets_manager}}
    """


AWS_K = SecretReference("aws", "k")


def guarded(*, sensitive: bool = True, ephemeral: bool = False) -> Contract:
    variables = {
        name: replace(item, sensitive=sensitive, ephemeral=ephemeral) for name, item in ANY.variables.items()
    }
    return replace(ANY, variables=variables)


def load(
    root: Path, files: Mapping[str, str | bytes], one: Contract = ANY, cache: Path | None = None
) -> Fleet:
    return load_fleet(write(root, files), Stacks({"any": one, "other": ANY}), cache)


def resolved(tmp_path: Path, written: str, keys: str = "") -> Value:
    files: dict[str, str | bytes] = {
        "fleet.yaml": FLEET,
        "accounts/a.yaml": f"{keys}\nstacks: {{one: {{a: {written}}}}}",
    }
    fleet = load(tmp_path, files, one=guarded())
    assert not told(fleet)
    return values(fleet, "base/a/one")["a"]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("'${secret.ci.DB_PASSWORD}'", SecretReference("ci", "DB_PASSWORD")),
        ("'${secret.vault.shared#a.b-c.0}'", SecretReference("vault", "shared", ("a", "b-c", "0"))),
        ("'${secret.vault.clients/${cell.name}/x#u}'", SecretReference("vault", "clients/a/x", ("u",))),
        ("'${secret.vault.${cell.level}}'", SecretReference("vault", "base")),
        ("'${secret.aws./x/db.main@1+2=3}'", SecretReference("aws", "/x/db.main@1+2=3")),
        ("'${cell.key}'", AWS_K),
        ("'${cell.key.user.0}'", SecretReference("aws", "k", ("user", "0"))),
        ("'p:${cell.key}@${secret.ci.KEY}'", Template(("p:", AWS_K, "@", SecretReference("ci", "KEY")))),
        ("{x: ['${cell.key}']}", {"x": [AWS_K]}),
        ("'$${secret.ci.KEY}'", "${secret.ci.KEY}"),
    ],
)  # fmt: skip
def test_what_they_name(tmp_path: Path, written: str, value: Value) -> None:
    assert resolved(tmp_path, written, "key: '${secret.aws.k}'") == value


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("${secret.vualt.shared}", "there is no source of secrets 'vualt'; did you mean 'vault'?"),
        ("${secret.vault}", "names no secret; write ${secret.SOURCE.NAME}"),
        ("${secret.vault.clients/../x}", "names no secret; its name has an empty step, or one of dots only"),
        ("${secret.vault.clients//x}", "names no secret; its name has an empty step"),
        ("${secret.vault.shared#}", "names no secret; after '#' stand names of keys"),
        ("${secret.vault.shared#a#b}", "names no secret; after '#' stand names of keys"),
        ("${secret.vault.sha red}", "the name of a secret of 'vault' has letters, digits and _"),
        ("${secret.vault.clients/b/db}", "'vault' does not give 'clients/b/db' to base/a; see `allow`"),
        ("${secret.ci.AWS_SECRET_ACCESS_KEY}", "'ci' does not give 'AWS_SECRET_ACCESS_KEY'"),
        ("${secret.vault.clients/${cell.other}/x}", "does not give 'clients/b/x' to base/a"),
        ("${secret.vault.${cell.nope}}", "the cell has no key 'nope'"),
        ("${secret.vault.${cell.list}}", "'${cell.list}' can't be part of a secret's name"),
        ("${secret.vault.${output.two.id}}", "'${output.two.id}' can't be part of a secret's name"),
        ("${secret.vault.${secret.ci.KEY}}", "the name of a secret of 'vault' can't hold another secret"),
        ("${secret.vault." * 5_000 + "x" + "}" * 5_000, "can't hold another secret"),
        ("${secret.vault." + "${ secret.ci." * 5_000 + "x" + "}" * 5_001, "can't hold another secret"),
        ("${secret.vault.x${cell.name}", "has no closing '}'"),
    ],
)  # fmt: skip
def test_what_names_nothing_is_told_where_it_is_written(tmp_path: Path, written: str, expected: str) -> None:
    files: dict[str, str | bytes] = {
        "fleet.yaml": FLEET,
        "accounts/a.yaml": f"other: b\nlist: [1]\nstacks:\n  one:\n    a: '{written}'\n",
    }
    (found,) = load(tmp_path, files, one=guarded()).diagnostics
    assert expected in str(found).replace(" (base/a)", "")
    assert str(found).startswith("accounts/a.yaml:5:8: error: ")


def test_without_sources_it_is_said_where_to_declare_one(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "fleet.yaml": ONE_LEVEL,
        "accounts/a.yaml": "{stacks: {one: {a: '${secret.vault.x}'}}}",
    }
    (found,) = load(tmp_path, files).diagnostics
    assert found.detail == "declare it in fleet.yaml, below `secrets`"


@pytest.mark.parametrize(
    "written", ["'${secret.ci.KEY}'", "'x ${secret.ci.KEY}'", "{x: ['${secret.ci.KEY}']}"]
)
def test_a_variable_that_is_not_sensitive_takes_no_secret(tmp_path: Path, written: str) -> None:
    files: dict[str, str | bytes] = {
        "fleet.yaml": FLEET,
        "accounts/a.yaml": f"stacks:\n  one:\n    a: {written}\n",
    }
    (found,) = load(tmp_path, files).diagnostics
    assert str(found.position) == "accounts/a.yaml:3:8"
    assert found.summary == (
        "input 'a' of stack 'one' takes a secret, but its variable is not sensitive (base/a)"
    )
    assert found.detail == ('write `sensitive = true` (or `ephemeral = true`) into variable "a" of the stack')


@pytest.mark.parametrize("contract", [guarded(), guarded(sensitive=False, ephemeral=True)])
def test_a_sensitive_or_an_ephemeral_one_does(tmp_path: Path, contract: Contract) -> None:
    files: dict[str, str | bytes] = {
        "fleet.yaml": FLEET,
        "accounts/a.yaml": "{stacks: {one: {a: '${secret.ci.KEY}'}}}",
    }
    assert not told(load(tmp_path, files, one=contract))


@pytest.mark.parametrize(
    ("cell", "place"),
    [
        ("environment: {TOKEN: '${secret.ci.KEY}'}", "1:22"),
        ("environment: {TOKEN: '${cell.key}'}\nkey: '${secret.ci.KEY}'", "1:22"),
        ("stacks: {one: {version: '${secret.ci.KEY}'}}", "1:25"),
        ("stacks: {one: {enabled: '${secret.ci.KEY}'}}", "1:25"),
    ],
)
def test_elsewhere_a_secret_can_not_be_used(tmp_path: Path, cell: str, place: str) -> None:
    files: dict[str, str | bytes] = {"fleet.yaml": FLEET, "accounts/a.yaml": cell}
    (found,) = load(tmp_path, files, one=guarded()).diagnostics
    assert str(found).startswith(f"accounts/a.yaml:{place}: error: '${{")
    assert "is a secret, which can't be used here" in found.summary
    assert "`sensitive = true`" in found.detail


def test_a_path_of_a_layer_takes_none(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "fleet.yaml": FLEET.replace(
            "cells: accounts", "cells: accounts\n        layers: ['${secret.ci.KEY}.yaml']"
        ),
        "accounts/a.yaml": "{}",
    }
    (found,) = load(tmp_path, files, one=guarded()).diagnostics
    assert found.summary == "a layer's path can't use '${secret.ci.KEY}'"


def test_a_backend_takes_none(tmp_path: Path) -> None:
    state = (
        "\n    state: {backend: s3, config: {bucket: b, key: '${unit.address}', token: '${secret.ci.KEY}'}}\n"
    )
    files: dict[str, str | bytes] = {"fleet.yaml": FLEET + state, "accounts/a.yaml": "{}"}
    found = load(tmp_path, files, one=guarded()).diagnostics
    assert all("is a secret, which can't be used here" in item.summary for item in found)
    assert found


def test_the_units_that_take_secrets_are_known_without_their_settings(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "fleet.yaml": FLEET,
        "accounts/a.yaml": "{key: '${secret.ci.KEY}', stacks: {one: {a: '${cell.key}'}, two: {}}}",
    }
    for _ in range(2):  # resolved, then from the cache
        fleet = load(tmp_path, files, cache=tmp_path / "cache", one=guarded())
        table = fleet.units
        takers = [address for address in table if table.takes_secrets(address)]  # type: ignore[attr-defined]
        assert takers == [UnitAddress("base", "a", "one")]
        assert list(unit(fleet, "base/a/one").secrets()) == [("a", SecretReference("ci", "KEY"))]


@pytest.mark.parametrize(
    "value",
    [
        SecretReference("vault", "db/x", ("a", "b")),
        SecretReference("vault", "db"),
        {"x": [SecretReference("ci", "K"), Template(("a", SecretReference("ci", "K"), "b"))]},
    ],
)
def test_the_cache_keeps_them(value: Value) -> None:
    assert unpack_value(pack_value(value)) == value
