import json

import pytest

from cellwright.model.diagnostic import Diagnostic, error, warning
from cellwright.model.position import Position
from cellwright.terraform.output.json_lines import DiagnosticLine, Subject, parse_line
from cellwright.terraform.output.withheld import WithheldVariables

AMBIENT = {
    "VAULT_ADDR": "https://vault.example.com",
    "VAULT_TOKEN": "hvs.secret-canary",
    "CONSUL_HTTP_ADDR": "consul:8500",
    "DD_API_KEY": "0123",
    "GITHUB_TOKEN": "ghp_x",
    "GITHUB_SHA": "abc",
    "GOOGLE_PROJECT": "",
    "PGHOST": "db",
    "EDITOR": "vi",
}
VAULT = 'provider["registry.terraform.io/hashicorp/vault"]'
ASKED = (
    'Provider "registry.terraform.io/hashicorp/vault" requires explicit configuration. Add a provider block'
)


def completed(
    found: Diagnostic,
    address: str = "",
    block: str = "",
    *,
    given: tuple[str, ...] = (),
    backend: str = "local",
) -> str:
    """The detail of a diagnostic, once it is completed."""
    withheld = WithheldVariables.between(AMBIENT, dict.fromkeys(given, "x"), backend)
    return withheld.complete(found, Subject(address, block)).detail


@pytest.mark.parametrize(
    ("found", "address", "block"),
    [
        (error("no vault token", "set one"), VAULT, ""),
        (error("no vault token", "set one"), f'module.a["x.y"].{VAULT}.other', 'provider "v"'),
        (error("Missing required argument", "set one"), "", 'provider "vault"'),
        (error("Invalid provider configuration", ASKED), "", ""),
        (
            error("Missing required attribute", "set one", Position(f"{VAULT} with no configuration", 1, 1)),
            "",
            "",
        ),
        (
            error("Error reading", "dial tcp: connection refused"),
            'module.a["b.c"].data.vault_generic.x[0]',
            "",
        ),
        (error("Error reading", "Code: 403. permission denied"), "vault_generic_secret.x", ""),
        (error("Error opening", "missing client token"), "ephemeral.vault_kv.x", ""),
    ],
)
def test_an_error_names_what_its_provider_reads_and_how_to_pass_it(
    found: Diagnostic, address: str, block: str
) -> None:
    detail = completed(found, address, block)

    assert detail.startswith(
        f"{found.detail}\n\nVAULT_ADDR and VAULT_TOKEN are set here, but Terraform is not "
    )
    assert detail.endswith("terraform: {environment_pass: [VAULT_ADDR, VAULT_TOKEN]}")
    assert "canary" not in detail


def test_one_variable_is_told_in_the_singular_and_without_a_detail_stands_alone() -> None:
    detail = completed(error("bad keys"), block='provider "datadog"')

    assert detail == (
        "DD_API_KEY is set here, but Terraform is not given it. "
        "To pass it on, write in fleet.yaml: terraform: {environment_pass: [DD_API_KEY]}"
    )


@pytest.mark.parametrize(
    ("found", "address", "block", "given"),
    [
        (warning("deprecated", "set one"), VAULT, "", ()),
        (error("no token", "set one"), VAULT, "", ("VAULT_ADDR", "VAULT_TOKEN")),
        (error("no token", "set one"), 'provider["registry.terraform.io/acme/unknown"]', "", ()),
        (error("no credentials", "set one"), 'provider["registry.terraform.io/hashicorp/google"]', "", ()),
        (error("path is in use at secret/", "choose another"), "vault_mount.x", "", ()),
        (error("connection refused", "to the cloud"), "acme_thing.x", "", ()),
        (error("connection refused", "to the cloud"), "module", "", ()),
        (error("connection refused", "to the state"), "", "", ()),
    ],
)
def test_other_diagnostics_stay_as_they_are(
    found: Diagnostic, address: str, block: str, given: tuple[str, ...]
) -> None:
    assert completed(found, address, block, given=given) == found.detail


def test_what_ci_sets_for_itself_is_not_named() -> None:
    detail = completed(error("401 Bad credentials"), "github_repository.x")

    assert "[GITHUB_TOKEN]" in detail


def test_an_error_without_a_place_may_be_about_the_states_backend() -> None:
    refused = error("Error loading state", "dial tcp 127.0.0.1:8500: connection refused")

    assert "[CONSUL_HTTP_ADDR]" in completed(refused, backend="consul")
    assert "[PGHOST]" in completed(refused, backend="pg")
    invalid = error("Invalid backend argument", "no argument 'x'")
    assert completed(invalid, backend="consul") == invalid.detail


def test_what_a_diagnostic_is_about_is_read_from_terraforms_line() -> None:
    diagnostic = {
        "severity": "error",
        "summary": "no vault token",
        "detail": "",
        "address": VAULT,
        "snippet": {"context": 'provider "vault"', "code": 'provider "vault" {', "start_line": 1},
    }
    line = parse_line(json.dumps({"@message": "Error", "type": "diagnostic", "diagnostic": diagnostic}))

    assert isinstance(line, DiagnosticLine)
    assert line.subject == Subject(VAULT, 'provider "vault"')
