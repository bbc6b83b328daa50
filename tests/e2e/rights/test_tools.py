"""Vault asks who signs in, people get in by one host, OpenSearch is set up: each with no further right."""

from collections.abc import Mapping

import pytest

from e2e.rights.roles import IAM, arn
from iam.evaluation import Identity, Request
from iam.rendering import Stack

pytestmark = pytest.mark.terraform

SIGNED_IN = {"aws:MultiFactorAuthPresent": "true"}


def shared(stacks: Mapping[str, Stack], stack: str, *policies: str) -> Identity:
    """A shared role with these of its stack's policies, below the account's boundary."""
    own = tuple(stacks[stack].one("aws_iam_role_policy", name).policy for name in policies)
    boundary = stacks["base/account"].one("aws_iam_policy", "boundary").policy
    return Identity(own, boundary, tags={"Client": "shared"}, arn=f"{IAM}:role/medloop/shared/{stack}")


def test_vault_asks_who_a_clients_service_is(stacks: Mapping[str, Stack]) -> None:
    vault = shared(stacks, "utility/vault", "this", "logins")

    assert vault.may(Request("iam:GetRole", f"{IAM}:role/medloop/acme/client-acme-service"))
    assert not vault.may(Request("iam:GetRole", f"{IAM}:role/prod-use1-deployer"))


def test_vault_asks_in_other_accounts_by_the_role_made_for_it(stacks: Mapping[str, Stack]) -> None:
    vault = shared(stacks, "utility/vault", "this", "logins")
    there = "arn:aws:iam::444455556666:role"

    assert vault.may(Request("sts:AssumeRole", f"{there}/medloop/shared/prod-euw1-vault-login"))
    assert not vault.may(Request("sts:AssumeRole", f"{there}/prod-euw1-deployer"))


@pytest.mark.parametrize("action", ["ecs:ExecuteCommand", "ssm:StartSession"])
def test_people_get_into_the_host_and_nothing_else(stacks: Mapping[str, Stack], action: str) -> None:
    person = Identity((stacks["utility/access"].one("aws_iam_policy", "people").policy,), None, tags={})
    task = arn("ecs", "task/prod-use1/0123456789abcdef")
    host, vault = (
        {"aws:ResourceTag/Stack": s, "aws:ResourceTag/Cell": "prod-use1"} for s in ("access", "vault")
    )

    assert person.may(Request(action, task, {**host, **SIGNED_IN}))
    assert not person.may(Request(action, task, host))
    assert not person.may(Request(action, task, {**vault, **SIGNED_IN}))


def test_the_function_that_sets_the_domain_up_reaches_the_domain(stacks: Mapping[str, Stack]) -> None:
    setup = shared(stacks, "utility/elk", "setup")

    assert setup.may(Request("es:ESHttpPut", arn("es", "domain/prod-use1/_plugins/_ism/policies/logs")))
    assert setup.may(Request("ec2:CreateNetworkInterface", arn("ec2", "subnet/subnet-0")))
    assert not setup.may(Request("es:DeleteDomain", arn("es", "domain/prod-use1")))
