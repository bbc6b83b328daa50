"""States in an S3 bucket, read without Terraform, against the emulated AWS."""

import pytest

from cellwright.app.status.state_fetching import (
    RecordedState,
    StateFetcher,
    StateMissingError,
    StateUnreadableError,
)
from cellwright.model.address import UnitAddress
from cellwright.model.applied import StateMark
from cellwright.model.value import Json
from cellwright.sandbox.process import Sandbox
from cellwright.terraform.workspace.backend import BackendSettings
from contract.sandbox.clients import REGION, aws

pytestmark = pytest.mark.aws


def state(sandbox: Sandbox, **more: Json) -> RecordedState:
    return RecordedState(
        unit=UnitAddress("client", "acme", "app"),
        mark=StateMark("l", 1),
        backend=BackendSettings("s3", {"bucket": "states", "key": "acme.tfstate", "region": REGION, **more}),
        environment=sandbox.environment,
    )


def test_the_newest_version_is_fetched_and_a_deleted_one_named(sandbox: Sandbox) -> None:
    s3, fetcher = aws(sandbox, "s3"), StateFetcher()
    with pytest.raises(StateMissingError, match="its bucket states is not there"):
        fetcher.fetch(state(sandbox))
    s3.create_bucket(Bucket="states")
    s3.put_bucket_versioning(Bucket="states", VersioningConfiguration={"Status": "Enabled"})
    with pytest.raises(StateMissingError, match=r"s3://states/acme.tfstate is not there"):
        fetcher.fetch(state(sandbox))
    s3.put_object(Bucket="states", Key="acme.tfstate", Body=b"one")
    newest = s3.put_object(Bucket="states", Key="acme.tfstate", Body=b"two")["VersionId"]
    assert fetcher.fetch(state(sandbox)) == b"two"
    s3.delete_object(Bucket="states", Key="acme.tfstate")
    with pytest.raises(StateMissingError, match="was deleted") as caught:
        fetcher.fetch(state(sandbox))
    assert newest in caught.value.diagnostics[0].detail


def test_what_only_terraform_follows_is_left_to_it(sandbox: Sandbox) -> None:
    with pytest.raises(StateUnreadableError, match="only Terraform"):
        StateFetcher().fetch(state(sandbox, assume_role={"role_arn": "arn:aws:iam::1:role/x"}))
