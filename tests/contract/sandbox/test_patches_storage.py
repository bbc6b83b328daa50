"""Patches of moto: S3, EFS, RDS, Athena, Backup."""

import http.client
import json
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError  # type: ignore[import-untyped]

from cellwright.sandbox.process import Sandbox
from contract.sandbox.clients import Client, aws, subnets
from patience import PATIENCE

pytestmark = pytest.mark.aws

TLS_ONLY = {
    "Effect": "Deny",
    "Action": "s3:*",
    "Principal": "*",
    "Resource": ["arn:aws:s3:::lab", "arn:aws:s3:::lab/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
NO_WRITES = {"Effect": "Deny", "Action": "s3:PutObject", "Principal": "*", "Resource": "arn:aws:s3:::lab/*"}


def bucket(sandbox: Sandbox, *statements: object) -> Client:
    s3 = aws(sandbox, "s3")
    s3.create_bucket(Bucket="lab")
    if statements:
        policy = {"Version": "2012-10-17", "Statement": list(statements)}
        s3.put_bucket_policy(Bucket="lab", Policy=json.dumps(policy))
    return s3


def test_a_deny_under_a_condition_does_not_deny_everything(sandbox: Sandbox) -> None:
    s3 = bucket(sandbox, TLS_ONLY)

    s3.put_object(Bucket="lab", Key="state", Body=b"1")

    assert s3.get_object(Bucket="lab", Key="state")["Body"].read() == b"1"
    assert json.loads(s3.get_bucket_policy(Bucket="lab")["Policy"])["Statement"] == [TLS_ONLY]


@pytest.mark.parametrize("configuration", [{}, {"LocationConstraint": "eu-west-1"}])
def test_a_bucket_keeps_the_tags_that_it_was_made_with(
    sandbox: Sandbox, configuration: dict[str, str]
) -> None:
    s3 = aws(sandbox, "s3")
    pairs = [{"Key": "cell", "Value": "acme"}, {"Key": "level", "Value": "client"}]
    s3.create_bucket(Bucket="lab", CreateBucketConfiguration={**configuration, "Tags": pairs})
    s3.create_bucket(Bucket="bare", CreateBucketConfiguration={"Tags": pairs[:1]})

    assert s3.get_bucket_tagging(Bucket="lab")["TagSet"] == pairs
    assert s3.get_bucket_tagging(Bucket="bare")["TagSet"] == pairs[:1]


def test_tags_of_buckets_are_written_by_their_arn(sandbox: Sandbox) -> None:
    s3 = bucket(sandbox)
    control, lab = aws(sandbox, "s3control"), {"AccountId": "123456789012", "ResourceArn": "arn:aws:s3:::lab"}

    control.tag_resource(**lab, Tags=[{"Key": "cell", "Value": "acme"}, {"Key": "old", "Value": "1"}])
    control.untag_resource(**lab, TagKeys=["old"])

    assert control.list_tags_for_resource(**lab)["Tags"] == [{"Key": "cell", "Value": "acme"}]
    assert s3.get_bucket_tagging(Bucket="lab")["TagSet"] == [{"Key": "cell", "Value": "acme"}]


def test_a_policy_without_a_condition_still_holds(sandbox: Sandbox) -> None:
    s3 = bucket(sandbox, TLS_ONLY, NO_WRITES)

    with pytest.raises(ClientError, match=r"403|Forbidden|AccessDenied"):
        s3.put_object(Bucket="lab", Key="state", Body=b"1")


def test_notifications_to_eventbridge_are_shown(sandbox: Sandbox) -> None:
    s3 = bucket(sandbox)
    assert "EventBridgeConfiguration" not in s3.get_bucket_notification_configuration(Bucket="lab")

    s3.put_bucket_notification_configuration(
        Bucket="lab", NotificationConfiguration={"EventBridgeConfiguration": {}}
    )

    assert s3.get_bucket_notification_configuration(Bucket="lab")["EventBridgeConfiguration"] == {}


def test_who_pays_for_requests_can_be_chosen(sandbox: Sandbox) -> None:
    s3 = bucket(sandbox)
    assert s3.get_bucket_request_payment(Bucket="lab")["Payer"] == "BucketOwner"

    s3.put_bucket_request_payment(Bucket="lab", RequestPaymentConfiguration={"Payer": "Requester"})

    assert s3.get_bucket_request_payment(Bucket="lab")["Payer"] == "Requester"


def file_system(sandbox: Sandbox) -> tuple[Client, str]:
    efs = aws(sandbox, "efs")
    return efs, efs.create_file_system(CreationToken="lab")["FileSystemId"]


def test_backups_of_a_file_system_can_be_switched(sandbox: Sandbox) -> None:
    efs, system = file_system(sandbox)
    assert efs.describe_backup_policy(FileSystemId=system)["BackupPolicy"]["Status"] == "DISABLED"

    efs.put_backup_policy(FileSystemId=system, BackupPolicy={"Status": "ENABLED"})

    assert efs.describe_backup_policy(FileSystemId=system)["BackupPolicy"]["Status"] == "ENABLED"


def test_a_file_systems_policy_can_be_deleted(sandbox: Sandbox) -> None:
    efs, system = file_system(sandbox)
    efs.put_file_system_policy(FileSystemId=system, Policy="{}")

    efs.delete_file_system_policy(FileSystemId=system)

    with pytest.raises(ClientError, match="PolicyNotFound"):
        efs.describe_file_system_policy(FileSystemId=system)


def test_what_a_file_system_carries_can_be_changed(sandbox: Sandbox) -> None:
    efs, system = file_system(sandbox)
    told = efs.update_file_system(
        FileSystemId=system, ThroughputMode="provisioned", ProvisionedThroughputInMibps=8.0
    )
    assert (told["ThroughputMode"], told["ProvisionedThroughputInMibps"]) == ("provisioned", 8.0)

    efs.update_file_system(FileSystemId=system, ThroughputMode="elastic")

    (found,) = efs.describe_file_systems(FileSystemId=system)["FileSystems"]
    assert found["ThroughputMode"] == "elastic"
    assert "ProvisionedThroughputInMibps" not in found
    with pytest.raises(ClientError, match="FileSystemNotFound"):
        efs.update_file_system(FileSystemId="fs-00000000", ThroughputMode="elastic")


def test_every_database_has_an_id_of_its_own(sandbox: Sandbox) -> None:
    rds = aws(sandbox, "rds")
    for name in ("one", "two"):
        rds.create_db_instance(DBInstanceIdentifier=name, DBInstanceClass="db.t3.micro", Engine="postgres")

    ids = {database["DbiResourceId"] for database in rds.describe_db_instances()["DBInstances"]}

    assert len(ids) == 2
    for resource_id in ids:
        found = rds.describe_db_instances(Filters=[{"Name": "dbi-resource-id", "Values": [resource_id]}])
        assert len(found["DBInstances"]) == 1


def test_a_database_keeps_its_performance_insights_settings(sandbox: Sandbox) -> None:
    rds = aws(sandbox, "rds")
    rds.create_db_instance(
        DBInstanceIdentifier="insights",
        DBInstanceClass="db.t4g.medium",
        Engine="postgres",
        EnablePerformanceInsights=True,
        PerformanceInsightsKMSKeyId="arn:aws:kms:us-east-1:123456789012:key/1",
        PerformanceInsightsRetentionPeriod=7,
    )

    (database,) = rds.describe_db_instances(DBInstanceIdentifier="insights")["DBInstances"]
    assert database["PerformanceInsightsEnabled"] is True
    assert database["PerformanceInsightsKMSKeyId"].endswith("key/1")
    assert database["PerformanceInsightsRetentionPeriod"] == 7

    rds.modify_db_instance(DBInstanceIdentifier="insights", EnablePerformanceInsights=False)
    (database,) = rds.describe_db_instances(DBInstanceIdentifier="insights")["DBInstances"]
    assert database["PerformanceInsightsEnabled"] is False


def test_parameters_of_a_database_name_their_source_and_can_be_reset(sandbox: Sandbox) -> None:
    rds = aws(sandbox, "rds")
    rds.create_db_parameter_group(
        DBParameterGroupName="lab", DBParameterGroupFamily="postgres16", Description="lab"
    )
    chosen = {"ParameterName": "log_connections", "ParameterValue": "1", "ApplyMethod": "immediate"}
    rds.modify_db_parameter_group(DBParameterGroupName="lab", Parameters=[chosen])

    (found,) = rds.describe_db_parameters(DBParameterGroupName="lab")["Parameters"]
    assert found == {**chosen, "Source": "user"}

    rds.reset_db_parameter_group(DBParameterGroupName="lab", Parameters=[chosen])
    assert rds.describe_db_parameters(DBParameterGroupName="lab")["Parameters"] == []


def test_a_modified_subnet_group_still_exists(sandbox: Sandbox) -> None:
    rds = aws(sandbox, "rds")
    _, ids = subnets(sandbox)
    rds.create_db_subnet_group(DBSubnetGroupName="lab", DBSubnetGroupDescription="one", SubnetIds=ids)

    rds.modify_db_subnet_group(DBSubnetGroupName="lab", DBSubnetGroupDescription="two", SubnetIds=ids)

    (group,) = rds.describe_db_subnet_groups(DBSubnetGroupName="lab")["DBSubnetGroups"]
    assert group["DBSubnetGroupDescription"] == "two"


def test_a_named_query_can_be_deleted(sandbox: Sandbox) -> None:
    athena = aws(sandbox, "athena")
    query = athena.create_named_query(Name="lab", Database="lab", QueryString="select 1", WorkGroup="primary")

    athena.delete_named_query(NamedQueryId=query["NamedQueryId"])

    assert athena.list_named_queries(WorkGroup="primary")["NamedQueryIds"] == []


def rule(hour: int) -> dict[str, object]:
    return {
        "RuleName": "daily",
        "TargetBackupVaultName": "lab",
        "ScheduleExpression": f"cron(0 {hour} * * ? *)",
    }


def backup_plan(sandbox: Sandbox) -> tuple[Client, Client]:
    backup = aws(sandbox, "backup")
    plan = {"BackupPlanName": "lab", "Rules": [rule(1)]}
    return backup, backup.create_backup_plan(BackupPlan=plan, BackupPlanTags={"Name": "lab"})


def tags(sandbox: Sandbox, path: str) -> object:
    connection = http.client.HTTPConnection(urlsplit(sandbox.endpoint).netloc, timeout=PATIENCE)
    scope = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/backup/aws4_request, Signature=0"
    connection.request("GET", f"/tags/{path}", headers={"Authorization": scope})
    answer = json.loads(connection.getresponse().read())
    connection.close()
    return answer["Tags"]


def test_tags_of_plans_and_vaults_are_found_by_their_arn(sandbox: Sandbox) -> None:
    backup, plan = backup_plan(sandbox)
    vault = backup.create_backup_vault(BackupVaultName="lab", BackupVaultTags={"Name": "vault"})

    # boto3 ends the path with a slash, other clients don't.
    for end in ("", "/"):
        assert tags(sandbox, plan["BackupPlanArn"] + end) == {"Name": "lab"}
        assert tags(sandbox, vault["BackupVaultArn"] + end) == {"Name": "vault"}


def test_a_backup_plan_can_be_changed(sandbox: Sandbox) -> None:
    backup, plan = backup_plan(sandbox)

    changed = backup.update_backup_plan(
        BackupPlanId=plan["BackupPlanId"], BackupPlan={"BackupPlanName": "lab", "Rules": [rule(2)]}
    )

    found = backup.get_backup_plan(BackupPlanId=plan["BackupPlanId"])
    assert found["BackupPlan"]["Rules"][0]["ScheduleExpression"] == "cron(0 2 * * ? *)"
    assert found["VersionId"] == changed["VersionId"] != plan["VersionId"]


def test_what_a_plan_backs_up_can_be_selected(sandbox: Sandbox) -> None:
    backup, plan = backup_plan(sandbox)
    selection = {"SelectionName": "tagged", "IamRoleArn": "arn:aws:iam::123456789012:role/backup"}
    key = {"BackupPlanId": plan["BackupPlanId"]}
    made = backup.create_backup_selection(**key, BackupSelection=selection)["SelectionId"]

    assert backup.get_backup_selection(**key, SelectionId=made)["BackupSelection"] == selection
    (listed,) = backup.list_backup_selections(**key)["BackupSelectionsList"]
    assert listed["SelectionName"] == "tagged"

    backup.delete_backup_selection(**key, SelectionId=made)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        backup.get_backup_selection(**key, SelectionId=made)


def test_a_vault_takes_an_access_policy(sandbox: Sandbox) -> None:
    backup = aws(sandbox, "backup")
    backup.create_backup_vault(BackupVaultName="lab")

    backup.put_backup_vault_access_policy(BackupVaultName="lab", Policy="{}")
    assert backup.get_backup_vault_access_policy(BackupVaultName="lab")["Policy"] == "{}"

    backup.delete_backup_vault_access_policy(BackupVaultName="lab")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        backup.get_backup_vault_access_policy(BackupVaultName="lab")
