"""Where units run on several machines, nothing may lie on one of them alone."""

from pathlib import Path

import pytest

from cellwright.model.diagnostic import DiagnosticError
from unit.app.kit import FLEET, make_fleet, open_session, put_under_git

SHARED = "state: {backend: http, config: {address: 'https://states.example.com/${unit.address}'}}\n"


def findings(root: Path, text: str, *, git: bool = True) -> list[str]:
    make_fleet(root, acme="{}\n")
    (root / "fleet.yaml").write_text(f"{FLEET}{text}")
    if git:
        put_under_git(root)
    return [str(item) for item in open_session(root).snapshot().fleet.diagnostics]


def test_one_machine_may_have_everything(tmp_path: Path) -> None:
    assert findings(tmp_path / "a", "workers: one\n") == []
    assert findings(tmp_path / "b", "") == []


def test_what_all_machines_reach(tmp_path: Path) -> None:
    assert findings(tmp_path, f"workers: many\n{SHARED}") == []


def test_local_states(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, "workers: many\nstate: {backend: local}\n")
    assert found.startswith("fleet.yaml:11:8: error: `workers: many` says that units run on several machines")
    assert "states of the backend `local` lie on one; name a backend that all of them reach" in found
    with pytest.raises(DiagnosticError, match="states of the backend `local`"):
        open_session(tmp_path).usable()


def test_local_states_are_the_default(tmp_path: Path) -> None:
    assert "`local`" in findings(tmp_path, "workers: many\n")[0]


def test_stacks_outside_of_the_repository(tmp_path: Path) -> None:
    root = tmp_path / "fleet"
    text = FLEET.replace("extra: {source: ./stack", "extra: {source: ../elsewhere")
    make_fleet(root, acme="{}\n")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/main.tf").write_text('output "id" { value = "x" }\n')
    (root / "link").symlink_to(tmp_path / "elsewhere")
    (root / "fleet.yaml").write_text(f"{text}workers: many\n{SHARED}")
    put_under_git(root)
    (found,) = (str(item) for item in open_session(root).snapshot().fleet.diagnostics)
    assert "the stack 'extra' lies outside of the repository; move it into the repository" in found
    assert found.startswith("fleet.yaml:9:")


def test_a_fleet_outside_of_git(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, f"workers: many\n{SHARED}", git=False)
    assert "is not in a git repository; workers get the fleet from one" in found


def test_artifacts_in_a_folder_beside_the_fleet(tmp_path: Path) -> None:
    for url, amount in (("../artifacts", 1), ("/shared/artifacts", 0), ("s3://bucket/x", 0)):
        text = f"workers: many\nartifacts: {{url: '{url}'}}\n{SHARED}"
        found = findings(tmp_path / url.replace("/", "_"), text)
        assert len(found) == amount, url
        assert all("the folder '../artifacts' is another one on each" in item for item in found)


def test_neither_one_nor_many(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, "workers: 3\n")
    assert "workers" in found
    assert "one" in found
