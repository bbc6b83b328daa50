import os
from pathlib import Path

import pytest

from cellwright.git.command import GitOutcome, run_git
from cellwright.model.diagnostic import DiagnosticError
from process_ends import ends


@pytest.fixture
def fake_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the file of a program that stands in for git."""
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    return program


def script(program: Path, text: str) -> None:
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(0o755)


def test_an_outcome_is_a_value(tmp_path: Path) -> None:
    outcome = run_git(["hash-object", "--stdin"], environment=os.environ, cwd=tmp_path, text="hello\n")
    assert outcome == GitOutcome(
        ("hash-object", "--stdin"), 0, "ce013625030ba8dba906f756967f9e9ca394464a\n", ""
    )


def test_a_failure_is_an_outcome_until_it_is_checked(tmp_path: Path) -> None:
    outcome = run_git(["rev-parse", "HEAD"], environment=os.environ, cwd=tmp_path)
    assert outcome.code == 128
    with pytest.raises(DiagnosticError) as refusal:
        outcome.checked("no history", "make some")
    (finding,) = refusal.value.diagnostics
    assert finding.summary == "no history"
    assert finding.detail.startswith("make some; git said: fatal: not a git repository")


def test_a_failure_without_words() -> None:
    with pytest.raises(DiagnosticError, match="git said: exit code 3"):
        GitOutcome(("x",), 3, "", "").checked("it failed")


def test_credentials_in_what_git_says_are_left_out() -> None:
    outcome = GitOutcome(
        ("fetch",), 128, "", "fatal: unable to access 'https://me:hunter2@example.com/x.git/'"
    )
    with pytest.raises(DiagnosticError) as refusal:
        outcome.checked("no access")
    assert "hunter2" not in str(refusal.value)
    assert "https://example.com/x.git" in str(refusal.value)


def test_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DiagnosticError, match="git was not found; install git"):
        run_git(["version"], environment=os.environ, cwd=tmp_path)


def test_a_git_that_can_not_be_started(fake_git: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_git.write_text("")
    monkeypatch.setenv("PATH", str(fake_git.parent))
    with pytest.raises(DiagnosticError, match="git could not be started: Permission denied"):
        run_git(["version"], environment=os.environ)


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(DiagnosticError, match="nowhere' does not exist"):
        run_git(["version"], environment=os.environ, cwd=tmp_path / "nowhere")


def test_it_ends_in_time_with_all_that_it_started(fake_git: Path, tmp_path: Path) -> None:
    script(fake_git, f"sleep 600 & echo $! > {tmp_path}/child; wait")
    with pytest.raises(DiagnosticError, match="git fetch did not end within"):
        run_git(["fetch"], environment=os.environ, timeout=3)
    assert ends(int((tmp_path / "child").read_text()))


def test_an_interrupt_leaves_nothing_behind(fake_git: Path, tmp_path: Path) -> None:
    script(fake_git, f"sleep 600 & echo $! > {tmp_path}/child; sleep 0.5; kill -INT $PPID; wait")
    with pytest.raises(KeyboardInterrupt):
        run_git(["fetch"], environment=os.environ)
    assert ends(int((tmp_path / "child").read_text()))


def test_it_never_asks_and_belongs_to_no_repository(fake_git: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/elsewhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/elsewhere/index")
    monkeypatch.setenv("SSH_AUTH_SOCK", "/agent")
    monkeypatch.setenv("GIT_ASKPASS", "/askpass")
    script(fake_git, "env; [ -t 0 ] && echo terminal; cat")
    seen = run_git(["x"], environment=os.environ, added={"ADDED": "yes"}).out.splitlines()
    assert {"GIT_TERMINAL_PROMPT=0", "SSH_AUTH_SOCK=/agent", "GIT_ASKPASS=/askpass", "ADDED=yes"} <= set(seen)
    assert not any(line.startswith(("GIT_DIR=", "GIT_INDEX_FILE=")) for line in seen)
    assert "terminal" not in seen


def test_no_hooks_run(fake_git: Path) -> None:
    script(fake_git, 'echo "$@"')
    assert "core.hooksPath=/dev/null" in run_git(["status"], environment=os.environ).out


def test_bytes_that_are_no_text_survive(fake_git: Path) -> None:
    script(fake_git, r"printf '\377'")
    assert os.fsencode(run_git(["x"], environment=os.environ).out) == b"\xff"
