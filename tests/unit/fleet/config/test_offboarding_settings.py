"""`offboarding:` of fleet.yaml: what it says, and what it can't say."""

from pathlib import Path

import pytest

from cellwright.model.settings.offboarding_settings import DAY, ExportSettings, OffboardingSettings
from unit.fleet.workbench import THREE_LEVELS, load, told

REST: dict[str, str | bytes] = {"defaults/client.yaml": "{}", "clients/.keep": ""}


def read(tmp_path: Path, text: str) -> tuple[OffboardingSettings, list[str]]:
    fleet = load(tmp_path, {**REST, "fleet.yaml": f"{THREE_LEVELS}offboarding: {text}\n"})
    return fleet.offboarding, list(told(fleet))


def test_by_default_a_hold_lasts_thirty_days_and_may_not_be_shortened(tmp_path: Path) -> None:
    fleet = load(tmp_path, {**REST, "fleet.yaml": THREE_LEVELS})
    assert fleet.offboarding == OffboardingSettings(hold=30 * DAY)


def test_all_that_it_can_say(tmp_path: Path) -> None:
    text = "{hold: 14d, shortest: 12h, approvers: 2, export: {command: [./export.sh, x], timeout: 2h}}"
    found, findings = read(tmp_path, text)
    assert not findings
    export = ExportSettings(command=("./export.sh", "x"), timeout=7200)
    assert found == OffboardingSettings(hold=14 * DAY, shortest=43_200, approvers=2, export=export)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{hold: -1d}", "'hold' can't be '-1d'"),
        ("{hold: 400d}", "'hold' can't be '400d'"),
        ("{hold: forever}", "'hold' can't be 'forever'"),
        ("{hold: true}", "'hold' can't be 'True'"),
        ("{hold: 1d, shortest: 2d}", "'offboarding' can't be"),
        ("{approvers: -1}", "'approvers' can't be '-1'"),
        ("{approvers: 10}", "'approvers' can't be '10'"),
        ("{export: {}}", "'command' is missing"),
        ("{export: {command: []}}", "'command' can't be an empty list"),
        ("{export: {command: [a], timeout: 48h}}", "'timeout' can't be '48h'"),
        ("{hodl: 1d}", "unknown key 'hodl'"),
        ("3", "'offboarding' must be a mapping"),
    ],
)
def test_what_it_can_t_say_is_found_and_nothing_is_made_of_it(
    tmp_path: Path, text: str, expected: str
) -> None:
    found, findings = read(tmp_path, text)
    assert any(expected in finding for finding in findings), findings
    assert found == OffboardingSettings(), "no shorter hold by a fault"
