"""Which modules are imported for help, usage errors and `status`; benchmarks/ measure the time."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cellwright.cli.command_files import command_files
from cellwright.ledger.database.location import sqlite_url
from cellwright.ledger.opening import open_ledger

_HEAVY = {
    "alembic",
    "cellwright.engine",
    "cellwright.fleet",
    "cellwright.ledger",
    "cellwright.stacks",
    "cellwright.terraform",
    "grpc",
    "hcl2",
    "rich.live",
    "sqlalchemy",
    "yaml",
}
_NOT_FOR_STATUS = {
    "alembic",
    "asyncio",
    "cellwright.api.document",
    "cellwright.api.fleet.status",
    "cellwright.cli.parser.planning_arguments",
    "cellwright.cli.parser.run_arguments",
    "cellwright.cli.screen.run_palette",
    "cellwright.engine",
    "cellwright.fleet.checks.exact",
    "cellwright.fleet.config.operating",
    "cellwright.fleet.resolve.cell",
    "cellwright.git.repository",
    "cellwright.ipam",
    "cellwright.ledger.database.run_rows",
    "cellwright.ledger.opening",
    "cellwright.model.runs.plan",
    "cellwright.model.runs.run",
    "cellwright.model.settings.rollout_settings",
    "cellwright.planning.policy.module",
    "cellwright.relay",
    "cellwright.rego",
    "cellwright.stacks.hcl",
    "cellwright.stacks.source.checkout",
    "cellwright.stacks.types.conversion",
    "cellwright.terraform.install",
    "cellwright.terraform.output",
    "cellwright.terraform.unit",
    "concurrent.futures",
    "importlib.metadata",
    "importlib.resources",
    "logging",
    "packaging",
    "pydantic",
    "rich.live",
    "sqlalchemy",
    "yaml",
}
"""For a fleet whose cells are all in the cache. Each takes longer to import than such a status to tell."""
_NOT_TO_LOOK = {
    "alembic",
    "asyncio",
    "cellwright.app.runs",
    "cellwright.engine.execution",
    "cellwright.fleet.config.configuration",
    "cellwright.ipam",
    "cellwright.ledger.opening",
    "cellwright.relay",
    "cellwright.rego",
    "cellwright.terraform.unit",
    "concurrent.futures",
    "filelock",
    "grpc",
    "logging",
    "pydantic",
    "rich.live",
    "sqlalchemy",
}
"""For what reads a ledger in SQLite and one unit's settings."""
_NOT_FOR_NOTHING = {
    "alembic",
    "cellwright.app.overview",
    "cellwright.capacity.places",
    "cellwright.engine.execution",
    "cellwright.engine.unit.evaluation",
    "cellwright.engine.unit.step",
    "cellwright.fleet.config.operating",
    "cellwright.fleet.explain",
    "cellwright.fleet.resolve.cell",
    "cellwright.ledger.database.tables",
    "cellwright.ledger.drift.findings",
    "cellwright.ledger.people",
    "cellwright.ledger.queue.claims",
    "cellwright.ledger.rollouts.rollouts",
    "cellwright.relay",
    "cellwright.rego",
    "cellwright.rollout.plan",
    "cellwright.stacks.hcl",
    "cellwright.terraform.unit",
    "filelock",
    "grpc",
    "packaging.version",
    "pydantic",
    "rich.live",
    "sqlalchemy",
    "yaml",
}
"""For a plan that finds nothing to do: it writes into the ledger, and no more."""
_NOT_TO_RUN = {
    "asyncio",
    "cellwright.app.runs.own_values",
    "cellwright.app.runs.stored_files",
    "cellwright.artifacts",
    "cellwright.capacity",
    "cellwright.fleet.config.operating",
    "cellwright.ledger.blocks",
    "cellwright.ledger.database.engines",
    "cellwright.ledger.database.tables",
    "cellwright.ledger.drift.values",
    "cellwright.ledger.placements",
    "cellwright.ledger.rollouts.guard",
    "cellwright.ledger.write.removal_writes",
    "cellwright.planning.policy.trials",
    "cellwright.rego.messages",
    "cellwright.rego.process",
    "cellwright.relay.linux",
    "cellwright.stacks.hcl",
    "cellwright.stacks.types.convert",
    "cellwright.terraform.install.missing_provider",
    "cellwright.terraform.install.unknown_feature",
    "cellwright.terraform.output.hints",
    "cellwright.terraform.unit.migration",
    "email",
    "filelock",
    "grpc",
    "importlib.metadata",
    "multiprocessing",
    "pydantic",
    "sqlalchemy",
    "socket",
    "ssl",
}
"""For planning the units of a fleet without policies."""
_RUNNING = """
import sys
import cellwright.app.runs.plan, cellwright.app.runs.run_context, cellwright.engine.execution
import cellwright.ledger.write.recorder, cellwright.rego.evaluator
print(*sys.modules, file=sys.stderr)
"""
_SCRIPT = """
import sys
from cellwright.cli.main import main
try:
    main(sys.argv[1:])
finally:
    print(*sys.modules, file=sys.stderr)
"""
_EACH = """
import os
import sys
from cellwright.cli.main import main
for name in sys.argv[1:]:
    if os.fork() == 0:
        code = None
        try:
            code = main([name, "--help"])
        finally:
            print(name, code, *sys.modules, file=sys.stderr, flush=True)
            os._exit(0)
    os.wait()
"""
"""Each command in a process that begins where `main` has been imported; a line tells its code and modules."""


