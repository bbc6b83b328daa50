"""Accounts and addresses: assumed roles, and S3 Control with the account before the host."""

import http.client
import socket
from http import HTTPStatus
from urllib.parse import urlsplit

import pytest

from cellwright.sandbox.environment import ACCOUNT
from cellwright.sandbox.process import Sandbox
from contract.sandbox.clients import aws
from patience import PATIENCE

pytestmark = pytest.mark.aws

OTHER = "111122223333"


def test_calls_that_assume_no_role_land_in_the_sandboxs_own_account(sandbox: Sandbox) -> None:
    assert aws(sandbox, "sts").get_caller_identity()["Account"] == ACCOUNT


def test_an_assumed_role_leads_into_an_account_of_its_own(sandbox: Sandbox) -> None:
    aws(sandbox, "logs").create_log_group(logGroupName="/own")
    role = f"arn:aws:iam::{OTHER}:role/deployer"
    given = aws(sandbox, "sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    credentials = {
        "aws_access_key_id": given["AccessKeyId"],
        "aws_secret_access_key": given["SecretAccessKey"],
        "aws_session_token": given["SessionToken"],
    }

    assert aws(sandbox, "sts", **credentials).get_caller_identity()["Account"] == OTHER
    assert aws(sandbox, "logs", **credentials).describe_log_groups()["logGroups"] == []


def test_a_managed_policy_is_each_accounts_own(sandbox: Sandbox) -> None:
    arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    role = f"arn:aws:iam::{OTHER}:role/deployer"
    given = aws(sandbox, "sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    other = aws(
        sandbox,
        "iam",
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )
    own = aws(sandbox, "iam")
    own.create_role(RoleName="reader", AssumeRolePolicyDocument="{}")
    own.attach_role_policy(RoleName="reader", PolicyArn=arn)

    assert own.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"] == 1
    assert other.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"] == 0
    for client in (own, other):
        version = client.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        document = client.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
        assert document["Statement"][0]["Effect"] == "Allow"


def test_s3_control_is_reached_through_the_proxy(sandbox: Sandbox) -> None:
    control = aws(sandbox, "s3control")
    block = dict.fromkeys(
        ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
    )

    control.put_public_access_block(AccountId=ACCOUNT, PublicAccessBlockConfiguration=block)

    found = control.get_public_access_block(AccountId=ACCOUNT)
    assert found["PublicAccessBlockConfiguration"] == block
    assert sandbox.admin.count("s3", "PutPublicAccessBlock").succeeded == 1


def test_the_proxy_leads_nowhere_else(sandbox: Sandbox) -> None:
    connection = http.client.HTTPConnection(urlsplit(sandbox.endpoint).netloc, timeout=PATIENCE)
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.setblocking(False)
        connection.request("GET", f"http://127.0.0.1:{elsewhere.getsockname()[1]}/page")
        answer = connection.getresponse()

        # To an unsigned request it is a bucket that isn't there.
        assert answer.status == HTTPStatus.NOT_FOUND
        assert b"<Code>NoSuchBucket</Code>" in answer.read()
        with pytest.raises(BlockingIOError):
            elsewhere.accept()
    connection.close()


def test_policies_of_aws_are_there(sandbox: Sandbox) -> None:
    arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"

    assert aws(sandbox, "iam").get_policy(PolicyArn=arn)["Policy"]["PolicyName"] == "ReadOnlyAccess"
