"""The account's deployer does what stacks need, becomes nobody else, and can't undo what was recorded."""

from collections.abc import Mapping

import pytest

from e2e.rights.roles import IAM, arn, bounded, deployer
from iam.evaluation import Effect, Request
from iam.rendering import ACCOUNT, Stack

pytestmark = pytest.mark.terraform

BOUNDARY = f"{IAM}:policy/prod-use1-boundary"
OTHERS_ROLES = [
    f"{IAM}:role/OrganizationAccountAccessRole",
    f"{IAM}:role/AWSControlTowerExecution",
    f"{IAM}:role/aws-reserved/sso.amazonaws.com/us-east-1/AWSReservedSSO_AdministratorAccess_0123456789abcdef",
    f"{IAM}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
    f"{IAM}:role/stacksets-exec-0123456789abcdef",
    f"{IAM}:role/somebodys-admin",
    f"{IAM}:role/prod-use1-deployer",
    f"{IAM}:role/prod-use1-break-glass",
    f"{IAM}:role/prod-use1-auditor",
    f"{IAM}:role/prod-use1-trail",
    f"{IAM}:role/prod-use1-config",
    f"{IAM}:role/medloop-admin",
]
TAKING_OVER = [
    "iam:AttachRolePolicy",
    "iam:CreateRole",
    "iam:DeleteRole",
    "iam:DeleteRolePermissionsBoundary",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PassRole",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:TagRole",
    "iam:UntagRole",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
    "iam:UpdateRoleDescription",
    "sts:AssumeRole",
]


@pytest.mark.parametrize("role", OTHERS_ROLES, ids=lambda role: role.rpartition("/")[2])
def test_no_role_but_the_fleets_own_can_be_touched(stacks: Mapping[str, Stack], role: str) -> None:
    who = deployer(stacks)
    for boundary in ({}, {"iam:PermissionsBoundary": BOUNDARY}):
        for action in TAKING_OVER:
            assert who.may(Request(action, role, boundary)).effect is Effect.DENIED, action


def test_the_roles_of_stacks_are_made_with_a_boundary_only(stacks: Mapping[str, Stack]) -> None:
    who = deployer(stacks)
    role = f"{IAM}:role/medloop/acme/client-acme-service"
    for action in ("iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:DeleteRolePolicy"):
        assert who.may(Request(action, role, {"iam:PermissionsBoundary": BOUNDARY})), action
        assert not who.may(Request(action, role)), action
        weak = {"iam:PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess"}
        assert not who.may(Request(action, role, weak)), action
    assert not who.may(Request("iam:DeleteRolePermissionsBoundary", role))
    for action in (
        "iam:DeleteRole",
        "iam:PassRole",
        "iam:TagRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:GetRole",
    ):
        assert who.may(Request(action, role)), action


@pytest.mark.parametrize(
    "policy", [BOUNDARY, f"{IAM}:policy/medloop/weak-boundary", f"{IAM}:policy/prod-use1-deployer"]
)
def test_no_boundary_can_be_made_or_changed(stacks: Mapping[str, Stack], policy: str) -> None:
    for action in (
        "iam:CreatePolicy",
        "iam:CreatePolicyVersion",
        "iam:DeletePolicy",
        "iam:SetDefaultPolicyVersion",
    ):
        assert not deployer(stacks).may(Request(action, policy)), action


