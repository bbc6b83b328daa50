"""AWS Backup's role can do under its boundary what AWS's own policies for backups and restores ask for."""

import json
from collections.abc import Mapping

import pytest
from moto.iam.aws_managed_policies import aws_managed_policies_data

from e2e.rights.roles import EVERYTHING, IAM, arn
from iam.evaluation import Identity, Request
from iam.policy import Policy
from iam.rendering import ACCOUNT, Stack

pytestmark = pytest.mark.terraform

MANAGED = json.loads(aws_managed_policies_data)
"""AWS's policies, as AWS publishes them."""

USED = {
    *("backup", "backup-storage", "cloudwatch", "dynamodb", "ebs", "elasticfilesystem", "events", "kms"),
    *("rds", "s3", "tag"),
}
"""The services whose stores the stacks use, and those by which backups are made."""

PLACES = {
    "cloudwatch": "*",
    "events": arn("events", "rule/AwsBackupManagedRule1"),
    "s3": f"arn:aws:s3:::medloop-acme-{ACCOUNT}",
}
"""Where what they ask for happens; elsewhere the boundary limits no resource."""

NOWHERE = {"events:ListRules": "*", "s3:ListAllMyBuckets": "*"}
"""Actions that know no resource."""


def backup_role(stacks: Mapping[str, Stack], *policies: Policy) -> Identity:
    """The role with these policies, beneath its boundary."""
    boundary = stacks["base/account"].one("aws_iam_policy", "backup_boundary").policy
    role = f"{IAM}:role/medloop/shared/prod-use1-backup"
    return Identity(policies, boundary, tags={"Client": "shared"}, arn=role)


def attached(stacks: Mapping[str, Stack]) -> list[Policy]:
    """What the stack attaches to the role, as AWS has it."""
    found = stacks["utility/security"].of("aws_iam_role_policy_attachment")
    arns = [made.values["policy_arn"] for made in found]
    return [Policy.parse(MANAGED[name.rpartition("/")[2]]["Document"]) for name in arns]


def test_what_awss_policies_allow_the_boundary_does_not_take(stacks: Mapping[str, Stack]) -> None:
    policies = attached(stacks)
    asked = {
        action
        for policy in policies
        for statement in policy.statements
        for action in statement.actions
        if action.partition(":")[0] in USED
    }
    role = backup_role(stacks, EVERYTHING)
    refused = {
        action
        for action in asked
        for service in [action.partition(":")[0]]
        if not role.may(Request(action, NOWHERE.get(action, PLACES.get(service, "*"))))
    }

    assert len(policies) == 4
    assert len(asked) > 100
    assert not refused


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("events:PutRule", arn("events", "rule/AwsBackupManagedRule1")),
        ("cloudwatch:GetMetricData", "*"),
        ("s3:PutInventoryConfiguration", f"arn:aws:s3:::medloop-acme-{ACCOUNT}"),
        ("s3:PutBucketNotification", f"arn:aws:s3:::medloop-acme-{ACCOUNT}"),
        ("s3:GetObjectVersion", f"arn:aws:s3:::medloop-acme-{ACCOUNT}/a"),
        ("s3:PutObject", f"arn:aws:s3:::medloop-acme-{ACCOUNT}/a"),
        ("rds:RestoreDBInstanceToPointInTime", arn("rds", "db:client-acme")),
        ("rds:CreateDBSnapshot", arn("rds", "db:client-acme")),
        ("rds:ModifyDBInstance", arn("rds", "db:client-acme")),
        ("dynamodb:StartAwsBackupJob", arn("dynamodb", "table/prod-use1-vault")),
        ("elasticfilesystem:Backup", arn("elasticfilesystem", "file-system/fs-0")),
        ("tag:GetResources", "*"),
    ],
)
def test_backups_and_restores_are_allowed(stacks: Mapping[str, Stack], action: str, resource: str) -> None:
    """By AWS's own policies and the boundary together."""
    assert backup_role(stacks, *attached(stacks)).may(Request(action, resource))


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("backup:DeleteRecoveryPoint", arn("backup", "recovery-point:0")),
        ("backup:PutBackupVaultAccessPolicy", arn("backup", "backup-vault:prod-use1")),
        ("backup:DeleteBackupVaultLockConfiguration", arn("backup", "backup-vault:prod-use1")),
        ("s3:PutObject", f"arn:aws:s3:::medloop-audit-{ACCOUNT}-us-east-1/x"),
        ("s3:PutBucketPolicy", f"arn:aws:s3:::medloop-acme-{ACCOUNT}"),
        ("s3:GetObject", "arn:aws:s3:::somebody-elses/x"),
        ("iam:PassRole", f"{IAM}:role/OrganizationAccountAccessRole"),
        ("iam:PutRolePolicy", f"{IAM}:role/medloop/shared/prod-use1-backup"),
        ("sts:AssumeRole", f"{IAM}:role/prod-use1-deployer"),
        ("secretsmanager:GetSecretValue", arn("secretsmanager", "secret:clients/acme/settings-AbCdEf")),
    ],
)
def test_and_nothing_else_whatever_is_attached(
    stacks: Mapping[str, Stack], action: str, resource: str
) -> None:
    assert not backup_role(stacks, EVERYTHING).may(Request(action, resource))
