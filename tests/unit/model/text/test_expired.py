import pytest

from cellwright.model.text.expired import credentials_fault


@pytest.mark.parametrize(
    "text",
    [
        "operation error STS, api error ExpiredToken: The security token included in the request is expired",
        "refresh cached SSO token failed: the SSO session has expired or is invalid",
        "ExpiredTokenException",
        "Token has expired and refresh failed",
    ],
)
def test_expired_credentials_say_how_to_renew_them(text: str) -> None:
    found = credentials_fault(text)
    assert found is not None
    assert found[0] == "the AWS credentials have expired"
    assert "aws sso login" in found[1]


def test_missing_credentials_are_told_apart() -> None:
    found = credentials_fault("Error: No valid credential sources found")
    assert found is not None
    assert found[0] == "there are no AWS credentials"


@pytest.mark.parametrize("text", ["the certificate has expired on May 3", "AccessDenied", "an old token"])
def test_other_messages_are_left_alone(text: str) -> None:
    assert credentials_fault(text) is None
