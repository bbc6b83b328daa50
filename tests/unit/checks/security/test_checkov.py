"""checkov, when it is not there, crashes, prints nothing of use, or does not end."""

import os
from pathlib import Path

import pytest

from cellwright.checks.security.checkov import VARIABLE, find_checkov, judge
from cellwright.checks.security.report import Report
from cellwright.model.diagnostic import DiagnosticError
from patience import PATIENCE
from process_ends import ends

EMPTY = '{"passed": 0, "failed": 0, "resource_count": 0}'


def installed(folder: Path, script: str) -> str:
    program = folder / "checkov"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return str(program)


def judged(folder: Path, script: str, longest: float = PATIENCE) -> Report:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "AWS_SECRET_ACCESS_KEY": "secret",
        "BC_API_KEY": "x",
    }
    return judge(installed(folder, script), folder, environment, longest)


def test_it_is_found_on_the_path_or_by_its_name(tmp_path: Path) -> None:
    program = installed(tmp_path, "exit 0")

    assert find_checkov({"PATH": str(tmp_path)}) == program
    assert find_checkov({"PATH": "", VARIABLE: program}) == program


def test_where_it_is_not_the_person_reads_how_to_install_it(tmp_path: Path) -> None:
    with pytest.raises(DiagnosticError, match=r"not on the PATH.*pipx install checkov==3"):
        find_checkov({"PATH": str(tmp_path)})
    with pytest.raises(DiagnosticError, match=f"{VARIABLE} names no program: nowhere"):
        find_checkov({"PATH": str(tmp_path), VARIABLE: "nowhere"})


@pytest.mark.parametrize("code", [0, 1])
def test_it_is_asked_offline_and_without_credentials(tmp_path: Path, code: int) -> None:
    script = f"env > {tmp_path}/seen; echo \"$@\" >> {tmp_path}/seen; echo '{EMPTY}'; exit {code}"

    assert judged(tmp_path, script) == Report()

    seen = (tmp_path / "seen").read_text()
    assert "secret" not in seen
    assert "BC_API_KEY" not in seen
    assert "--skip-download" in seen
    assert f"--directory {tmp_path}" in seen


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo 'KeyError: x' >&2; exit 2", "exit code 2; it said: KeyError: x"),
        ("exit 0", r"it printed no report \(nothing was printed\); it said nothing"),
        ("echo hello", "it printed no report"),
        (f"echo '{EMPTY[:-1]}'", "it printed no report"),
        ("kill -9 $$", "was killed by signal 9"),
    ],
)
def test_what_is_no_report_is_refused_with_what_it_said(tmp_path: Path, script: str, said: str) -> None:
    with pytest.raises(DiagnosticError, match=said):
        judged(tmp_path, script)


def test_one_that_takes_for_ever_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    script = f"sleep 1000 & echo $! > {tmp_path}/child; wait"

    with pytest.raises(DiagnosticError, match="has not ended within 2 s; nothing is known"):
        judged(tmp_path, script, 2)

    assert ends(int((tmp_path / "child").read_text()))


def test_one_that_can_not_be_started_is_told(tmp_path: Path) -> None:
    program = tmp_path / "checkov"
    program.write_text("not a program")

    with pytest.raises(DiagnosticError, match="can't be started"):
        judge(str(program), tmp_path, {"PATH": ""})
