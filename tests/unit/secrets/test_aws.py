"""What is the AWS library's own: what it needs, and how it fails."""

import sys
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import (  # type: ignore[import-untyped]
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)

from cellwright.model.position import Position
from cellwright.model.settings.secret_settings import SecretSettings
from cellwright.secrets.aws import ParameterSource, SecretsManagerSource, connect
from cellwright.secrets.source import SecretFault

KEYS = {"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "hidden", "AWS_REGION": "eu-west-1"}


def settings(**options: str) -> SecretSettings:
    return SecretSettings(
        name="aws", type="aws_ssm", position=Position("fleet.yaml"), options=options, timeout=7
    )


class Failing:
    """A client whose every call fails."""

    def __init__(self, fault: Exception) -> None:
        self.fault = fault

    def get_parameter(self, **_: Any) -> None:  # noqa: ANN401  as boto3
        raise self.fault

    get_secret_value = get_parameter


def answer(code: str, status: int) -> ClientError:
    response = {"Error": {"Code": code, "Message": "m"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "GetParameter")


@pytest.mark.parametrize(
    ("fault", "expected", "down"),
    [
        (answer("ParameterNotFound", 400), "has nothing under this name", False),
        (answer("ResourceNotFoundException", 400), "has nothing under this name", False),
        (answer("AccessDeniedException", 400), "refuses access (AccessDeniedException)", False),
        (answer("UnrecognizedClientException", 400), "answers UnrecognizedClientException", False),
        (answer("ExpiredTokenException", 400), "answers ExpiredTokenException", True),
        (answer("InvalidSignatureException", 403), "answers InvalidSignatureException", True),
        (answer("InternalServiceError", 500), "answers InternalServiceError", True),
        (NoCredentialsError(), "can't be asked: no credentials", True),
        (EndpointConnectionError(endpoint_url="http://x"), "can't be asked: endpoint connection", True),
        (ReadTimeoutError(endpoint_url="http://x"), "can't be asked: read timeout", True),
    ],
)
def test_failures(fault: Exception, expected: str, down: bool) -> None:  # noqa: FBT001  a case's expectation
    for source in (ParameterSource(Failing(fault)), SecretsManagerSource(Failing(fault))):
        with pytest.raises(SecretFault) as caught:
            source.read("x")
        assert expected in caught.value.why
        assert caught.value.down is down


def test_settings_come_before_the_environment() -> None:
    client = connect("ssm", settings(region="us-west-2", endpoint="http://127.0.0.1:1"), KEYS)
    assert client.meta.region_name == "us-west-2"
    assert client.meta.endpoint_url == "http://127.0.0.1:1"
    assert client.meta.config.read_timeout == 7
    client = connect("ssm", settings(), {**KEYS, "AWS_ENDPOINT_URL_SSM": "http://127.0.0.1:2"})
    assert client.meta.region_name == "eu-west-1"
    assert client.meta.endpoint_url == "http://127.0.0.1:2"


def test_without_a_region(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with pytest.raises(SecretFault, match="no region is set"):
        connect("ssm", settings(), {**KEYS, "AWS_REGION": ""})


def test_a_profile_that_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    for chosen in (make_with_option, make_with_variable):
        with pytest.raises(SecretFault, match="profile not found"):
            chosen()


def make_with_option() -> None:
    connect("ssm", settings(profile="absent", region="x"), KEYS)


def make_with_variable() -> None:
    connect("ssm", settings(region="x"), {"AWS_PROFILE": "absent"})


def test_without_the_library_it_is_said_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(SecretFault) as caught:
        connect("ssm", settings(), KEYS)
    assert (caught.value.advice, caught.value.down) == ("install it: pip install 'cellwright[aws]'", True)
