"""Who deploys a stack may do what its resources ask for: each action of each type of resource that it has."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from e2e.reference.readme import stack_folders, stack_name
from e2e.rights.roles import IAM, arn, client_deployer, deployer
from iam.calls import CALLS
from iam.evaluation import Identity, Request
from iam.patterns import Context
from iam.rendering import ACCOUNT, Stack

pytestmark = pytest.mark.terraform

_RESOURCE = re.compile(r'^resource "(aws_\w+)"', re.MULTILINE)

ONLY_WHEN_GIVEN_UP = {
    "sns:Unsubscribe",
    "backup:DeleteBackupVaultAccessPolicy",
    "backup:DeleteBackupVaultLockConfiguration",
}
"""What the deployer may do only once `records_removable` was applied in base/account."""

OF_CLIENTS = {
    "s3": f"arn:aws:s3:::medloop-acme-{ACCOUNT}",
    "logs": arn("logs", "log-group:/clients/acme/app"),
    "ssm": arn("ssm", "parameter/clients/acme/app/x"),
    "cloudwatch": arn("cloudwatch", "alarm:client-acme-app-x"),
    "glue": arn("glue", "database/client_acme"),
    "route53": "arn:aws:route53:::hostedzone/Z",
    "cloudformation": arn("cloudformation", "stack/client-acme-x/0"),
    "lambda": arn("lambda", "function:client-acme-x"),
}
"""Where a client's things lie that are told apart by their names."""


def resource_types(stack: Path) -> set[str]:
    """The types of AWS's resources that a stack has."""
    return {kind for file in stack.glob("*.tf") for kind in _RESOURCE.findall(file.read_text())}


def by_client(stack: Path) -> bool:
    """Whether a client's own deployer makes it, and not the account's."""
    return stack.parent.name == "client" and stack.name not in {"foundation", "names", "peering"}


BY_CLIENT = [one for one in stack_folders() if by_client(one)]
BY_ACCOUNT = [
    one
    for one in stack_folders()
    if stack_name(one).startswith(("base/domain", "base/network", "base/peering", "utility/", "client/"))
    and one not in BY_CLIENT
]


def place(action: str, client: str) -> str:
    """A resource that the action may be about."""
    service, _, name = action.partition(":")
    if service == "iam":
        linked = f"{IAM}:role/aws-service-role/x"
        return linked if "ServiceLinkedRole" in name else f"{IAM}:role/medloop/{client}/x"
    if client != "shared":
        return OF_CLIENTS.get(service, arn(service, "x"))
    known = {
        "s3": f"arn:aws:s3:::medloop-{client}-{ACCOUNT}",
        "cloudformation": arn("cloudformation", "stack/x/0"),
        "guardduty": arn("guardduty", "detector/0"),
    }
    return known.get(service, arn(service, "x"))


def contexts(client: str) -> list[Context]:
    """What AWS may know of a request for something new, or for something that is there."""
    boundary: dict[str, str | tuple[str, ...]] = {
        "iam:PermissionsBoundary": f"{IAM}:policy/prod-use1-boundary"
    }
    tagged: dict[str, str | tuple[str, ...]] = {
        "aws:RequestTag/Client": client,
        "aws:TagKeys": ("Client", "Cell"),
    }
    names: dict[str, str | tuple[str, ...]] = {
        "route53:ChangeResourceRecordSetsNormalizedRecordNames": (f"{client}.prod-use1.internal",)
    }
    owners = (client, "shared") if client != "shared" else (client,)
    there = [{**boundary, **names, "aws:ResourceTag/Client": owner} for owner in owners]
    return [{**boundary, **tagged, **names}, *there]


def refused(who: Identity, stack: Path, client: str) -> set[str]:
    """The actions that a stack needs and the role is not allowed."""
    wanted = {action for kind in resource_types(stack) for action in CALLS[kind]}
    return {
        action
        for action in wanted
        if not any(who.may(Request(action, place(action, client), context)) for context in contexts(client))
    }


@pytest.mark.parametrize("stack", stack_folders(), ids=stack_name)
def test_each_type_of_resource_is_known(stack: Path) -> None:
    unknown = resource_types(stack) - CALLS.keys()
    assert not unknown, f"{stack_name(stack)}: write into tests/iam/calls.json what they call"


@pytest.mark.parametrize("stack", BY_ACCOUNT, ids=stack_name)
def test_the_accounts_deployer_may_do_what_a_stack_needs(stacks: Mapping[str, Stack], stack: Path) -> None:
    assert refused(deployer(stacks), stack, "shared") <= ONLY_WHEN_GIVEN_UP


@pytest.mark.parametrize("stack", BY_CLIENT, ids=stack_name)
def test_a_clients_deployer_may_do_what_a_stack_needs(stacks: Mapping[str, Stack], stack: Path) -> None:
    assert not refused(client_deployer(stacks, "acme"), stack, "acme")
