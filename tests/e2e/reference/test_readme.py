"""The stacks' documents and files say what is so."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from e2e.reference.readme import blocks, stack_folders, with_tables

STACK = pytest.mark.parametrize("stack", stack_folders(), ids=lambda path: f"{path.parent.name}-{path.name}")


def test_there_are_stacks() -> None:
    assert len(stack_folders()) >= 5


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
def test_every_stack_takes_name_region_and_tags_and_puts_the_tags_on_everything(stack: Path) -> None:
    (provider,) = blocks(stack, "provider")

    assert {"name", "region", "tags"} <= {name for name, _ in blocks(stack, "variable")}
    assert provider[1]["region"].strip() == "var.region"
    assert "  default_tags {\n    tags = var.tags\n  }\n" in (stack / "versions.tf").read_text()


@STACK
def test_the_lock_file_pins_the_provider_for_this_platform_and_for_others(stack: Path) -> None:
    lock = (stack / ".terraform.lock.hcl").read_text()

    assert 'provider "registry.terraform.io/hashicorp/aws"' in lock
    assert len(re.findall(r'"h1:[^"]{44}"', lock)) >= 1
    assert len(re.findall(r'"zh:[0-9a-f]{64}"', lock)) >= 10


@STACK
def test_nothing_speaks_of_the_sandbox(stack: Path) -> None:
    for path in stack.iterdir():
        assert not re.search(
            r"sandbox|moto|emulat|localhost|127\.0\.0\.1", path.read_text(), re.IGNORECASE
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
