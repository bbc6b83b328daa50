"""The environment of clients of the sandbox."""

import pytest

from cellwright.sandbox.environment import client_environment

ENVIRONMENT = client_environment("http://127.0.0.1:4566")


def test_it_leads_every_service_to_the_sandbox() -> None:
    assert ENVIRONMENT["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"


def test_it_holds_no_region_and_no_certificates() -> None:
    assert not {"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_CA_BUNDLE"} & set(ENVIRONMENT)


@pytest.mark.parametrize("name", ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"])
def test_it_excludes_the_users_own_settings(name: str) -> None:
    assert ENVIRONMENT[name] == "/dev/null"
