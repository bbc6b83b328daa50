import pytest
from packaging.version import Version

from cellwright.relay.client.eligibility import ProviderTrust, trust_in, why_not_tested, why_switched_off

AWS = "registry.terraform.io/hashicorp/aws"


@pytest.mark.parametrize("version", ["5.0.0", "5.100.0"])
def test_known_providers(version: str) -> None:
    assert trust_in(AWS, version, ()) == ProviderTrust(cache_checks=True)


@pytest.mark.parametrize(
    ("address", "version"),
    [
        (AWS, "4.67.0"),
        (AWS, "6.0.0"),
        (AWS, "strange"),
        ("registry.opentofu.org/hashicorp/aws", "5.100.0"),
        ("registry.terraform.io/somebody/aws", "5.100.0"),
    ],
)
def test_others_are_not_trusted(address: str, version: str) -> None:
    assert trust_in(address, version, ()) is None


@pytest.mark.parametrize("name", ["hashicorp/random", "registry.terraform.io/hashicorp/random"])
def test_a_provider_that_settings_declare_safe_is_served_but_its_checks_are_not_cached(name: str) -> None:
    assert trust_in("registry.terraform.io/hashicorp/random", "3.7.2", (name,)) == ProviderTrust(
        cache_checks=False
    )


def test_terraform_versions_and_commands() -> None:
    assert why_not_tested("terraform", Version("1.11.4"), "plan") is None
    assert "1.12.0" in (why_not_tested("terraform", Version("1.12.0"), "plan") or "")
    assert "1.10.5" in (why_not_tested("terraform", Version("1.10.5"), "plan") or "")
    assert "tofu" in (why_not_tested("tofu", Version("1.11.4"), "plan") or "")
    assert "console" in (why_not_tested("terraform", Version("1.11.4"), "console") or "")


@pytest.mark.parametrize("value", ["off", "0", "False", " no "])
def test_the_environment_switches_it_off(value: str) -> None:
    assert why_switched_off({"CELLWRIGHT_RELAY": value}, setting=True, flag=True) == "CELLWRIGHT_RELAY is off"


def test_on_by_default() -> None:
    assert why_switched_off({}, setting=True, flag=True) is None
    assert why_switched_off({"CELLWRIGHT_RELAY": "on"}, setting=True, flag=True) is None
    assert why_switched_off({}, setting=False, flag=True) == "terraform.relay in fleet.yaml is off"
    assert why_switched_off({}, setting=True, flag=False) == "--no-relay"
