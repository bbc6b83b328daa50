"""The commands of how-tos, carried out as they stand there, on fleets whose Terraform takes milliseconds."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from cellwright.sandbox.process import start_sandbox
from contract.postgres import postgres_server
from e2e.docs.pages import ROOT, Shown, _compare, carry_out, shown_commands
from e2e.kit.bucket import SETTINGS, make_bucket
from unit.git.origins import git

DOCS = ROOT / "docs"
STACK = """
variable "colour" { default = "blue" }
resource "terraform_data" "this" { input = var.colour }
output "id" { value = terraform_data.this.id }
"""


def write(folder: Path, name: str, content: str | Mapping[str, Any]) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(dict(content)))


def small_fleet(folder: Path, source: str = "./stacks/app") -> Path:
    """A fleet of one account and two clients, committed."""
    fleet = folder / "fleet"
    levels = [
        {"name": "account", "cells": "accounts", "stacks": {}},
        {
            "name": "client",
            "cells": "clients",
            "placement": "account",
            "layers": ["defaults/client.yaml"],
            "stacks": {"app": {"source": source}},
        },
    ]
    write(fleet, "fleet.yaml", {"fleet": "medloop", "levels": levels})
    write(fleet, "defaults/client.yaml", "account: prod-use1\n")
    write(fleet, "accounts/prod-use1.yaml", "region: us-east-1\n")
    for name in ("acme", "globex"):
        write(fleet, f"clients/{name}.yaml", "tier: gold\n")
    write(fleet, ".gitignore", ".cellwright/\n")
    if source.startswith("./"):
        write(fleet, f"{source}/main.tf", STACK)
    put_under_git(fleet)
    return fleet


def put_under_git(folder: Path) -> None:
    git("init", "--quiet", "--initial-branch=main", cwd=folder)
    commit(folder)


def commit(folder: Path) -> None:
    git("add", "--all", cwd=folder)
    git("commit", "--quiet", "--message", "As it is", cwd=folder)


def apply(fleet: Path) -> None:
    page = fleet.parent / "before.md"
    page.write_text("```console\n$ cellwright apply --yes\n```\n")
    carry_out(page, fleet)


def test_a_page_is_held_to_what_it_shows(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "```console\n$ cat <<'E'\n> one two\n> 12s three\n> E\none\n... three\n$ false || true\n```\n"
    )

    assert [item.lines for item in shown_commands(page)] == [("one", "... three"), ()]
    assert carry_out(page, tmp_path) == 2
    with pytest.raises(AssertionError, match="does not say `four`"):
        _compare(Shown("cat", ("three", "four")), "four three")
    page.write_text("```console\n$ false\n```\n")
    with pytest.raises(AssertionError, match="ended with 1"):
        carry_out(page, tmp_path)
    page.write_text("```console\n$ exit 0\n$ true\n```\n")
    with pytest.raises(AssertionError, match="did not end"):
        carry_out(page, tmp_path)


@pytest.mark.terraform
@pytest.mark.long
def test_clients_are_upgraded_one_by_one(tmp_path: Path) -> None:
    project = tmp_path / "stacks" / "client-app"
    write(project, "main.tf", STACK)
    put_under_git(project)
    git("tag", "--annotate", "--message", "First", "v1.0.0", cwd=project)
    fleet = small_fleet(tmp_path, "git::../stacks/client-app?ref=v1.0.0")
    apply(fleet)
    defaults = 'account: prod-use1\nrelease: v1.0.0\nstacks:\n  app: { version: "${cell.release}" }\n'
    write(fleet, "defaults/client.yaml", defaults)
    commit(fleet)

    assert carry_out(DOCS / "upgrade.md", fleet) > 15


@pytest.mark.terraform
@pytest.mark.postgres
@pytest.mark.long
def test_the_ledger_moves_to_postgresql(tmp_path: Path) -> None:
    fleet = small_fleet(tmp_path)
    apply(fleet)

    with postgres_server() as server:
        assert carry_out(DOCS / "postgresql.md", fleet, LEDGER=server.url(server.new_database())) == 5


@pytest.mark.terraform
@pytest.mark.aws
@pytest.mark.long
def test_states_move_to_s3(tmp_path: Path) -> None:
    fleet = small_fleet(tmp_path)
    apply(fleet)
    settings = yaml.safe_load((fleet / "fleet.yaml").read_text())
    write(fleet, "fleet.yaml", {**settings, "state": {"backend": "s3", "config": dict(SETTINGS)}})

    with start_sandbox(tmp_path / "aws", os.environ) as sandbox:
        make_bucket(sandbox)
        assert carry_out(DOCS / "s3-state.md", fleet, **sandbox.environment) == 4


def test_a_profile_is_explained_and_other_variables_are_refused(tmp_path: Path) -> None:
    fleet = small_fleet(tmp_path)
    place = {
        "region": "us-east-1",
        "levels": {"client": {"environment": {"AWS_PROFILE": "medloop-prod-use1"}}},
    }
    write(fleet, "accounts/prod-use1.yaml", place)
    commit(fleet)

    assert carry_out(DOCS / "credentials.md", fleet) == 4


def test_every_command_of_the_pages_was_carried_out() -> None:
    """The numbers above are those of the pages: one that is added to a page is run, or counted here."""
    found = {
        name: len(list(shown_commands(DOCS / f"{name}.md")))
        for name in ("postgresql", "s3-state", "credentials")
    }
    assert found == {"postgresql": 5, "s3-state": 4, "credentials": 4}
