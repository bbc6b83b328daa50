import pytest

from cellwright.model.diagnostic import error, warning
from cellwright.relay.client.failures import needs_full_schema, provider_failed


@pytest.mark.parametrize(
    "text",
    [
        "no schema available for aws_vpc.main while reading state; this is a bug in Terraform",
        "ChangesSrc.Decode: missing schema for aws_vpc.main",
        "no schema found for aws_vpc.main (in provider registry.terraform.io/hashicorp/aws)",
        'The provider hashicorp/aws does not support resource type "aws_vpc".',
        'The provider hashicorp/aws does not support data source "aws_ami".',
        'A managed resource type "aws_vpc" is not supported by provider "hashicorp/aws".',
        'unknown resource type "aws_vpc"',
        'provider does not support resource type for "aws_vpc"',
    ],
)
def test_a_missing_type(text: str) -> None:
    assert needs_full_schema([error("Something", text)])
    assert needs_full_schema([error(text)])
    assert not needs_full_schema([warning("Something", text)])
    assert not provider_failed([error("Something", text)])


@pytest.mark.parametrize(
    "text",
    [
        "Plugin did not respond",
        "Failed to load plugin schemas",
        "failed to instantiate provider registry.terraform.io/hashicorp/aws: dial unix: no such file",
        "Unsupported plugin method",
        # OpenTofu has no words of its own for a function whose provider has died.
        'Call to function "provider::aws::arn_parse" failed: rpc error: code = Unavailable desc = gone.',
    ],
)
def test_a_provider_that_failed(text: str) -> None:
    assert provider_failed([error(text)])
    assert not needs_full_schema([error(text)])


def test_other_errors() -> None:
    assert not needs_full_schema([error("Unsupported argument", "There is no argument 'x'.")])
    assert not provider_failed([error("AccessDenied")])
    assert not needs_full_schema([])
