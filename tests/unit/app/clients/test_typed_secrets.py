"""A secret that is typed into `onboard --set` is refused before it is committed."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from cellwright.app.clients.onboarding import onboard as use_case
from cellwright.app.clients.onboarding.onboard import OnboardRequest, onboard
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.value import Json
from unit.app.kit import ADA, make_fleet, make_run, open_session, put_under_git

SECRET = "canary-7Qx2"
SOURCES = "terraform: {environment_allow: [API_TOKEN]}\nsecrets:\n  vault: {type: environment, allow: [PW]}\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("choose_units", "start", "perform_with_moves"):
        monkeypatch.setattr(use_case, name, lambda *_: make_run("r"))
    monkeypatch.setattr(use_case, "RunTask", lambda **_: None)
    root = tmp_path / "fleet"
    make_fleet(root, acme="{}")
    (root / "fleet.yaml").write_text((root / "fleet.yaml").read_text() + SOURCES)
    put_under_git(root)
    return root


def add(root: Path, settings: Mapping[str, Json]) -> None:
    with open_session(root) as session:
        onboard(session, ADA, OnboardRequest(name="globex", settings=settings), Conversation())


def commits(root: Path) -> int:
    done = subprocess.run(
        ["git", "log", "--oneline", "--all"],  # noqa: S607  whichever the machine has
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    )
    return len(done.stdout.splitlines())


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"stacks": {"app": {"password": SECRET}}}, "stacks.app.password"),
        ({"stacks": {"app": {"password": 7492}}}, "stacks.app.password"),
        ({"db": {"pw": SECRET}, "stacks": {"app": {"password": "${cell.db.pw}"}}}, "db.pw"),
        ({"pw": SECRET, "stacks": {"app": {"password": "x-${cell.pw}"}}}, "pw"),
        ({"environment": {"API_TOKEN": SECRET}}, "environment.API_TOKEN"),
    ],
)
def test_it_is_neither_written_nor_repeated(root: Path, settings: Mapping[str, Json], named: str) -> None:
    with pytest.raises(DiagnosticError) as caught:
        add(root, settings)
    [found] = caught.value.diagnostics
    assert found.summary.startswith(f"'{named}' is sensitive")
    assert "change the secret" in found.detail
    assert SECRET not in str(found)
    assert not (root / "clients/globex").exists()
    assert commits(root) == 1
    with open_session(root) as session:
        cache = session.home.cache
    files = [*root.rglob("*"), *cache.rglob("*")]
    kept = [path for path in files if path.is_file() and SECRET.encode() in path.read_bytes()]
    assert kept == []


def test_a_reference_is_offered_and_taken(root: Path) -> None:
    with pytest.raises(DiagnosticError, match=r"--set stacks.app.password='\$\{secret.SOURCE.NAME\}'"):
        add(root, {"stacks": {"app": {"password": SECRET}}})
    add(root, {"stacks": {"app": {"password": "${secret.vault.PW}", "size": 3}}, "tier": "gold"})
    assert "${secret.vault.PW}" in (root / "clients/globex/client.yaml").read_text()
    assert commits(root) == 2
