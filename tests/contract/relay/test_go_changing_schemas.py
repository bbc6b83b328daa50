"""Providers whose schema is not always the same: by the environment, or with each start."""

import pytest

from contract.relay.cases import DESTROY
from contract.relay.comparison import APPLY, PLAN, SHOW, Case, follow
from contract.relay.go.laboratory import bench_with, requirement
from contract.relay.laboratory import Laboratory

ITEM = """
resource "sdk_item" "one" {
  name = "one"
  tags = { kind = "test" }
}
"""
WITHOUT_ARGUMENT = requirement("sdk") + 'provider "sdk" {}\n' + ITEM
SET, UNSET = {"SDK_FOLDER": "elsewhere"}, dict[str, str]()


def case(environment: dict[str, str]) -> Case:
    """The required argument is left out; its variable is set, or it is not."""
    if environment:
        return Case(
            "set", {"main.tf": WITHOUT_ARGUMENT}, (PLAN, SHOW, APPLY, DESTROY), environment=environment
        )
    return Case("unset", {"main.tf": WITHOUT_ARGUMENT}, (PLAN,), codes=(1,), says='"folder" is required')


@pytest.mark.parametrize("order", [(SET, UNSET), (UNSET, SET)], ids=["set-first", "unset-first"])
def test_a_required_argument_may_come_from_the_environment(
    go_laboratory: Laboratory, order: tuple[dict[str, str], ...], request: pytest.FixtureRequest
) -> None:
    """Whichever of the two the relay has seen first."""
    for environment in order:
        name = f"{request.node.callspec.id}-{case(environment).name}"
        plain = bench_with(go_laboratory, f"plain-{name}", ("sdk",), relayed=False)
        relayed = bench_with(go_laboratory, f"relay-{name}", ("sdk",), relayed=True)

        assert follow(relayed, case(environment)) == follow(plain, case(environment))
