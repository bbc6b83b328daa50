"""The hooks, run by the real pre-commit, in a fleet under git."""

import os
import subprocess
import sys
from pathlib import Path

from e2e.kit.program import SCRIPT
from unit.app.kit import NOBODY, make_fleet, put_under_git

HOOKS = Path(__file__).parents[3] / ".pre-commit-hooks.yaml"


def pre_commit(root: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {
        **os.environ,
        "XDG_CACHE_HOME": NOBODY["XDG_CACHE_HOME"],
        "PATH": f"{SCRIPT.parent}:{os.environ['PATH']}",
        "PRE_COMMIT_HOME": str(root.parent / "pre-commit"),
        "CELLWRIGHT_FETCH": "off",
    }
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", *arguments],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def test_hooks_format_and_check_what_is_committed(tmp_path: Path) -> None:
    root = tmp_path / "fleet"
    make_fleet(root, acme="stacks:\n    app: {sise: 3}\n")
    # As the repository's own hooks, but with the Cellwright that is here: nothing is installed.
    hooks = HOOKS.read_text().replace("language: python", "language: system").replace("\n", "\n      ")
    lines = [line for line in hooks.splitlines() if not line.lstrip().startswith("#")]
    (root / ".pre-commit-config.yaml").write_text(
        "repos:\n  - repo: local\n    hooks:\n" + "\n".join(lines).rstrip() + "\n"
    )
    put_under_git(root)
    checked = pre_commit(root, "validate-manifest", str(HOOKS))
    assert checked.returncode == 0, checked.stdout + checked.stderr
    ran = pre_commit(root, "run", "--all-files")
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "files were modified by this hook" in ran.stdout
    assert "stack 'app' has no input 'sise'" in ran.stdout
    (root / "clients" / "acme.yaml").write_text("stacks:\n  app: {size: 3}\n")
    again = pre_commit(root, "run", "--all-files")
    assert again.returncode == 0, again.stdout + again.stderr
