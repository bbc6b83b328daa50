"""Over every command: what others have planted, or own, is neither obeyed nor changed."""

import ast
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import cellwright
from cellwright.cli.command_files import command_files
from every_command import ELSEWHERE, IN_A_FLEET, answer
from planted import commit_home, plant
from second_user import OTHER, give_away, need_second_user
from unit.app.kit import NOBODY, install_program, make_fleet, put_under_git

_POLICY = 'package house\nimport rego.v1\ndeny contains "no" if input.variables.bad\n'
_TRIAL = """\
package house_test
import rego.v1
test_bad if count(data.house.deny) == 1 with input as {"variables": {"bad": true}}
"""


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    root = tmp_path / "fleet"
    make_fleet(root, acme="{}\n")
    (root / "policies").mkdir()
    (root / "policies" / "rules.rego").write_text(_POLICY)
    (root / "policies" / "rules_test.rego").write_text(_TRIAL)
    put_under_git(root)
    return root


def test_the_list_has_every_command() -> None:
    assert {found.name for found in command_files()} == {found[0] for found in IN_A_FLEET} | set(ELSEWHERE)
    groups = {found.name: found.load() for found in command_files()}
    below = {(name, part) for name, found in groups.items() for part in getattr(found, "commands", ())}
    assert below <= {found[:2] for found in IN_A_FLEET}


def test_nothing_is_taken_from_the_current_folder(tmp_path: Path, fleet: Path) -> None:
    trap = plant(tmp_path / "planted", tmp_path / "marks")
    path = install_program(tmp_path / "bin")
    environment = {
        **NOBODY,
        "PATH": f".::{path}:planted:",
        "PYTHONPATH": ":.:",
        "HOME": ".",
        "XDG_CONFIG_HOME": ".",
        "CELLWRIGHT_ACTOR": "ada",
    }
    for arguments in IN_A_FLEET:
        answer(("--fleet", str(fleet), *arguments), trap.folder, environment)
        assert trap.sprung() == [], arguments
    answer(("init", str(tmp_path / "new")), trap.folder, environment)
    assert trap.sprung() == []


def test_the_trap_works(tmp_path: Path) -> None:
    trap = plant(tmp_path / "planted", tmp_path / "marks")
    subprocess.run([sys.executable, "-c", "import pickle"], cwd=trap.folder, check=True)
    subprocess.run(["git"], cwd=trap.folder, env={"PATH": "."}, check=False)  # noqa: S607  it is what is tried
    assert trap.sprung() == ["git", "pickle"]


def test_every_python_that_is_started_imports_nothing_from_its_folder() -> None:
    source = Path(cellwright.__file__).parent
    texts = (path.read_text() for path in source.rglob("*.py"))
    commands = [found for text in texts if "sys.executable" in text for found in _python_commands(text)]
    assert len(commands) == 3
    assert all(ast.unparse(command[1]) == "'-P'" for command in commands)


def _python_commands(text: str) -> Iterator[list[ast.expr]]:
    """Yield each written list that begins with the interpreter."""
    for node in ast.walk(ast.parse(text)):
        if (
            isinstance(node, ast.List | ast.Tuple)
            and node.elts
            and ast.unparse(node.elts[0]) == "sys.executable"
        ):
            yield node.elts


def test_a_home_that_git_tracks_is_refused(fleet: Path) -> None:
    commit_home(fleet, cache__cells="planted", ledger="planted")
    home = fleet / ".cellwright"
    home.chmod(0o755)
    for arguments in IN_A_FLEET:
        code, text = answer(arguments, fleet, NOBODY)
        assert code == 1, arguments
        assert "is tracked by git" in text, arguments
        assert "git rm -r --cached .cellwright" in " ".join(text.split())
    assert stat.S_IMODE(home.stat().st_mode) == 0o755
    assert sorted(path.name for path in home.iterdir()) == ["cache", "ledger"]


@pytest.mark.parametrize("place", [".cellwright", ".cellwright/work", ".cellwright/logs/R1/client"])
def test_a_home_that_leads_elsewhere_is_refused(tmp_path: Path, fleet: Path, place: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o755)
    (fleet / place).parent.mkdir(parents=True, exist_ok=True)
    (fleet / place).symlink_to(elsewhere)
    # Who opens a home looks at all of it: every command is tried with one place.
    for arguments in IN_A_FLEET if place == ".cellwright" else (("check",), ("status",), ("apply", "--yes")):
        code, text = answer(arguments, fleet, NOBODY)
        assert code == 1, arguments
        assert "is a symbolic link" in text, arguments
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o755
    assert not list(elsewhere.iterdir())


def test_a_fleet_of_another_user_is_refused(fleet: Path) -> None:
    need_second_user()
    give_away(fleet)
    for arguments in IN_A_FLEET:
        code, text = answer(arguments, fleet, NOBODY)
        assert code == 1, arguments
        assert f"belongs to user {OTHER}" in text, arguments


@pytest.mark.parametrize("allowed", [{"CELLWRIGHT_SAFE_FLEETS": "*"}, {"SUDO_UID": str(OTHER)}])
def test_a_fleet_of_another_user_can_be_allowed(fleet: Path, allowed: dict[str, str]) -> None:
    need_second_user()
    (fleet / ".cellwright").mkdir()
    give_away(fleet)
    for arguments in (("check",), ("status",), ("prune", "--yes")):
        code, text = answer(arguments, fleet, {**NOBODY, **allowed})
        assert code == 0, text


def test_git_s_own_list_of_safe_folders_counts_but_not_the_fleet_s(tmp_path: Path, fleet: Path) -> None:
    need_second_user()
    subprocess.run(["git", "config", "safe.directory", "*"], cwd=fleet, check=True)  # noqa: S607  the machine's
    give_away(fleet)
    environment = {**NOBODY, "HOME": str(tmp_path)}
    assert answer(("check",), fleet, environment)[0] == 1
    (tmp_path / ".gitconfig").write_text(f"[safe]\n\tdirectory = {fleet}\n")
    assert answer(("check",), fleet, environment)[0] == 0


def test_a_settings_file_or_a_folder_above_of_another_user_is_refused(fleet: Path) -> None:
    need_second_user()
    for place in (fleet / "fleet.yaml", fleet.parent):
        os.chown(place, OTHER, OTHER)
        code, text = answer(("check",), fleet, NOBODY)
        assert (code, f"{place} belongs to" in " ".join(text.split())) == (1, True)
        os.chown(place, 0, 0)
    assert answer(("check",), fleet, NOBODY)[0] == 0