@pytest.mark.parametrize(
    "action",
    [
        "iam:CreateUser",
        "iam:CreateAccessKey",
        "iam:CreateLoginProfile",
        "iam:AddUserToGroup",
        "iam:AttachUserPolicy",
        "iam:CreateOpenIDConnectProvider",
        "iam:CreateSAMLProvider",
        "iam:UpdateAccountPasswordPolicy",
        "organizations:LeaveOrganization",
        "account:PutAlternateContact",
        "sts:AssumeRole",
    ],
)
def test_nobody_else_is_let_in(stacks: Mapping[str, Stack], action: str) -> None:
    for resource in (f"{IAM}:user/mallory", "*"):
        assert not deployer(stacks).may(Request(action, resource))


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("lambda:UpdateFunctionCode", arn("lambda", "function:aws-controltower-NotificationForwarder")),
        ("cloudformation:UpdateStack", arn("cloudformation", "stack/StackSet-AWSControlTowerBP-x/0")),
        ("sns:DeleteTopic", arn("sns", "aws-controltower-SecurityNotifications")),
    ],
)
def test_what_the_organisation_runs_with_more_rights_is_out_of_reach(
    stacks: Mapping[str, Stack], action: str, resource: str
) -> None:
    assert deployer(stacks).may(Request(action, resource)).by == "Organisation"


RECORDS = "arn:aws:s3:::medloop-audit-111122223333-us-east-1"
UNSEAL: dict[str, str | tuple[str, ...]] = {"kms:ResourceAliases": ("alias/prod-use1/vault-unseal",)}
UNDOING: list[tuple[str, str, dict[str, str | tuple[str, ...]]]] = [
    ("cloudwatch:DeleteAlarms", arn("cloudwatch", "alarm:audit-prod-use1-root-use"), {}),
    ("cloudwatch:PutMetricAlarm", arn("cloudwatch", "alarm:audit-prod-use1-root-use"), {}),
    ("cloudwatch:DisableAlarmActions", arn("cloudwatch", "alarm:audit-prod-use1-root-use"), {}),
    ("cloudwatch:SetAlarmState", arn("cloudwatch", "alarm:audit-prod-use1-root-use"), {}),
    ("logs:PutMetricFilter", arn("logs", "log-group:/audit/prod-use1/trail"), {}),
    ("logs:DeleteMetricFilter", arn("logs", "log-group:/audit/prod-use1/trail"), {}),
    ("logs:PutRetentionPolicy", arn("logs", "log-group:/audit/prod-use1/trail"), {}),
    ("logs:PutDataProtectionPolicy", arn("logs", "log-group:/audit/prod-use1/trail"), {}),
    ("logs:DeleteLogGroup", arn("logs", "log-group:/audit/prod-use1/trail"), {}),
    ("logs:DeleteLogStream", arn("logs", "log-group:/vpc/prod-use1/flows:log-stream:x"), {}),
    ("logs:DeleteLogGroup", arn("logs", "log-group:/vpc/prod-use1/flows"), {}),
    ("logs:DeleteLogGroup", arn("logs", "log-group:/vault/prod-use1"), {}),
    ("sns:Unsubscribe", "*", {}),
    ("sns:DeleteTopic", arn("sns", "prod-use1-alarms"), {}),
    ("sns:SetTopicAttributes", arn("sns", "prod-use1-alarms"), {}),
    ("backup:DeleteBackupVaultLockConfiguration", arn("backup", "backup-vault:prod-use1"), {}),
    ("backup:DeleteBackupVaultAccessPolicy", arn("backup", "backup-vault:prod-use1"), {}),
    ("backup:DeleteRecoveryPoint", arn("backup", "recovery-point:0"), {}),
    ("backup:UpdateRecoveryPointLifecycle", arn("backup", "recovery-point:0"), {}),
    (
        "backup:PutBackupVaultLockConfiguration",
        arn("backup", "backup-vault:prod-use1"),
        {"backup:MinRetentionDays": "1"},
    ),
    ("kms:ScheduleKeyDeletion", arn("kms", "key/unseal"), UNSEAL),
    ("kms:DisableKey", arn("kms", "key/unseal"), UNSEAL),
    ("kms:PutKeyPolicy", arn("kms", "key/unseal"), UNSEAL),
    ("kms:DeleteAlias", arn("kms", "key/unseal"), UNSEAL),
    ("kms:ScheduleKeyDeletion", arn("kms", "key/11111111-2222-3333-4444-555555555555"), {}),
    ("s3:DeleteObjectVersion", f"{RECORDS}/AWSLogs/x", {}),
    ("s3:BypassGovernanceRetention", f"{RECORDS}/AWSLogs/x", {}),
    ("s3:PutBucketPolicy", RECORDS, {}),
    ("s3:PutLifecycleConfiguration", RECORDS, {}),
    ("cloudtrail:StopLogging", arn("cloudtrail", "trail/prod-use1-audit"), {}),
    ("config:StopConfigurationRecorder", "*", {}),
    ("guardduty:DeleteDetector", arn("guardduty", "detector/0"), {}),
    ("access-analyzer:DeleteAnalyzer", arn("access-analyzer", "analyzer/prod-use1"), {}),
    ("ec2:DisableEbsEncryptionByDefault", "*", {}),
]


