"""Access Analyzer, which moto lacks: analyzers and their tags."""

import pytest
from botocore.exceptions import ClientError  # type: ignore[import-untyped]

from cellwright.sandbox.process import Sandbox
from contract.sandbox.clients import aws

pytestmark = pytest.mark.aws


def refused(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Code"])


def test_an_analyzer_lives_from_its_creation_to_its_deletion(sandbox: Sandbox) -> None:
    analyzer = aws(sandbox, "accessanalyzer")
    arn = analyzer.create_analyzer(analyzerName="lab", type="ACCOUNT", tags={"Cell": "lab"})["arn"]

    found = analyzer.get_analyzer(analyzerName="lab")["analyzer"]
    assert (found["arn"], found["type"], found["status"]) == (arn, "ACCOUNT", "ACTIVE")
    assert [item["name"] for item in analyzer.list_analyzers()["analyzers"]] == ["lab"]

    analyzer.delete_analyzer(analyzerName="lab")
    with pytest.raises(ClientError) as missing:
        analyzer.get_analyzer(analyzerName="lab")
    assert refused(missing) == "ResourceNotFoundException"


def test_its_tags_can_be_changed(sandbox: Sandbox) -> None:
    analyzer = aws(sandbox, "accessanalyzer")
    arn = analyzer.create_analyzer(analyzerName="lab", type="ACCOUNT", tags={"Cell": "lab"})["arn"]

    analyzer.tag_resource(resourceArn=arn, tags={"Level": "base"})
    analyzer.untag_resource(resourceArn=arn, tagKeys=["Cell"])

    assert analyzer.list_tags_for_resource(resourceArn=arn)["tags"] == {"Level": "base"}
    with pytest.raises(ClientError) as missing:
        analyzer.list_tags_for_resource(resourceArn=f"{arn}-2")
    assert refused(missing) == "ResourceNotFoundException"


def test_a_region_has_one_of_a_type_and_each_name_once(sandbox: Sandbox) -> None:
    analyzer = aws(sandbox, "accessanalyzer")
    analyzer.create_analyzer(analyzerName="lab", type="ACCOUNT")

    with pytest.raises(ClientError) as again:
        analyzer.create_analyzer(analyzerName="lab", type="ACCOUNT")
    with pytest.raises(ClientError) as second:
        analyzer.create_analyzer(analyzerName="other", type="ACCOUNT")
    assert (refused(again), refused(second)) == ("ConflictException", "ServiceQuotaExceededException")
    analyzer.create_analyzer(analyzerName="unused", type="ACCOUNT_UNUSED_ACCESS")
