"""Secrets in clear that differ get variables that differ, whatever their units are called."""

from pathlib import Path

from cellwright.app.importing.clear_secrets import with_names
from cellwright.foreign.tree import ForeignBackend, ForeignUnit, FromEnvironment, Joined
from cellwright.model.position import Position

HERE = Position("x", 1, 1)
NAME = "TF_VAR_password"


def unit(cell: str, stack: str, *secrets: FromEnvironment) -> ForeignUnit:
    return ForeignUnit(
        key=f"{cell}/{stack}",
        cell=cell,
        stack=stack,
        source=Path("x"),
        inputs={"password": list(secrets), "url": Joined(("u:", *secrets))},
        backend=ForeignBackend(position=HERE),
        position=HERE,
    )


def names_of(*units: ForeignUnit) -> list[list[str]]:
    named, _ = with_names(units)
    for item in named:
        in_list = [secret.variable for secret in item.inputs["password"]]
        assert [secret.variable for secret in item.inputs["url"].parts[1:]] == in_list
    return [[secret.variable for secret in item.inputs["password"]] for item in named]


def test_a_secret_that_is_the_same_everywhere_has_one_name() -> None:
    secret = FromEnvironment(NAME, "one")
    assert names_of(unit("a", "b", secret), unit("c", "d", secret)) == [[NAME], [NAME]]


def test_units_whose_names_make_the_same_variable_share_no_secret() -> None:
    one, other = (
        unit("a-b", "c", FromEnvironment(NAME, "one")),
        unit("a", "b-c", FromEnvironment(NAME, "two")),
    )
    assert names_of(one, other) == [[f"{NAME}_a_b_c"], [f"{NAME}_a_b_c_2"]]


def test_two_secrets_of_one_unit_share_no_variable() -> None:
    one = unit("a", "b", FromEnvironment(NAME, "one"), FromEnvironment(NAME, "two"))
    assert names_of(one) == [[f"{NAME}_a_b", f"{NAME}_a_b_2"]]


def test_a_variable_of_somebodys_own_is_not_taken_over() -> None:
    taken = FromEnvironment(f"{NAME}_a_b")
    units = unit("a", "b", FromEnvironment(NAME, "one")), unit("c", "d", FromEnvironment(NAME, "two"), taken)
    assert names_of(*units) == [[f"{NAME}_a_b_2"], [f"{NAME}_c_d", f"{NAME}_a_b"]]
