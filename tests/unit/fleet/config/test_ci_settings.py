"""`ci:` of fleet.yaml: what it says, and what it can't say, as it becomes part of shell lines."""

from pathlib import Path

import pytest

from cellwright.fleet.cache.configuration_cache import read_configured
from cellwright.fleet.config.files import FleetFiles
from cellwright.model.settings.ci_settings import CiSettings
from unit.fleet.workbench import THREE_LEVELS

ROLES = "roles: {plan: 'arn:aws:iam::111122223333:role/a', apply: 'arn:aws:iam::111122223333:role/b'}"


def read(tmp_path: Path, text: str) -> tuple[CiSettings | None, list[str]]:
    (tmp_path / "fleet.yaml").write_text(f"{THREE_LEVELS}ci: {text}\n")
    found, findings = read_configured(FleetFiles(tmp_path), tmp_path / "cache")
    again, _ = read_configured(FleetFiles(tmp_path), tmp_path / "cache")
    assert again.operating() == found.operating(), "as it is kept"
    return found.operating().ci, [str(item) for item in findings]


def test_all_that_it_can_say(tmp_path: Path) -> None:
    more = "branch: release/1, environment: production, secrets: {B: b, A: a}, image: x/y@sha256:" + "0" * 64
    found, findings = read(
        tmp_path,
        f"{{region: us-gov-west-1, {ROLES}, {more}, runner: [one], session: 2h, drift: 1 2 * * 1-5, "
        "comment_token: medloop/comments}",
    )
    assert not findings
    assert found == CiSettings(
        region="us-gov-west-1",
        plan_role="arn:aws:iam::111122223333:role/a",
        apply_role="arn:aws:iam::111122223333:role/b",
        branch="release/1",
        secrets={"A": "a", "B": "b"},
        image="x/y@sha256:" + "0" * 64,
        runner=("one",),
        comment_token="medloop/comments",
        session=7200,
        drift="1 2 * * 1-5",
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{region: us-east-1}", "'roles' is missing"),
        (f"{{{ROLES}}}", "'region' is missing"),
        (f'{{region: us-east-1, {ROLES}, branch: "main; id"}}', "'branch' can't be"),
        (f'{{region: us-east-1, {ROLES}, branch: "a\\nb"}}', "'branch' can't be"),
        (f"{{region: us-east-1, {ROLES}, branch: a/../b}}", "'branch' can't be"),
        (f"{{region: us-east-1, {ROLES}, environment: '\"'}}", "'environment' can't be"),
        (f"{{region: us-east-1, {ROLES}, secrets: {{a: b}}}}", "'a' can't be a name"),
        (f"{{region: us-east-1, {ROLES}, secrets: {{A: $(id)}}}}", "can't be '$(id)'"),
        (f"{{region: us-east-1, {ROLES}, image: 'a b'}}", "'image' can't be"),
        (f"{{region: us-east-1, {ROLES}, comment_token: glpat-$(id)}}", "'comment_token' can't be"),
        (f"{{region: us-east-1, {ROLES}, runner: ['a, b']}}", "can't be 'a, b'"),
        (f"{{region: us-east-1, {ROLES}, drift: hourly}}", "'drift' can't be"),
        (f"{{region: us-east-1, {ROLES}, drift: '61 3 * * *'}}", "'drift' can't be"),
        (f"{{region: us-east-1, {ROLES}, drift: '* * * * *\\n'}}", "'drift' can't be"),
        ("{region: us-east-1, roles: {plan: me, apply: me}}", "'plan' can't be 'me'"),
        (f"{{region: us-east-1, {ROLES}, session: 13h}}", "'session' can't be '13h'"),
        (f"{{region: us-east-1, {ROLES}, token: x}}", "unknown key 'token'"),
        ("3", "'ci' must be a mapping"),
    ],
)
def test_what_it_can_t_say_is_found_and_nothing_is_made_of_it(
    tmp_path: Path, text: str, expected: str
) -> None:
    found, findings = read(tmp_path, text)
    assert any(expected in finding for finding in findings), findings
    assert any(finding.startswith("fleet.yaml:") for finding in findings)
    assert found is None
