"""What is gone from the fleet is destroyed from the commit that applied it, on any machine."""

import shutil
from pathlib import Path

from e2e.conftest import Start
from e2e.kit.fleet import WORKER, make_fleet

SECRET = 'variable "token" {\n  type      = string\n  sensitive = true\n}\n'


def test_a_client_that_went_with_its_stack_and_its_secrets(tmp_path: Path, program: Start) -> None:
    settings = {"stacks": {"a": {"token": "hunter2"}}, "environment": {"ACCOUNT": "acme's"}}
    fleet = make_fleet(
        tmp_path,
        {"a": {"source": "./stacks/a"}, "b": {}},
        {"acme": settings},
        terraform={"environment_allow": ["ACCOUNT"]},
    )
    fleet.stack("a", WORKER.replace("done $MARK", "done $MARK $ACCOUNT") + SECRET)
    worker = {"mark": "acme-a", "desk": str(fleet.desk.folder)}
    fleet.cell("acme", {**settings, "stacks": {"a": {"token": "hunter2", **worker}}})
    cellwright = program(fleet)
    cellwright.commit_all()
    cellwright.run("apply", "--yes").expect(0)

    shutil.rmtree(fleet.root / "stacks/a")
    fleet.cell("acme", {"stacks": {"b": {"enabled": False}}})
    kept = make_fleet(tmp_path / "kept", {"b": {}}, {})
    shutil.copy(kept.root / "fleet.yaml", fleet.root / "fleet.yaml")
    cellwright.commit_all()
    shutil.rmtree(fleet.home / "work")
    shutil.rmtree(cellwright.person / ".cache" / "cellwright" / "fleets")

    planned = cellwright.run("plan", "--destroy").expect(0)
    assert "as applied: source ./stacks/a (" in planned.text
    assert "token from commit" in planned.text
    cellwright.run("apply", "--destroy", "--yes").expect(0)
    assert fleet.desk.count("gone") == {"acme-a": 1, "acme-b": 1}
    assert "hunter2" not in "".join(path.read_text() for path in (fleet.home / "logs").rglob("*.log"))
