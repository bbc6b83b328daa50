"""The organisation's stacks, each in its own account: applied, planned again, changed, destroyed."""

import json

import pytest

from cellwright.sandbox.process import Sandbox
from contract.sandbox.clients import Client
from contract.sandbox.clients import aws as client_of
from e2e.stacks.applied import Bench

pytestmark = [pytest.mark.terraform, pytest.mark.aws, pytest.mark.long]
MANAGEMENT = "123456789012"


def test_the_organisation(bench: Bench, aws: Sandbox) -> None:
    organizations = client_of(aws, "organizations")
    organization = organizations.create_organization(FeatureSet="ALL")["Organization"]["Id"]
    accounts = {
        name: organizations.create_account(AccountName=name, Email=f"{name}@example.com")[
            "CreateAccountStatus"
        ]["AccountId"]
        for name in ("log-archive", "audit")
    }
    role = "arn:aws:iam::{}:role/OrganizationAccountAccessRole"
    archive = bench.stack(
        "org/log-archive",
        {
            "name": "log-archive",
            "fleet": "medloop",
            "role_arn": role.format(accounts["log-archive"]),
            "organization_id": organization,
            "management_account_id": MANAGEMENT,
            "trail_name": "medloop",
        },
    )
    records = archive.apply()
    root = organizations.list_roots()["Roots"][0]["Id"]
    unit = organizations.create_organizational_unit(ParentId=root, Name="clients")["OrganizationalUnit"]["Id"]
    management = bench.stack(
        "org/organization",
        {
            "name": "medloop",
            "policy_targets": [unit],
            "regions": ["us-east-1"],
            "audit_account_id": accounts["audit"],
            "trail": {"bucket": records["bucket"], "kms_key_arn": records["kms_key_arn"]},
        },
    )
    handed = management.apply()
    (trail,) = client_of(aws, "cloudtrail").describe_trails()["trailList"]
    assert trail["IsOrganizationTrail"]
    assert "log-group:/audit/medloop/organization" in trail["CloudWatchLogsLogGroupArn"]
    alarms = client_of(aws, "cloudwatch").describe_alarms()["MetricAlarms"]
    assert {tuple(alarm["AlarmActions"]) for alarm in alarms} == {(handed["alarm_topic_arn"],)}
    assert handed["organization_id"] == organization
    audit = bench.stack("org/audit", {"name": "audit", "role_arn": role.format(accounts["audit"])})
    audit.apply()

    audit.changed(excluded_account_ids=[MANAGEMENT])
    assert allowed_regions(organizations, unit) == ["us-east-1"]
    management.changed(
        regions=["eu-west-1", "us-east-1"],
        policy_targets=[unit, accounts["audit"]],
        record_buckets=["medloop-audit-*"],
        trail_log_days=180,
    )
    assert allowed_regions(organizations, accounts["audit"]) == ["eu-west-1", "us-east-1"]
    archive.changed(log_retention_days=731)

    audit.destroy()
    management.destroy()
    assert organizations.list_delegated_administrators()["DelegatedAdministrators"] == []
    archive.set(records_removable=True)
    archive.apply()
    archive.destroy()


def allowed_regions(organizations: Client, target: str) -> list[str]:
    """The regions that the policies of a unit or an account leave."""
    attached = organizations.list_policies_for_target(TargetId=target, Filter="SERVICE_CONTROL_POLICY")
    (ours,) = (item["Id"] for item in attached["Policies"] if item["Name"] == "medloop-services")
    content = organizations.describe_policy(PolicyId=ours)["Policy"]["Content"]
    (limit,) = (item for item in json.loads(content)["Statement"] if item["Sid"] == "Regions")
    return list(limit["Condition"]["StringNotEquals"]["aws:RequestedRegion"])
