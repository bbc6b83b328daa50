"""What the bootstrap makes for everybody is applied, planned again, changed and destroyed."""

import pytest

from cellwright.model.value import Json
from cellwright.sandbox.process import Sandbox
from contract.sandbox.clients import aws as client_of
from e2e.stacks.applied import Bench

pytestmark = [pytest.mark.terraform, pytest.mark.aws]
KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
GITHUB = {
    "issuer": "https://token.actions.githubusercontent.com",
    "apply_subjects": ["repo:medloop/fleet:environment:production"],
    "plan_subjects": ["repo:medloop/fleet:pull_request"],
}


@pytest.mark.long
def test_the_pipelines_roles(bench: Bench, aws: Sandbox) -> None:
    stack = bench.stack(
        "bootstrap/ci",
        {
            "name": "medloop",
            "oidc": GITHUB,
            "state_bucket": "medloop-state-123456789012",
            "state_kms_key_arn": KEY,
            "deployer_role_arns": ["arn:aws:iam::123456789012:role/tools-deployer"],
        },
    )
    made = stack.apply()
    assert made["apply_role_arn"] == "arn:aws:iam::123456789012:role/medloop-ci-apply"
    further = [*GITHUB["apply_subjects"], "repo:medloop/fleet:environment:staging"]
    stack.changed(oidc={**GITHUB, "apply_subjects": further, "plan_subjects": []})
    iam = client_of(aws, "iam")
    names = {role["RoleName"] for role in iam.list_roles()["Roles"]}
    assert "medloop-ci-apply" in names
    assert "medloop-ci-plan" not in names
    trust = iam.get_role(RoleName="medloop-ci-apply")["Role"]["AssumeRolePolicyDocument"]
    asked = trust["Statement"][0]["Condition"]["StringEquals"]
    assert asked["token.actions.githubusercontent.com:sub"] == further
    stack.destroy()
    assert iam.list_open_id_connect_providers()["OpenIDConnectProviderList"] == []


@pytest.mark.long
def test_the_ledgers_database(bench: Bench, aws: Sandbox) -> None:
    ec2 = client_of(aws, "ec2")
    vpc = ec2.create_vpc(CidrBlock="10.19.0.0/16")["Vpc"]["VpcId"]
    zones = {"us-east-1a": "10.19.0.0/24", "us-east-1b": "10.19.1.0/24"}
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for zone, cidr in zones.items()
    ]
    stack = bench.stack(
        "utility/ledger",
        {"name": "tools", "vpc_id": vpc, "subnet_ids": subnets, "allowed_cidrs": ["10.19.0.0/16"]},
    )
    made = stack.apply()
    assert str(made["endpoint"]).startswith("tools-ledger.")
    assert made["owner"] == "cellwright_owner"
    assert str(made["secret_arn"]).startswith("arn:aws:secretsmanager:")
    assert "deletion protection" in stack.refused("destroy", "-auto-approve", "-input=false")
    made = stack.changed(
        instance_class="db.t4g.medium",
        backup_retention_days=14,
        allowed_cidrs=["10.19.0.0/16", "10.16.0.0/16"],
        deletion_protection=False,
        final_snapshot=None,
    )
    (database,) = client_of(aws, "rds").describe_db_instances()["DBInstances"]
    assert (database["DBInstanceClass"], database["BackupRetentionPeriod"]) == ("db.t4g.medium", 14)
    stack.destroy()
    assert client_of(aws, "rds").describe_db_instances()["DBInstances"] == []


@pytest.mark.long
def test_public_zones_that_lead_to_each_other(bench: Bench, aws: Sandbox) -> None:
    child = bench.stack("base/domain", {"name": "prod", "zone_name": "prod.apps.example.com"}, "prod")
    made = child.apply()
    parent = bench.stack(
        "base/domain",
        {
            "name": "tools",
            "zone_name": "apps.example.com",
            "delegations": {
                "prod": {"zone_name": made["zone_name"], "name_servers": made["name_servers"]},
            },
        },
        "tools",
    )
    above = parent.apply()
    assert records(aws, above["zone_id"], "NS")["prod.apps.example.com."] == made["name_servers"]
    child.changed(violations_to="security@example.com", certificate_authorities=["amazon.com", "pki.goog"])
    allowed = records(aws, made["zone_id"], "CAA")["prod.apps.example.com."]
    assert '0 issue "pki.goog"' in allowed
    assert '0 iodef "mailto:security@example.com"' in allowed
    parent.changed(delegations={})
    child.changed(parent_zone_id=above["zone_id"])
    assert records(aws, above["zone_id"], "NS")["prod.apps.example.com."] == made["name_servers"]
    child.destroy()
    parent.destroy()
    assert client_of(aws, "route53").list_hosted_zones()["HostedZones"] == []


def records(aws: Sandbox, zone: Json, kind: str) -> dict[str, list[str]]:
    """The records of one kind in a zone, by their names; values in order."""
    found = client_of(aws, "route53").list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    return {
        item["Name"]: sorted(value["Value"] for value in item["ResourceRecords"])
        for item in found
        if item["Type"] == kind
    }
