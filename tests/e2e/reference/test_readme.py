"""The stacks' documents and files say what is so."""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from e2e.reference.readme import blocks, stack_folders, stack_name, with_tables

FOREIGN = {
    "client/discovery": "consul",
    "client/monitoring": "datadog",
    "client/secrets": "vault",
    "client/sso": "okta",
}
"""Stacks that use no AWS provider, each with its only one. They are named here, so that no other one escapes
what holds for AWS. Their providers can't be had where these tests run: nothing could make lock files."""

OWNERSHIP = {
    "consul_config_entry": "config_json",
    "datadog_monitor": "tags",
    "datadog_service_level_objective": "tags",
    "okta_app_oauth": "profile",
    "vault_identity_group": "metadata",
}
"""Which argument of a resource of theirs says whose it is; the other types have none."""


def each(stacks: Sequence[Path]) -> pytest.MarkDecorator:
    """Run a test once for each of these stacks."""
    return pytest.mark.parametrize("stack", stacks, ids=lambda path: f"{path.parent.name}-{path.name}")


STACK = each(stack_folders())
AWS_STACK = each([stack for stack in stack_folders() if stack_name(stack) not in FOREIGN])
FOREIGN_STACK = each([stack for stack in stack_folders() if stack_name(stack) in FOREIGN])


def test_there_are_stacks() -> None:
    assert len(stack_folders()) >= 5
    assert FOREIGN.keys() <= {stack_name(stack) for stack in stack_folders()}


@STACK
def test_the_tables_of_the_readme_are_those_of_the_files(stack: Path) -> None:
    readme = (stack / "README.md").read_text()

    assert with_tables(readme, stack) == readme
    assert "| Input |" in readme


@STACK
def test_every_variable_and_output_is_described(stack: Path) -> None:
    for kind in ("variable", "output"):
        for name, body in blocks(stack, kind):
            assert body.get("description", "").strip().endswith('."'), f"{kind} {name}"


@STACK
def test_every_variable_is_typed(stack: Path) -> None:
    for name, body in blocks(stack, "variable"):
        assert body.get("type"), name


@STACK
def test_every_stack_has_one_provider_and_takes_name_and_tags(stack: Path) -> None:
    ((provider, _),) = blocks(stack, "provider")

    assert provider == FOREIGN.get(stack_name(stack), "aws")
    assert {"name", "tags"} <= {name for name, _ in blocks(stack, "variable")}


@AWS_STACK
def test_a_stack_of_aws_takes_its_region_and_puts_the_tags_on_everything(stack: Path) -> None:
    ((_, provider),) = blocks(stack, "provider")

    assert "region" in {name for name, _ in blocks(stack, "variable")}
    assert provider["region"].strip() == "var.region"
    assert "  default_tags {\n    tags = var.tags\n  }\n" in (stack / "versions.tf").read_text()


@AWS_STACK
def test_the_lock_file_pins_the_provider_for_this_platform_and_for_others(stack: Path) -> None:
    lock = (stack / ".terraform.lock.hcl").read_text()

    assert 'provider "registry.terraform.io/hashicorp/aws"' in lock
    assert len(re.findall(r'"h1:[^"]{44}"', lock)) >= 1
    assert len(re.findall(r'"zh:[0-9a-f]{64}"', lock)) >= 10


@FOREIGN_STACK
def test_a_stack_of_another_provider_holds_it_to_versions_that_were_read(stack: Path) -> None:
    versions = (stack / "versions.tf").read_text()

    assert re.search(r'      version = ">= \d+\.\d+, < \d+\.0"\n', versions)
    # Without the provider there are no hashes to write down; made-up ones would be worse than none.
    assert not (stack / ".terraform.lock.hcl").exists()


@FOREIGN_STACK
def test_a_stack_of_another_provider_takes_no_credentials(stack: Path) -> None:
    ((_, provider),) = blocks(stack, "provider")

    assert set(provider) <= {"address", "datacenter", "scheme"}
    for name, body in blocks(stack, "variable"):
        assert not re.search(r"(api|app|private)_?key$|password|secret$|token$", name), name
        assert "sensitive" not in body, name


@FOREIGN_STACK
def test_a_stack_of_another_provider_says_how_far_it_was_proved_and_where_credentials_come_from(
    stack: Path,
) -> None:
    readme = " ".join((stack / "README.md").read_text().split())

    assert "Not yet applied by us: checked by reading the provider's documentation (" in readme
    assert "parsed, and checked against settings by `cellwright check`." in readme
    assert "  environment_pass: [" in (stack / "README.md").read_text()
    assert "writes `.terraform.lock.hcl`, and it belongs into git then." in readme


@FOREIGN_STACK
def test_a_stack_of_another_provider_says_whose_a_resource_is_where_it_can(stack: Path) -> None:
    resources = list(blocks(stack, "resource"))

    assert OWNERSHIP.keys() & {kind for kind, _ in resources}
    for kind, body in resources:
        if kind in OWNERSHIP:
            assert re.search(r"\b(var|local)\.tags\b", body[OWNERSHIP[kind]]), kind


@FOREIGN_STACK
def test_a_stack_of_another_provider_names_nothing_that_it_does_not_declare(stack: Path) -> None:
    # `terraform validate` would say so; it needs the provider.
    text = "".join(path.read_text() for path in stack.glob("*.tf"))
    resources = set(re.findall(r'^resource "(\w+)" "(\w+)"', text, re.MULTILINE))
    kinds = "|".join({kind for kind, _ in resources})

    assert set(re.findall(r"\bvar\.(\w+)", text)) == {name for name, _ in blocks(stack, "variable")}
    assert set(re.findall(r"\blocal\.(\w+)", text)) <= set(re.findall(r"^  (\w+) += ", text, re.MULTILINE))
    assert set(re.findall(rf"\b({kinds})\.(\w+)", text)) <= resources


@STACK
def test_the_example_calls_the_stack_with_inputs_that_it_takes(stack: Path) -> None:
    ((_, call),) = blocks(stack / "example", "module")
    variables = list(blocks(stack, "variable"))
    required = {name for name, body in variables if "default" not in body}

    assert call["source"].strip() == '"../"'
    assert required <= set(call) - {"source"} <= {name for name, _ in variables}


@STACK
def test_nothing_speaks_of_the_sandbox(stack: Path) -> None:
    for path in stack.rglob("*"):
        assert path.is_dir() or not re.search(
            r"sandbox|moto|emulat|localhost|(?<!proxy_pass )127\.0\.0\.1", path.read_text(), re.IGNORECASE
        ), path


@pytest.mark.terraform
@STACK
def test_the_files_are_formatted_as_terraform_does(stack: Path, tmp_path: Path) -> None:
    terraform = shutil.which("terraform")
    assert terraform
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    checked = subprocess.run(
        [terraform, "fmt", "-check", "-recursive", "-diff", str(stack)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (checked.returncode, checked.stdout) == (0, "")
