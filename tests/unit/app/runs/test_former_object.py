"""The former copy of a state in S3 is removed as who its backend's settings say, with its role."""

from collections.abc import Mapping
from typing import Any

import pytest

from cellwright.app.runs.moving import former_object
from cellwright.model.diagnostic import DiagnosticError

ROLE = "arn:aws:iam::123456789012:role/states"
PLACE = {"bucket": "states", "key": "client/acme/app.tfstate", "region": "eu-west-1"}
AMBIENT = {"AWS_ACCESS_KEY_ID": "ours", "AWS_SECRET_ACCESS_KEY": "ours"}


class Cloud:
    """Notes who asks for what."""

    def __init__(self) -> None:
        self.roles: list[Mapping[str, str]] = []
        self.removed: list[tuple[str, str, str]] = []
        self.digests: list[tuple[str, str, Any]] = []
        self.denies = False

    def make_client(self, _service: str, environment: Mapping[str, str], **_given: object) -> Any:  # noqa: ANN401
        cloud, who = self, environment["AWS_ACCESS_KEY_ID"]

        class Client:
            def assume_role(self, **asked: str) -> Mapping[str, Any]:
                cloud.roles.append({"who": who, **asked})
                keys = {"AccessKeyId": "role", "SecretAccessKey": "role", "SessionToken": "role"}
                return {"Credentials": keys}

            def delete_object(self, Bucket: str, Key: str) -> None:  # noqa: N803  boto3's
                if cloud.denies:
                    raise ValueError("AccessDenied")
                cloud.removed.append((who, Bucket, Key))

            def delete_item(self, TableName: str, Key: Any) -> None:  # noqa: ANN401, N803  boto3's
                cloud.digests.append((who, TableName, Key))

        return Client()


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Cloud:
    found = Cloud()
    monkeypatch.setattr(former_object, "make_client", found.make_client)
    return found


@pytest.mark.parametrize(
    ("settings", "who", "roles"),
    [
        ({}, "ours", []),
        ({"access_key": "own", "secret_key": "own"}, "own", []),
        (
            {"assume_role": {"role_arn": ROLE, "external_id": "x"}},
            "role",
            [{"who": "ours", "RoleArn": ROLE, "ExternalId": "x", "RoleSessionName": "cellwright"}],
        ),
        (
            {"role_arn": ROLE, "session_name": "s", "access_key": "own", "secret_key": "own"},
            "role",
            [{"who": "own", "RoleArn": ROLE, "RoleSessionName": "s"}],
        ),
    ],
)
def test_as_who_it_is_removed(
    cloud: Cloud, settings: Mapping[str, Any], who: str, roles: list[Mapping[str, str]]
) -> None:
    assert former_object.remove_object({**PLACE, **settings}, AMBIENT)
    assert cloud.removed == [(who, "states", "client/acme/app.tfstate")]
    assert cloud.roles == roles


def test_the_digest_that_a_table_has_of_it_goes_with_it(cloud: Cloud) -> None:
    own = {"access_key": "own", "secret_key": "own"}
    assert former_object.remove_object({**PLACE, **own, "dynamodb_table": "locks"}, AMBIENT)
    digest = {"LockID": {"S": "states/client/acme/app.tfstate-md5"}}
    assert (cloud.removed, cloud.digests) == (
        [("own", "states", "client/acme/app.tfstate")],
        [("own", "locks", digest)],
    )
    assert former_object.remove_object(PLACE, AMBIENT)
    assert len(cloud.digests) == 1


def test_what_only_terraform_follows_is_left(cloud: Cloud) -> None:
    settings = {**PLACE, "assume_role_with_web_identity": {"role_arn": ROLE}}
    assert not former_object.remove_object(settings, AMBIENT)
    assert cloud.removed == []


def test_one_that_may_not_be_removed_is_named(cloud: Cloud) -> None:
    cloud.denies = True
    with pytest.raises(DiagnosticError, match=r"app\.tfstate can't be removed: AccessDenied"):
        former_object.remove_object(PLACE, AMBIENT)
