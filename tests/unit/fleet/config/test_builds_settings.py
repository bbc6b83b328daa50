"""`builds:` of fleet.yaml: whose builds are believed, and what would let in strangers."""

from pathlib import Path

import pytest

from cellwright.fleet.cache.configuration_cache import read_configured
from cellwright.fleet.config.files import FleetFiles
from cellwright.model.settings.build_settings import BuildSettings
from unit.fleet.workbench import THREE_LEVELS

GITHUB = "issuer: https://token.actions.githubusercontent.com"


def read(tmp_path: Path, text: str) -> tuple[BuildSettings | None, list[str]]:
    (tmp_path / "fleet.yaml").write_text(f"{THREE_LEVELS}builds: {text}\n")
    found, findings = read_configured(FleetFiles(tmp_path), tmp_path / "cache")
    again, _ = read_configured(FleetFiles(tmp_path), tmp_path / "cache")
    assert again.builds == found.builds, "as it is kept"
    return found.builds, [str(item) for item in findings]


def test_what_it_can_say(tmp_path: Path) -> None:
    found, findings = read(
        tmp_path,
        f"{{required: true, issuers: [{{{GITHUB}, subjects: ['repo:medloop/fleet:*', 'repo:m/a.b:x']}}]}}",
    )
    assert not findings
    assert found is not None
    (issuer,) = found.issuers
    assert (found.required, issuer.audience) == (True, "cellwright")
    assert issuer.takes("repo:medloop/fleet:ref:refs/heads/main")
    assert not issuer.takes("repo:medloop/fleets:ref:refs/heads/main")
    assert not issuer.takes("a repo:medloop/fleet:x")
    assert not issuer.takes("repo:m/aXb:x")


def test_without_it_no_build_is_verified_and_none_demanded(tmp_path: Path) -> None:
    (tmp_path / "fleet.yaml").write_text(THREE_LEVELS)
    found, _ = read_configured(FleetFiles(tmp_path), tmp_path / "cache")
    assert found.builds == BuildSettings()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{required: true}", "`required` needs `issuers`"),
        (f"{{issuers: [{{{GITHUB}}}]}}", "'subjects' is missing"),
        (f"{{issuers: [{{{GITHUB}, subjects: []}}]}}", "list at least one"),
        (f"{{issuers: [{{{GITHUB}, subjects: ['*']}}]}}", "would let in every build"),
        (f"{{issuers: [{{{GITHUB}, subjects: ['repo:*']}}]}}", "builds of strangers"),
        ("{issuers: [{issuer: https://gitlab.com, subjects: ['project_path:*']}]}", "builds of strangers"),
        ("{issuers: [{issuer: http://ci.example.com, subjects: [a]}]}", "others could read along"),
        ("{issuers: [{issuer: ci, subjects: [a]}]}", "'issuer' can't be"),
        (f"{{issuers: [{{{GITHUB}, subjects: [a/b], audience: 'a b'}}]}}", "'audience' can't be"),
        (f"{{issuers: [{{{GITHUB}, subjects: [a/b]}}, {{{GITHUB}, subjects: [a/c]}}]}}", "named twice"),
        ("{demanded: true}", "unknown key 'demanded'"),
    ],
)
def test_what_would_let_in_others_is_refused_and_nothing_is_believed(
    tmp_path: Path, text: str, expected: str
) -> None:
    found, findings = read(tmp_path, text)
    assert found is None
    assert any(expected in item for item in findings), findings
    assert all(item.startswith("fleet.yaml:") for item in findings)
