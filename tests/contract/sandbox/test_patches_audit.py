"""Patches of moto: trails, and the buckets in which records are kept."""

import json

import pytest
from botocore.exceptions import ClientError  # type: ignore[import-untyped]

from cellwright.sandbox.process import Sandbox
from contract.sandbox.clients import Client, aws

pytestmark = pytest.mark.aws

MANAGEMENT = {
    "Name": "Management",
    "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}],
}
PLAIN = {"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}
TLS_ONLY = {
    "Effect": "Deny",
    "Action": "s3:*",
    "Principal": "*",
    "Resource": "arn:aws:s3:::logs/*",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
LOGS = {
    "Effect": "Allow",
    "Action": "s3:PutObject",
    "Principal": {"Service": "logging.s3.amazonaws.com"},
    "Resource": "arn:aws:s3:::logs/*",
}
LOGGED = {"LoggingEnabled": {"TargetBucket": "logs", "TargetPrefix": "lab/"}}


def trail(sandbox: Sandbox) -> tuple[Client, str]:
    aws(sandbox, "s3").create_bucket(Bucket="lab")
    cloudtrail = aws(sandbox, "cloudtrail")
    return cloudtrail, cloudtrail.create_trail(Name="lab", S3BucketName="lab")["TrailARN"]


def selected(cloudtrail: Client) -> bool:
    (found,) = cloudtrail.describe_trails()["trailList"]
    return bool(found["HasCustomEventSelectors"])


def test_a_trail_says_that_it_has_selectors(sandbox: Sandbox) -> None:
    cloudtrail, arn = trail(sandbox)
    assert not selected(cloudtrail)

    cloudtrail.put_event_selectors(TrailName=arn, AdvancedEventSelectors=[MANAGEMENT])

    assert selected(cloudtrail)
    assert cloudtrail.get_event_selectors(TrailName=arn)["AdvancedEventSelectors"] == [MANAGEMENT]


def test_plain_selectors_take_the_place_of_advanced_ones(sandbox: Sandbox) -> None:
    cloudtrail, arn = trail(sandbox)
    cloudtrail.put_event_selectors(TrailName=arn, AdvancedEventSelectors=[MANAGEMENT])

    cloudtrail.put_event_selectors(TrailName=arn, EventSelectors=[PLAIN])

    found = cloudtrail.get_event_selectors(TrailName=arn)
    assert found["EventSelectors"] == [PLAIN]
    assert not found["AdvancedEventSelectors"]


def test_a_trail_is_deleted_by_its_arn_too(sandbox: Sandbox) -> None:
    cloudtrail, arn = trail(sandbox)

    cloudtrail.delete_trail(Name=arn)

    assert cloudtrail.describe_trails()["trailList"] == []
    with pytest.raises(ClientError, match="TrailNotFoundException"):
        cloudtrail.delete_trail(Name=arn)


def logs(sandbox: Sandbox, *statements: object) -> Client:
    s3 = aws(sandbox, "s3")
    for name in ("lab", "logs"):
        s3.create_bucket(Bucket=name)
    if statements:
        policy = {"Version": "2012-10-17", "Statement": list(statements)}
        s3.put_bucket_policy(Bucket="logs", Policy=json.dumps(policy))
    return s3


def test_a_bucket_for_access_logs_may_demand_tls_of_everybody(sandbox: Sandbox) -> None:
    s3 = logs(sandbox, TLS_ONLY, LOGS)

    s3.put_bucket_logging(Bucket="lab", BucketLoggingStatus=LOGGED)

    assert s3.get_bucket_logging(Bucket="lab")["LoggingEnabled"] == LOGGED["LoggingEnabled"]


@pytest.mark.parametrize("statements", [(), (TLS_ONLY,)])
def test_a_bucket_that_does_not_let_s3_write_takes_no_access_logs(
    sandbox: Sandbox, statements: tuple[object, ...]
) -> None:
    with pytest.raises(ClientError, match="InvalidTargetBucketForLogging"):
        logs(sandbox, *statements).put_bucket_logging(Bucket="lab", BucketLoggingStatus=LOGGED)
