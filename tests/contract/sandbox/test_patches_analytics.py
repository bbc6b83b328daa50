"""Patches of moto: analytics services."""

import pytest

from cellwright.sandbox.process import Sandbox
from contract.sandbox.clients import aws

pytestmark = pytest.mark.aws


def test_a_workgroup_can_be_changed(sandbox: Sandbox) -> None:
    athena = aws(sandbox, "athena")
    athena.create_work_group(
        Name="acme",
        Configuration={
            "BytesScannedCutoffPerQuery": 20_000_000,
            "ResultConfiguration": {"OutputLocation": "s3://one/"},
        },
    )

    athena.update_work_group(
        WorkGroup="acme",
        Description="queries",
        ConfigurationUpdates={
            "RemoveBytesScannedCutoffPerQuery": True,
            "PublishCloudWatchMetricsEnabled": True,
            "ResultConfigurationUpdates": {"OutputLocation": "s3://two/"},
        },
    )

    group = athena.get_work_group(WorkGroup="acme")["WorkGroup"]
    assert group["Description"] == "queries"
    assert "BytesScannedCutoffPerQuery" not in group["Configuration"]
    assert group["Configuration"]["PublishCloudWatchMetricsEnabled"] is True
    assert group["Configuration"]["ResultConfiguration"]["OutputLocation"] == "s3://two/"


def test_a_crawler_can_be_changed(sandbox: Sandbox) -> None:
    glue = aws(sandbox, "glue")
    glue.create_crawler(
        Name="acme", Role="crawler", DatabaseName="acme", Targets={"S3Targets": [{"Path": "s3://data/"}]}
    )

    glue.update_crawler(Name="acme", Schedule="cron(15 3 * * ? *)")

    crawler = glue.get_crawler(Name="acme")["Crawler"]
    assert crawler["Schedule"]["ScheduleExpression"] == "cron(15 3 * * ? *)"
    assert crawler["Targets"]["S3Targets"][0]["Path"] == "s3://data/"
    assert crawler["Version"] == 2
