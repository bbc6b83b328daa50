import pytest

from cellwright.model.diagnostic import DiagnosticError
from cellwright.terraform.install.fetch.policy import FetchSettings, fetch_policy
from cellwright.terraform.install.fetch.product_releases import RELEASES

MIRROR = "https://mirror.example/tofu"


def test_by_default_programs_are_fetched_from_their_own_releases() -> None:
    policy = fetch_policy(FetchSettings(), {"CELLWRIGHT_FETCH": "on", "CELLWRIGHT_TOFU_RELEASES": ""})

    assert policy.forbidden_by is None
    assert policy.releases == RELEASES


def test_a_mirror_stands_for_one_product() -> None:
    policy = fetch_policy(FetchSettings(mirrors=(("tofu", MIRROR),)), {})

    assert policy.releases["tofu"].url("1.12.6", "file") == f"{MIRROR}/v1.12.6/file"
    assert policy.releases["tofu"].key_files == RELEASES["tofu"].key_files
    assert policy.releases["terraform"] == RELEASES["terraform"]


def test_the_environment_is_stronger_than_the_settings() -> None:
    environment = {"CELLWRIGHT_TOFU_RELEASES": "http://nearer.example/", "CELLWRIGHT_FETCH": "Off"}

    policy = fetch_policy(FetchSettings(mirrors=(("tofu", MIRROR),)), environment)

    assert policy.releases["tofu"].url("1.12.6", "file") == "http://nearer.example/v1.12.6/file"
    assert policy.forbidden_by == "CELLWRIGHT_FETCH=Off"


def test_what_the_settings_forbid_no_environment_allows() -> None:
    policy = fetch_policy(FetchSettings(allowed=False), {"CELLWRIGHT_FETCH": "on"})

    assert policy.forbidden_by == "`terraform.fetch: false` in fleet.yaml"


def test_an_address_in_the_environment_that_cant_be_one() -> None:
    with pytest.raises(DiagnosticError, match="CELLWRIGHT_TERRAFORM_RELEASES can't be used") as caught:
        fetch_policy(FetchSettings(), {"CELLWRIGHT_TERRAFORM_RELEASES": "https://ada:canary@mirror.example"})
    assert "canary" not in str(caught.value)
    assert "https://releases.hashicorp.com/terraform" in caught.value.diagnostics[0].detail
