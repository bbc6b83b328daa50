"""A fleet on Terraform and OpenTofu at once: the guide, step by step, and what a version manager may do."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from binaries import program as program_called
from cellwright.ledger.opening import open_ledger
from e2e.conftest import Start
from e2e.kit.desk import Desk
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.program import Answer, Program

GUIDE = Path(__file__).parents[4] / "docs" / "from-terraform-to-opentofu.md"
_BLOCK = re.compile(r"^```(yaml|sh)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_STACK = """
variable "size" { default = 1 }
resource "terraform_data" "this" { input = var.size }
output "id" { value = terraform_data.this.id }
"""


def steps() -> Iterator[tuple[str, str]]:
    """The guide's files, by path, and its commands, as `cellwright ...`."""
    for kind, text in _BLOCK.findall(GUIDE.read_text()):
        if kind == "yaml":
            name, _, content = text.partition("\n")
            yield name.removeprefix("# "), content
        else:
            yield from (("cellwright", line) for line in text.splitlines())


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder with both programs under their usual names."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("terraform", "tofu"):
        (folder / name).symlink_to(program_called(name))
    return folder


def on(cellwright: Program, programs: Path, *arguments: str) -> Answer:
    return cellwright.run(*arguments, PATH=f"{programs}:{cellwright.clean()['PATH']}")


def test_the_guide_moves_a_fleet_ring_by_ring_and_touches_no_resource(
    tmp_path: Path, program: Start, programs: Path
) -> None:
    fleet = FleetFolder(tmp_path / "fleet", Desk(tmp_path))
    cellwright = program(fleet)
    fleet.stack("app", _STACK)
    for name, ring in {"acme": "first", "globex": "first", "initech": "rest"}.items():
        fleet.cell(name, {"ring": ring})
    units = [f"client/{name}/app" for name in ("acme", "globex", "initech")]
    files: list[str] = []
    commands: list[list[str]] = []
    for what, content in steps():
        if what != "cellwright":
            files.append(what)
            fleet.write(what, content)
            continue
        if not commands:
            on(cellwright, programs, "apply", "--yes").expect(0)
            before = [fleet.state(unit).read_bytes() for unit in units]
        _, *arguments = shlex.split(content)
        commands.append(arguments)
        answer = on(cellwright, programs, *arguments).expect(0)
        if arguments[0] == "status":
            assert "changed" not in answer.text
    assert (len(files), len(commands)) == (5, 10)

    assert [fleet.state(unit).read_bytes() for unit in units] == before
    document = on(cellwright, programs, "versions", "--json").expect(0).document
    (group,) = document["groups"]
    assert group["units"] == units
    assert group["applied_with"] == group["runs_with"]
    assert group["applied_with"]["product"] == "tofu"
    with open_ledger(f"sqlite:///{fleet.ledger}", create=False) as ledger:
        events = [event for event in ledger.reader.events() if event.subject == units[0]]
    assert [(event.action, event.detail["product"]) for event in events] == [
        ("unit.applied", "terraform"),
        ("unit.confirmed", "tofu"),
    ]


@pytest.mark.long
def test_one_run_uses_both_and_an_orphan_is_destroyed_by_what_ran_it(
    tmp_path: Path, program: Start, programs: Path
) -> None:
    fleet = make_fleet(tmp_path, {"app": {}}, {"acme": {"terraform": {"binary": "tofu"}}, "globex": {}})
    cellwright = program(fleet)
    on(cellwright, programs, "apply", "--yes").expect(0)
    shown = on(cellwright, programs, "show", "--json").expect(0).document["units"]
    assert [unit["applied_with"]["product"] for unit in shown] == ["tofu", "terraform"]

    (fleet.root / "clients/acme.yaml").unlink()
    on(cellwright, programs, "apply", "--yes", "--destroy").expect(0)

    (event,) = on(cellwright, programs, "events", "--action", "unit.destroyed", "--json").expect(0).document
    assert event["detail"]["product"] == "tofu"
    fleet.cell("globex", {"terraform": {"binary": "tofu"}})
    on(cellwright, programs, "apply", "--all", "--yes").expect(0)
    fleet.cell("globex", {})
    warned = on(cellwright, programs, "plan", "--all").expect(0).out
    assert re.search(r"OpenTofu \S+ ran here last, Terraform \S+ runs now", warned)


def test_a_version_manager_that_chooses_another_one_for_a_stack_is_found_out(
    tmp_path: Path, program: Start, programs: Path
) -> None:
    fleet = make_fleet(tmp_path, {"app": {}}, {"acme": {}})
    manager = tmp_path / "shims" / "terraform"
    manager.parent.mkdir()
    choosing = f'if [ -e .opentofu-version ]; then exec {programs}/tofu "$@"; fi'
    manager.write_text(f'#!/bin/sh\n{choosing}\nexec {programs}/terraform "$@"\n')
    manager.chmod(0o755)
    cellwright = program(fleet)
    on(cellwright, manager.parent, "apply", "--yes").expect(0)
    state = fleet.state("client/acme/app").read_bytes()
    fleet.write("stacks/worker/.opentofu-version", "1.12.6")

    refused = on(cellwright, manager.parent, "apply", "--yes").expect(1)

    assert re.search(r"said that it is Terraform \S+, but `terraform \w+` ran OpenTofu", refused.text)
    assert fleet.state("client/acme/app").read_bytes() == state


def test_the_line_that_chooses_a_program_is_named_where_it_will_not_do(
    tmp_path: Path, program: Start, programs: Path
) -> None:
    fleet = make_fleet(tmp_path, {"app": {}}, {"acme": {}, "globex": {}})
    fleet.write("clients/acme.yaml", "terraform: {binary: terraform, version: '>= 99'}\n")
    refused = on(program(fleet), programs, "plan").expect(1)
    assert "clients/acme.yaml:1:41: error: " in refused.text
    assert "the settings ask for '>= 99'" in refused.text
