import pytest
from packaging.version import Version

from cellwright.model.binary import Product
from cellwright.relay.client.eligibility import (
    NEWEST_TRIED,
    ProviderTrust,
    is_excepted,
    trust_in,
    why_not_served,
    why_switched_off,
    why_untried,
)

AWS = "registry.terraform.io/hashicorp/aws"
KNOWN = ProviderTrust(schema_from_code=True, cache_checks=True)
UNKNOWN = ProviderTrust(schema_from_code=False, cache_checks=False)


@pytest.mark.parametrize("host", ["registry.terraform.io", "registry.opentofu.org"])
@pytest.mark.parametrize("version", ["5.0.0", "5.100.0", "6.36.0"])
def test_known_providers(host: str, version: str) -> None:
    assert trust_in(f"{host}/hashicorp/aws", version) == KNOWN


@pytest.mark.parametrize(
    ("address", "version"),
    [
        (AWS, "4.67.0"),
        (AWS, "7.0.0"),
        (AWS, "strange"),
        ("registry.example.com/hashicorp/aws", "5.100.0"),
        ("registry.terraform.io/somebody/aws", "5.100.0"),
    ],
)
def test_nothing_is_presumed_of_others(address: str, version: str) -> None:
    assert trust_in(address, version) == UNKNOWN


def test_a_provider_is_excepted_with_or_without_its_registry() -> None:
    assert is_excepted(AWS, ("hashicorp/aws",))
    assert is_excepted(AWS, (AWS,))
    assert not is_excepted(AWS, ("hashicorp/awscc", "registry.opentofu.org/hashicorp/aws"))


SERVED: list[tuple[Product, str]] = [
    ("terraform", "1.9.0"),
    ("terraform", "1.15.9"),
    ("terraform", "1.16.0-beta1"),
    ("tofu", "1.9.4"),
    ("tofu", "1.12.6-dev"),
    ("tofu", "2.0.0"),
]


@pytest.mark.parametrize(("product", "version"), SERVED)
def test_programs_that_are_served(product: Product, version: str) -> None:
    assert why_not_served(product, Version(version), "plan") is None


OLD: list[tuple[Product, str, str]] = [
    ("terraform", "1.8.5", "Terraform 1.8.5 is older than 1.9"),
    ("tofu", "1.8.11", "OpenTofu 1.8.11 is older than 1.9"),
]


@pytest.mark.parametrize(("product", "version", "text"), OLD)
def test_programs_that_are_too_old(product: Product, version: str, text: str) -> None:
    assert why_not_served(product, Version(version), "plan") == text


@pytest.mark.parametrize("product", ["terraform", "tofu"])
def test_commands_that_are_not_served(product: Product) -> None:
    assert why_not_served(product, Version("1.11.4"), "console") == f"not made for `{product} console`"


UNTRIED: list[tuple[Product, str, str]] = [
    ("terraform", "1.16.0", "Terraform 1.16.0 is newer than 1.15, the newest tried"),
    ("tofu", "1.13.0", "OpenTofu 1.13.0 is newer than 1.12, the newest tried"),
]


@pytest.mark.parametrize(("product", "version", "text"), UNTRIED)
def test_a_program_that_is_newer_than_those_tried(product: Product, version: str, text: str) -> None:
    assert (why_untried(product, Version(version)) or "").startswith(text)
    newest = ".".join(map(str, NEWEST_TRIED[product]))
    assert why_untried(product, Version(f"{newest}.99")) is None


@pytest.mark.parametrize("value", ["off", "0", "False", " no "])
def test_the_environment_switches_it_off(value: str) -> None:
    assert why_switched_off({"CELLWRIGHT_RELAY": value}, setting=True, flag=True) == "CELLWRIGHT_RELAY is off"


def test_on_by_default() -> None:
    assert why_switched_off({}, setting=True, flag=True) is None
    assert why_switched_off({"CELLWRIGHT_RELAY": "on"}, setting=True, flag=True) is None
    assert why_switched_off({}, setting=False, flag=True) == "terraform.relay in fleet.yaml is off"
    assert why_switched_off({}, setting=True, flag=False) == "--no-relay"
