"""`artifacts:` of fleet.yaml."""

from pathlib import Path

import pytest

from cellwright.fleet.cache.configuration_cache import read_configured
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.fleet import ArtifactSettings
from cellwright.model.diagnostic import Diagnostic

LEVELS = "levels:\n  - {name: base, cells: accounts, stacks: {one: {source: any}}}\n"


def read(tmp_path: Path, text: str) -> tuple[ArtifactSettings | None, tuple[Diagnostic, ...]]:
    (tmp_path / "fleet.yaml").write_text(f"fleet: test\n{text}{LEVELS}")
    for _ in range(2):  # the second time from the cache, if there are no findings
        configuration, findings = read_configured(FleetFiles(tmp_path), tmp_path)
    return configuration.artifacts, findings


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("", None),
        ("artifacts: {url: ../artifacts}\n", ArtifactSettings("../artifacts")),
        ("artifacts: {url: s3://bucket/a, keep: {logs: 60d}}\n", ArtifactSettings("s3://bucket/a", 60)),
        ("artifacts: {url: s3://bucket/a, keep: {logs: 1}}\n", ArtifactSettings("s3://bucket/a", 1)),
    ],
)
def test_what_can_be_said(tmp_path: Path, text: str, settings: ArtifactSettings | None) -> None:
    assert read(tmp_path, text) == (settings, ())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("artifacts: {}\n", "url"),
        ("artifacts: {url: ''}\n", "url"),
        ("artifacts: {url: a, keep: {logs: 60}, plans: 1}\n", "plans"),
        ("artifacts: {url: a, keep: {logs: 2h}}\n", "write a number of days: 60d"),
        ("artifacts: {url: a, keep: {logs: 0}}\n", "logs"),
        ("artifacts: {url: 'sftp://ada:secret@host/x'}\n", "holds no name or password"),
        ("artifacts: {url: '${cell.name}'}\n", "may hold references"),
    ],
)
def test_what_can_not(tmp_path: Path, text: str, told: str) -> None:
    _, findings = read(tmp_path, text)
    assert told in " ".join(map(str, findings))
    assert "ada:" not in " ".join(map(str, findings))