def loaded(
    *arguments: str, folder: Path | None = None, script: str = _SCRIPT, **environment: str
) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
        env={**os.environ, **environment},
    )
    return set(done.stderr.split())


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_the_whole_programs_help_imports_no_heavy_module(option: str) -> None:
    assert not loaded(option) & (_HEAVY | {"rich"})


def test_help_imports_no_heavy_module() -> None:
    names = [file.name for file in command_files()]
    done = subprocess.run(
        [sys.executable, "-c", _EACH, *names], capture_output=True, text=True, check=True, env=os.environ
    )
    told = {name: (code, set(modules)) for name, code, *modules in map(str.split, done.stderr.splitlines())}
    assert {name: code for name, (code, _) in told.items()} == dict.fromkeys(names, "0")
    heavy = {name: modules & (_HEAVY | {"rich"}) for name, (_, modules) in told.items()}
    assert {name: found for name, found in heavy.items() if found} == {}


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_version_and_top_level_help_do_not_import_pydantic(option: str) -> None:
    # Typer itself loads pydantic as soon as there is a command with arguments to check.
    assert not loaded(option) & {"pydantic"}


def test_a_usage_error_imports_no_heavy_module() -> None:
    assert not loaded("status", "--nonsense") & _HEAVY


@pytest.fixture(name="fleet")
def fleet_fixture(tmp_path: Path) -> Path:
    for name, text in {
        "fleet.yaml": "fleet: small\nlevels:\n"
        "  - {name: client, cells: clients, stacks: {app: {source: ./stacks/app}}}\n",
        "clients/acme.yaml": "stacks: {app: {size: 3}}\n",
        "stacks/app/main.tf": 'variable "size" {\n  type = number\n}\n',
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    home = tmp_path / ".cellwright"
    home.mkdir(mode=0o700)
    open_ledger(sqlite_url(home / "ledger.db"), create=True).close()
    return tmp_path


def test_status_from_the_cache_imports_no_heavy_module(fleet: Path) -> None:
    first = loaded("status", folder=fleet)
    again = loaded("status", folder=fleet)

    assert {"yaml", "cellwright.fleet.resolve.cell"} <= first, "nothing was in the cache"
    assert sorted(again & _NOT_FOR_STATUS) == []


@pytest.mark.parametrize("arguments", [["show", "client/acme/app"], ["explain", "client/acme/app", "size"]])
def test_looking_at_a_unit_imports_neither_the_database_library_nor_what_runs_units(
    fleet: Path, arguments: list[str]
) -> None:
    first = loaded(*arguments, folder=fleet)
    again = loaded(*arguments, folder=fleet)

    assert "cellwright.fleet.config.configuration" in first, "fleet.yaml was in the cache"
    assert "cellwright.fleet.resolve.cell" in again, "the unit was not resolved"
    assert sorted(again & _NOT_TO_LOOK) == []


def test_a_plan_of_nothing_imports_neither_what_runs_units_nor_the_database_library(fleet: Path) -> None:
    (fleet / "clients" / "acme.yaml").write_text("stacks: {app: {enabled: false, size: 3}}\n")
    first = loaded("plan", folder=fleet)
    again = loaded("plan", folder=fleet)

    assert {"yaml", "cellwright.fleet.resolve.cell"} <= first, "nothing was in the cache"
    assert "cellwright.ledger.opening" in again
    assert sorted(again & _NOT_FOR_NOTHING) == []


def test_what_plans_units_imports_nothing_that_only_applies_policies_and_rollouts_need() -> None:
    again = loaded(script=_RUNNING)

    assert "cellwright.terraform.unit" in again
    assert sorted(again & _NOT_TO_RUN) == []


def test_completion_imports_neither_the_database_library_nor_what_makes_pages(fleet: Path) -> None:
    loaded("status", folder=fleet)
    words = {
        "_CELLWRIGHT_COMPLETE": "complete_bash",
        "COMP_WORDS": "cellwright status cli",
        "COMP_CWORD": "2",
    }

    again = loaded(folder=fleet, **words)

    assert "cellwright.cli.parser.completion" in again
    assert sorted(again & ((_NOT_FOR_STATUS | {"rich"}) - {"cellwright.engine"})) == []
