"""What the emulator lacks, or fails at, is answered at once, in every protocol."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError  # type: ignore[import-untyped]

from cellwright.sandbox.process import Sandbox
from contract.sandbox.clients import aws

pytestmark = pytest.mark.aws

BUDGET = {"AccountId": "123456789012", "BudgetName": "x", "Notification": {}}
FUNCTION = {"FunctionName": "x", "MaximumRetryAttempts": 1}


def refused(call: Callable[..., Any], **arguments: object) -> tuple[int, str, str]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    response = caught.value.response
    return (
        response["ResponseMetadata"]["HTTPStatusCode"],
        response["Error"]["Code"],
        response["Error"]["Message"],
    )


@pytest.mark.parametrize(
    ("service", "method", "arguments", "name"),
    [
        pytest.param(
            "budgets",
            "describe_subscribers_for_notification",
            BUDGET,
            "DescribeSubscribersForNotification",
            id="json",
        ),
        pytest.param(
            "elasticache", "create_global_replication_group", {}, "CreateGlobalReplicationGroup", id="query"
        ),
        pytest.param("ec2", "describe_ipam_pools", {}, "DescribeIpamPools", id="ec2"),
        pytest.param("xray", "create_group", {"GroupName": "x"}, "CreateGroup", id="rest-json"),
        pytest.param(
            "cloudfront", "list_streaming_distributions", {}, "ListStreamingDistributions", id="rest-xml"
        ),
        pytest.param("fms", "list_policies", {}, "ListPolicies", id="no such service"),
    ],
)
def test_an_action_that_is_not_emulated_is_named(
    sandbox: Sandbox, service: str, method: str, arguments: dict[str, object], name: str
) -> None:
    status, code, message = refused(getattr(aws(sandbox, service), method), **arguments)

    assert (status, code) == (501, "NotEmulated")
    assert name in message
    assert "does not emulate this" in message


def test_an_unknown_part_of_a_bucket_is_refused_rather_than_taken_for_the_bucket(sandbox: Sandbox) -> None:
    s3 = aws(sandbox, "s3")
    s3.create_bucket(Bucket="one")

    status, code, message = refused(s3.list_bucket_metrics_configurations, Bucket="one")

    assert (status, code) == (501, "NotEmulated")
    assert "s3 ListBucketMetricsConfigurations" in message


def test_a_crash_inside_the_emulator_is_an_answer_too(sandbox: Sandbox) -> None:
    status, code, message = refused(aws(sandbox, "rds").reset_db_parameter_group, DBParameterGroupName="none")

    assert (status, code) == (501, "SandboxCrash")
    assert "rds ResetDBParameterGroup" in message
    assert "KeyError" in message
    assert "Traceback" in sandbox.log.read_text()


def test_what_is_missing_is_still_told_apart_from_what_is_not_emulated(sandbox: Sandbox) -> None:
    status, code, _ = refused(aws(sandbox, "s3").head_bucket, Bucket="nowhere")

    assert (status, code) == (404, "404")


def test_every_call_is_counted_by_its_name(sandbox: Sandbox) -> None:
    aws(sandbox, "s3").create_bucket(Bucket="one")
    aws(sandbox, "s3").put_object(Bucket="one", Key="a/b", Body=b"x")
    aws(sandbox, "route53").list_hosted_zones()
    refused(aws(sandbox, "lambda").get_function, FunctionName="none")

    counted = {name: (count.received, count.succeeded) for name, count in sandbox.admin.calls().items()}

    assert counted == {
        "s3 CreateBucket": (1, 1),
        "s3 PutObject": (1, 1),
        "route53 ListHostedZones": (1, 1),
        "lambda GetFunction": (1, 0),
    }
