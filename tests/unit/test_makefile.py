"""`make install` says on one line what each step does, and nothing else."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_each_step_of_the_installation_is_announced_and_no_command_is_printed(tmp_path: Path) -> None:
    recipe = (ROOT / "Makefile").read_text().split("$(STAMP): pyproject.toml")[1].split("\n\n")[0]
    lines = recipe.splitlines()[1:]
    assert lines
    assert all(line.startswith("\t@") for line in lines)
    shown = subprocess.run(
        ["make", "--dry-run", "install", f"VENV={tmp_path / 'venv'}"],  # noqa: S607  whichever the machine has
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    told = [line.split('"')[1][:3] for line in shown.splitlines() if line.startswith('echo "')]
    assert told == ["1/4", "2/4", "3/4", "4/4", "don"]
