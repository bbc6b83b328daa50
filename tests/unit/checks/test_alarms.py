"""CloudWatch alarms as checks, against an emulated AWS in this process."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from cellwright.checks.alarms import check_alarms
from cellwright.checks.verdict import PASSED, Checked, Verdict

ENVIRONMENT = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_REGION": "eu-west-1"}


@pytest.fixture
def alarms() -> Iterator[None]:
    with mock_aws():
        client = boto3.client(
            "cloudwatch", region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b"
        )
        for name, state in (("calm", "OK"), ("loud", "ALARM"), ("new", "INSUFFICIENT_DATA")):
            client.put_metric_alarm(
                AlarmName=name,
                MetricName="errors",
                Namespace="app",
                Statistic="Sum",
                Period=60,
                EvaluationPeriods=1,
                Threshold=1,
                ComparisonOperator="GreaterThanThreshold",
            )
            client.set_alarm_state(AlarmName=name, StateValue=state, StateReason="a test")
        yield


def check(*names: str) -> Checked:
    return check_alarms(names, "", ENVIRONMENT, 10)


@pytest.mark.usefixtures("alarms")
def test_alarms() -> None:
    assert check("calm") == PASSED
    assert check("calm", "loud") == Checked(Verdict.FAILED, "the alarm loud rings")
    assert check("new", "loud") == Checked(Verdict.FAILED, "the alarm loud rings")
    assert check("calm", "new") == Checked(
        Verdict.UNREADABLE, "the alarm new has the state INSUFFICIENT_DATA"
    )
    assert check("calm", "gone") == Checked(Verdict.UNREADABLE, "the alarm gone does not exist")


def test_a_service_that_cannot_be_reached_tells_nothing() -> None:
    found = check_alarms(["calm"], "", {**ENVIRONMENT, "AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, 1)
    assert found.verdict is Verdict.UNREADABLE
    assert "CloudWatch can't be read" in found.why
