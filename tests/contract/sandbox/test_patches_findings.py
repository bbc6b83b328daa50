"""Patches of moto: GuardDuty and Security Hub."""

import pytest

from cellwright.sandbox.process import Sandbox
from contract.sandbox.clients import aws

pytestmark = pytest.mark.aws


def test_a_detectors_tags_can_be_listed_and_changed(sandbox: Sandbox) -> None:
    guard = aws(sandbox, "guardduty")
    detector = guard.create_detector(Enable=True, Tags={"a": "1", "b": "2"})["DetectorId"]
    arn = f"arn:aws:guardduty:us-east-1:123456789012:detector/{detector}"

    guard.tag_resource(ResourceArn=arn, Tags={"a": "3"})
    guard.untag_resource(ResourceArn=arn, TagKeys=["b"])

    assert guard.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"a": "3"}
    assert guard.get_detector(DetectorId=detector)["Tags"] == {"a": "3"}


def test_tags_of_filters_can_be_changed(sandbox: Sandbox) -> None:
    guard = aws(sandbox, "guardduty")
    detector = guard.create_detector(Enable=True)["DetectorId"]
    arn = f"arn:aws:guardduty:us-east-1:123456789012:detector/{detector}/filter/known"
    guard.create_filter(
        DetectorId=detector,
        Name="known",
        FindingCriteria={"Criterion": {"type": {"Equals": ["Recon:EC2/Portscan"]}}},
        Tags={"a": "1", "b": "2"},
    )

    guard.tag_resource(ResourceArn=arn, Tags={"a": "3"})
    guard.untag_resource(ResourceArn=arn, TagKeys=["b"])

    assert guard.get_filter(DetectorId=detector, FilterName="known")["Tags"] == {"a": "3"}
    assert guard.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"a": "3"}


def test_a_detector_keeps_the_features_that_an_update_does_not_name(sandbox: Sandbox) -> None:
    guard = aws(sandbox, "guardduty")
    detector = guard.create_detector(Enable=True)["DetectorId"]

    for name, status in (
        ("S3_DATA_EVENTS", "ENABLED"),
        ("RDS_LOGIN_EVENTS", "ENABLED"),
        ("S3_DATA_EVENTS", "DISABLED"),
    ):
        guard.update_detector(DetectorId=detector, Features=[{"Name": name, "Status": status}])

    features = guard.get_detector(DetectorId=detector)["Features"]
    assert {feature["Name"]: feature["Status"] for feature in features} == {
        "S3_DATA_EVENTS": "DISABLED",
        "RDS_LOGIN_EVENTS": "ENABLED",
    }


def test_standards_of_security_hub_are_switched_on_and_off(sandbox: Sandbox) -> None:
    hub = aws(sandbox, "securityhub")
    standard = "arn:aws:securityhub:us-east-1::standards/nist-800-53/v/5.0.0"
    hub.enable_security_hub(EnableDefaultStandards=False)

    asked = [{"StandardsArn": standard}]
    (made,) = hub.batch_enable_standards(StandardsSubscriptionRequests=asked)["StandardsSubscriptions"]
    arn = made["StandardsSubscriptionArn"]
    (found,) = hub.get_enabled_standards(StandardsSubscriptionArns=[arn])["StandardsSubscriptions"]
    hub.batch_disable_standards(StandardsSubscriptionArns=[arn])

    assert arn.endswith(":subscription/nist-800-53/v/5.0.0")
    assert (found["StandardsArn"], found["StandardsStatus"]) == (standard, "READY")
    assert hub.get_enabled_standards()["StandardsSubscriptions"] == []


def test_a_hub_remembers_its_settings(sandbox: Sandbox) -> None:
    hub = aws(sandbox, "securityhub")
    hub.enable_security_hub()

    hub.update_security_hub_configuration(AutoEnableControls=False)

    described = hub.describe_hub()
    assert (described["AutoEnableControls"], described["ControlFindingGenerator"]) == (
        False,
        "SECURITY_CONTROL",
    )
