from collections.abc import Callable

import pytest

from cellwright.model.address import UnitAddress
from cellwright.model.applied import RecordedOutput
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.position import Position
from cellwright.model.unit import Unit
from cellwright.model.value import Json, OutputReference, SecretReference, Template
from cellwright.planning.binding import Outputs, Secrecy, bind, bind_values, output_scope
from cellwright.planning.digest import Digester

NETWORK = UnitAddress("base", "prod", "network")
MakeUnit = Callable[..., Unit]


def reference(output: str, *path: str) -> OutputReference:
    return OutputReference(NETWORK, output, path)


def recorded(digester: Digester) -> Outputs:
    values: dict[str, Json] = {"vpc_id": "vpc-1", "subnets": ["a", "b"], "zones": {"one": {"id": 1}}}
    outputs = {
        name: RecordedOutput(digester.plain(value), sensitive=False, value=value)
        for name, value in values.items()
    }
    outputs["password"] = RecordedOutput(
        digester.keyed("hunter2", *output_scope(NETWORK, "password")), sensitive=True
    )
    return {NETWORK: outputs}


def bound(unit: Unit, digester: Digester, *sensitive: str) -> dict[str, Json]:
    found = bind(unit, Secrecy(frozenset(sensitive)), recorded(digester), digester)
    return {name: item.value for name, item in found.items()}


def test_a_whole_reference_keeps_its_type(unit: MakeUnit, digester: Digester) -> None:
    app = unit("client/acme/app", {"subnets": reference("subnets"), "zone": reference("zones", "one")})
    assert bound(app, digester) == {"subnets": ["a", "b"], "zone": {"id": 1}}


def test_a_reference_reaches_into_lists_and_mappings(unit: MakeUnit, digester: Digester) -> None:
    app = unit(
        "client/acme/app", {"x": {"deep": [reference("subnets", "1"), reference("zones", "one", "id")]}}
    )
    assert bound(app, digester) == {"x": {"deep": ["b", 1]}}


def test_inside_a_string_a_scalar_is_written_as_terraform_does(unit: MakeUnit, digester: Digester) -> None:
    app = unit(
        "client/acme/app",
        {"name": Template(("id-", reference("zones", "one", "id"), "-", reference("vpc_id")))},
    )
    assert bound(app, digester) == {"name": "id-1-vpc-1"}


def test_a_list_inside_a_string_is_refused(unit: MakeUnit, digester: Digester) -> None:
    app = unit("client/acme/app", {"name": Template(("x", reference("subnets")))})
    with pytest.raises(DiagnosticError, match="list can't stand inside a string"):
        bound(app, digester)


@pytest.mark.parametrize("path", [("nine",), ("9",), ("1", "x")])
def test_a_part_that_the_output_lacks_is_named_with_its_place(
    unit: MakeUnit, digester: Digester, path: tuple[str, ...]
) -> None:
    app = unit("client/acme/app", {"x": reference("subnets", *path)})
    with pytest.raises(DiagnosticError, match=rf"client.yaml:5:3.*no part '{path[-1]}'"):
        bound(app, digester)


def test_an_output_that_was_never_recorded_is_named(unit: MakeUnit, digester: Digester) -> None:
    app = unit("client/acme/app", {"x": reference("nope")})
    with pytest.raises(DiagnosticError, match="base/prod/network has no recorded output 'nope'"):
        bound(app, digester)


def test_a_sensitive_variable_keeps_only_a_keyed_digest(unit: MakeUnit, digester: Digester) -> None:
    app = unit("client/acme/app", {"token": "hunter2"})
    found = bind(app, Secrecy(frozenset({"token"})), {}, digester)["token"]
    assert (found.sensitive, found.value, found.digest) == (
        True,
        None,
        digester.keyed("hunter2", "input", "client/acme/app", "token"),
    )


@pytest.mark.parametrize(
    "value",
    [
        reference("password"),
        Template(("db://", reference("password"), "@", reference("vpc_id"))),
        [reference("password")],
    ],
)
def test_taking_a_sensitive_output_makes_an_input_sensitive(
    unit: MakeUnit, digester: Digester, value: object
) -> None:
    app = unit("client/acme/app", {"x": value})
    found = bind(app, Secrecy(), recorded(digester), digester)["x"]
    assert found.sensitive
    assert found.value is None


def test_another_secret_gives_another_digest(unit: MakeUnit, digester: Digester) -> None:
    app = unit("client/acme/app", {"x": Template(("db://", reference("password")))})
    other: Outputs = {NETWORK: {"password": RecordedOutput(digester.keyed("changed"), sensitive=True)}}
    first = bind(app, Secrecy(), recorded(digester), digester)["x"]
    assert first.digest != bind(app, Secrecy(), other, digester)["x"].digest


def test_real_values_are_found_at_run_time(unit: MakeUnit) -> None:
    app = unit(
        "client/acme/app", {"x": Template(("db://", reference("password"))), "y": 3, "z": reference("m", "k")}
    )
    secrets: dict[str, Json] = {"password": "hunter2", "m": {"k": True}}
    assert bind_values(app, lambda item: secrets[item.output], no_secret) == {
        "x": "db://hunter2",
        "y": 3,
        "z": True,
    }


def no_secret(reference: SecretReference, _position: Position) -> Json:
    raise AssertionError(reference)


def test_secrets_are_asked_for_with_the_place_of_the_reference(unit: MakeUnit) -> None:
    given = SecretReference("vault", "db", ("password",))
    app = unit("client/acme/app", {"x": {"deep": [given]}, "y": Template(("db://", given))})
    asked: list[tuple[SecretReference, Position]] = []

    def secret(item: SecretReference, position: Position) -> Json:
        asked.append((item, position))
        return "hunter2"

    found = bind_values(app, lambda _: None, secret)
    assert found == {"x": {"deep": ["hunter2"]}, "y": "db://hunter2"}
    assert asked == [(given, app.inputs[name].origin.position) for name in ("x", "y")]


def test_a_secret_counts_by_its_reference_and_is_sensitive_wherever_it_goes(
    unit: MakeUnit, digester: Digester
) -> None:
    one, other = SecretReference("vault", "db"), SecretReference("vault", "db", ("user",))
    values = (one, other, Template(("x", one)), [one])
    found = [bind(unit("client/acme/app", {"x": value}), Secrecy(), {}, digester)["x"] for value in values]
    assert all(item.sensitive and item.value is None for item in found)
    assert len({item.digest for item in found}) == len(values)


def test_every_value_of_an_ephemeral_variable_has_the_same_digest(unit: MakeUnit, digester: Digester) -> None:
    secrecy = Secrecy(frozenset({"token"}), frozenset({"token"}))
    values = ("hunter2", "swordfish", reference("vpc_id"), reference("password"))
    units = [unit("client/acme/app", {"token": value}) for value in values]
    found = [bind(app, secrecy, recorded(digester), digester)["token"] for app in units]
    assert len({item.digest for item in found}) == 1
    assert all(item.sensitive and item.value is None for item in found)


def test_an_output_that_an_ephemeral_variable_takes_must_be_recorded(
    unit: MakeUnit, digester: Digester
) -> None:
    app = unit("client/acme/app", {"token": reference("gone")})
    with pytest.raises(DiagnosticError, match="no recorded output 'gone'"):
        bind(app, Secrecy(frozenset({"token"}), frozenset({"token"})), recorded(digester), digester)
