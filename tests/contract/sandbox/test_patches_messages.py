"""Patches of moto: logs, streams and queues."""

import json

import pytest

from cellwright.sandbox.process import Sandbox
from contract.sandbox.clients import aws

pytestmark = pytest.mark.aws


def test_a_stream_delivers_to_opensearch_in_a_network(sandbox: Sandbox) -> None:
    ec2 = aws(sandbox, "ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    role = "arn:aws:iam::123456789012:role/delivery"
    firehose = aws(sandbox, "firehose")
    firehose.create_delivery_stream(
        DeliveryStreamName="logs",
        AmazonopensearchserviceDestinationConfiguration={
            "RoleARN": role,
            "DomainARN": "arn:aws:es:us-east-1:123456789012:domain/logs",
            "IndexName": "logs",
            "S3Configuration": {"RoleARN": role, "BucketARN": "arn:aws:s3:::failed"},
            "VpcConfiguration": {"SubnetIds": [subnet], "RoleARN": role, "SecurityGroupIds": ["sg-1"]},
        },
    )
    firehose.update_destination(
        DeliveryStreamName="logs",
        CurrentDeliveryStreamVersionId="1",
        DestinationId="destinationId-000000000001",
        AmazonopensearchserviceDestinationUpdate={"IndexName": "other"},
    )

    stream = firehose.describe_delivery_stream(DeliveryStreamName="logs")["DeliveryStreamDescription"]
    destination = stream["Destinations"][0]["AmazonopensearchserviceDestinationDescription"]
    assert destination["IndexName"] == "other"
    assert destination["S3DestinationDescription"]["BucketARN"] == "arn:aws:s3:::failed"
    assert destination["VpcConfigurationDescription"] == {
        "SubnetIds": [subnet],
        "RoleARN": role,
        "SecurityGroupIds": ["sg-1"],
        "VpcId": vpc,
    }


def test_putting_a_metric_filter_again_replaces_it(sandbox: Sandbox) -> None:
    logs = aws(sandbox, "logs")
    logs.create_log_group(logGroupName="/lab")
    for metric in ("One", "Two"):
        change = {"metricName": metric, "metricNamespace": "lab", "metricValue": "1"}
        logs.put_metric_filter(
            logGroupName="/lab", filterName="root", filterPattern="x", metricTransformations=[change]
        )

    (found,) = logs.describe_metric_filters(logGroupName="/lab")["metricFilters"]
    assert found["metricTransformations"][0]["metricName"] == "Two"


def test_a_stream_keeps_tags_given_at_creation(sandbox: Sandbox) -> None:
    kinesis = aws(sandbox, "kinesis")
    kinesis.create_stream(StreamName="lab", ShardCount=1, Tags={"Name": "lab"})

    assert kinesis.list_tags_for_stream(StreamName="lab")["Tags"] == [{"Key": "Name", "Value": "lab"}]


def test_a_redrive_policy_reads_as_aws_writes_it(sandbox: Sandbox) -> None:
    sqs = aws(sandbox, "sqs")
    sqs.create_queue(QueueName="dead")
    policy = {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:dead", "maxReceiveCount": 4}
    url = sqs.create_queue(QueueName="lab", Attributes={"RedrivePolicy": json.dumps(policy)})["QueueUrl"]

    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]

    assert found["RedrivePolicy"] == json.dumps(policy, separators=(",", ":"))
    assert (
        "RedrivePolicy"
        not in sqs.get_queue_attributes(
            QueueUrl=sqs.get_queue_url(QueueName="dead")["QueueUrl"], AttributeNames=["All"]
        )["Attributes"]
    )


def test_setting_one_attribute_of_a_queue_leaves_the_others_alone(sandbox: Sandbox) -> None:
    sqs = aws(sandbox, "sqs")
    url = sqs.create_queue(QueueName="kept")["QueueUrl"]
    statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    allowed = '{"redrivePermission":"denyAll"}'
    for name, value in {"Policy": policy, "VisibilityTimeout": "31", "RedriveAllowPolicy": allowed}.items():
        sqs.set_queue_attributes(QueueUrl=url, Attributes={name: value})

    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert found["RedriveAllowPolicy"] == allowed
    assert json.loads(found["Policy"]) == json.loads(policy)

    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert "Statement" not in found.get("Policy", "")
    assert found["RedriveAllowPolicy"] == allowed