@pytest.mark.parametrize(("action", "resource", "context"), UNDOING)
def test_no_record_and_no_backup_can_be_undone(
    stacks: Mapping[str, Stack], action: str, resource: str, context: dict[str, str | tuple[str, ...]]
) -> None:
    assert not deployer(stacks).may(Request(action, resource, context))


@pytest.mark.parametrize("client", ["shared", "acme"])
@pytest.mark.parametrize(("action", "resource", "context"), UNDOING)
def test_nor_by_a_role_that_the_deployer_makes(
    stacks: Mapping[str, Stack],
    client: str,
    action: str,
    resource: str,
    context: dict[str, str | tuple[str, ...]],
) -> None:
    assert not bounded(stacks, client).may(Request(action, resource, context))


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("logs:CreateLogGroup", arn("logs", "log-group:/vpc/prod-use1/flows")),
        ("logs:PutRetentionPolicy", arn("logs", "log-group:/vault/prod-use1")),
        ("cloudwatch:PutMetricAlarm", arn("cloudwatch", "alarm:client-acme-app-errors")),
        ("cloudwatch:DeleteAlarms", arn("cloudwatch", "alarm:prod-use1-vault-servers")),
        ("cloudformation:CreateStack", arn("cloudformation", "stack/prod-use1-elk-transform/*")),
        ("guardduty:UpdateDetector", arn("guardduty", "detector/0")),
        ("guardduty:CreateFilter", arn("guardduty", "detector/0/filter/x")),
        ("backup:PutBackupVaultAccessPolicy", arn("backup", "backup-vault:prod-use1")),
        ("kms:ScheduleKeyDeletion", arn("kms", "key/some")),
        ("sns:Subscribe", arn("sns", "prod-use1-findings")),
        ("iam:CreateServiceLinkedRole", f"{IAM}:role/aws-service-role/es.amazonaws.com/x"),
        ("s3:CreateBucket", f"arn:aws:s3:::medloop-acme-{ACCOUNT}"),
    ],
)
def test_what_stacks_make_is_allowed(stacks: Mapping[str, Stack], action: str, resource: str) -> None:
    assert deployer(stacks).may(Request(action, resource))


def test_a_lock_that_keeps_backups_long_enough_may_be_laid(stacks: Mapping[str, Stack]) -> None:
    long = {"backup:MinRetentionDays": "7"}
    action = "backup:PutBackupVaultLockConfiguration"
    assert deployer(stacks).may(Request(action, arn("backup", "backup-vault:prod-use1"), long))


ROOM = 400
"""How many characters of a policy are left at the least for what stacks need next: some ten more actions."""


def test_policies_are_as_short_as_aws_wants_them_and_have_room_for_more(stacks: Mapping[str, Stack]) -> None:
    """AWS counts what is no white space, up to 6,144."""
    policies = stacks["base/account"].of("aws_iam_policy")
    left = {made.values["name"]: 6144 - len("".join(made.values["policy"].split())) for made in policies}
    assert len(left) >= 9
    short = {name: room for name, room in left.items() if room < ROOM}
    assert not short, f"split them by rule, as client_rights.tf does: {short} left, of all {left}"
