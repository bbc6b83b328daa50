"""Anchors in an S3 bucket with object lock, against the emulated AWS."""

import pytest

from cellwright.ledger.anchors.s3_place import S3Place
from cellwright.model.diagnostic import DiagnosticError
from cellwright.sandbox.process import Sandbox
from contract.sandbox.clients import REGION, aws

pytestmark = pytest.mark.aws


def place(sandbox: Sandbox, bucket: str) -> S3Place:
    return S3Place(bucket, "audit", 7, {**sandbox.environment, "AWS_REGION": REGION})


def test_locked_objects_are_read_in_their_order_and_first_version(sandbox: Sandbox) -> None:
    s3 = aws(sandbox, "s3")
    s3.create_bucket(Bucket="anchors", ObjectLockEnabledForBucket=True)
    kept = place(sandbox, "anchors")
    assert list(kept.lines()) == []
    kept.append("ten\n", 10)
    kept.append("nine\n", 9)
    s3.put_object(Bucket="anchors", Key="other/x", Body=b"x")
    assert list(kept.lines()) == ["nine\n", "ten\n"]

    first, second = (
        item["Key"] for item in s3.list_objects_v2(Bucket="anchors", Prefix="audit/")["Contents"]
    )
    held = s3.head_object(Bucket="anchors", Key=first)
    assert held["ObjectLockMode"] == "COMPLIANCE"
    version = held["VersionId"]
    with pytest.raises(s3.exceptions.ClientError, match="AccessDenied"):
        s3.delete_object(Bucket="anchors", Key=first, VersionId=version)
    s3.put_object(Bucket="anchors", Key=first, Body=b"forged\n")
    s3.delete_object(Bucket="anchors", Key=second)
    assert list(kept.lines()) == ["nine\n", "ten\n"], (
        "what is put over it, and a mark of deletion, change nothing"
    )


def test_a_bucket_without_lock_or_without_answer_is_a_finding(sandbox: Sandbox) -> None:
    aws(sandbox, "s3").create_bucket(Bucket="open")
    with pytest.raises(DiagnosticError, match=r"anchors in s3://open/audit can't be written.*object lock on"):
        place(sandbox, "open").append("x\n", 1)
    with pytest.raises(DiagnosticError, match="can't be read: NoSuchBucket"):
        place(sandbox, "absent").lines()
    nowhere = S3Place("b", "", 7, {**sandbox.environment, "AWS_ENDPOINT_URL": "http://127.0.0.1:9"})
    with pytest.raises(DiagnosticError, match="can't be read: Could not connect"):
        nowhere.lines()
    with pytest.raises(DiagnosticError, match="can't be read: Invalid endpoint"):
        S3Place("b", "", 7, {**sandbox.environment, "AWS_ENDPOINT_URL": "nothing"}).lines()
