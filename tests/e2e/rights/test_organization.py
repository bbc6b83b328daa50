"""What an organisation's policies deny, whoever administers an account, and what they leave alone."""

from collections.abc import Mapping

import pytest

from e2e.rights.roles import EVERYTHING, IAM, arn, deployer
from iam.evaluation import Identity, Request
from iam.patterns import Context
from iam.policy import Policy
from iam.rendering import Stack

pytestmark = pytest.mark.terraform

HERE: Context = {"aws:RequestedRegion": "us-east-1"}
OURS: Context = {**HERE, "aws:PrincipalOrgID": "o-a1b2c3d4e5", "aws:PrincipalIsAWSService": "false"}


def control(stacks: Mapping[str, Stack], name: str) -> Policy:
    """One of the organisation's policies."""
    return Policy.parse(stacks["org/organization"].one("aws_organizations_policy", name).values["content"])


def administrator(stacks: Mapping[str, Stack], role: str = "Admin") -> Identity:
    """Somebody who may do everything in an account of the organisation."""
    levels = ((EVERYTHING,), (EVERYTHING, control(stacks, "services")))
    return Identity((EVERYTHING,), controls=levels, arn=f"{IAM}:role/{role}")


@pytest.mark.parametrize(
    ("action", "context"),
    [
        ("cloudtrail:StopLogging", HERE),
        ("cloudtrail:DeleteTrail", HERE),
        ("config:StopConfigurationRecorder", HERE),
        ("guardduty:DeleteDetector", HERE),
        ("securityhub:DisableSecurityHub", HERE),
        ("access-analyzer:DeleteAnalyzer", HERE),
        ("organizations:LeaveOrganization", HERE),
        ("ec2:DisableEbsEncryptionByDefault", HERE),
        ("s3:PutAccountPublicAccessBlock", HERE),
        ("sts:TagSession", {**HERE, "aws:TagKeys": ("Client",)}),
        ("ec2:RunInstances", {"aws:RequestedRegion": "ap-south-1"}),
    ],
)
def test_an_accounts_administrator_may_not(
    stacks: Mapping[str, Stack], action: str, context: Context
) -> None:
    assert administrator(stacks).may(Request("ec2:RunInstances", "*", HERE))
    assert not administrator(stacks).may(Request(action, "*", context))


def test_the_root_user_may_nothing(stacks: Mapping[str, Stack]) -> None:
    levels = ((EVERYTHING, control(stacks, "services")),)
    root = Identity((EVERYTHING,), controls=levels, arn=f"{IAM}:root")
    assert not root.may(Request("s3:ListAllMyBuckets", "*", HERE))


def test_the_role_that_makes_the_accounts_stack_may_change_trail_and_recorder(
    stacks: Mapping[str, Stack],
) -> None:
    who = administrator(stacks, "OrganizationAccountAccessRole")
    assert who.may(Request("config:PutConfigurationRecorder", "*", HERE))
    assert not who.may(Request("organizations:LeaveOrganization", "*", HERE))


def test_services_without_a_region_are_used_from_anywhere(stacks: Mapping[str, Stack]) -> None:
    away = {"aws:RequestedRegion": "ap-south-1"}
    assert administrator(stacks).may(Request("iam:GetRole", "*", away))


def test_the_deployer_works_under_them(stacks: Mapping[str, Stack]) -> None:
    plain = deployer(stacks)
    levels = ((EVERYTHING,), (EVERYTHING, control(stacks, "services")))
    under = Identity(plain.policies, plain.boundary, levels, plain.tags, plain.arn)
    for action, resource in (
        ("ecs:CreateService", arn("ecs", "service/x")),
        ("ec2:CreateVpc", arn("ec2", "vpc/x")),
    ):
        assert under.may(Request(action, resource, HERE)), action


@pytest.mark.parametrize(
    ("context", "taken"),
    [
        (OURS, True),
        ({**OURS, "aws:PrincipalOrgID": "o-somebodyelse", "aws:PrincipalAccount": "123456789012"}, False),
        ({"aws:PrincipalIsAWSService": "true"}, True),
        ({"aws:PrincipalAccount": "123456789012", "aws:PrincipalIsAWSService": "false"}, False),
    ],
)
def test_nobody_from_outside_takes_a_role(
    stacks: Mapping[str, Stack],
    context: Context,
    taken: bool,  # noqa: FBT001 - a case
) -> None:
    """Even if the role trusts everybody."""
    who = Identity((EVERYTHING,))
    role = f"{IAM}:role/medloop/acme/client-acme-service"
    assert bool(who.may(Request("sts:AssumeRole", role, context), [control(stacks, "resources")])) is taken
