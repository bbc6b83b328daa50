"""`drift:` of fleet.yaml: what it says, and every way to say it wrong, each with its place."""

from pathlib import Path

import pytest

from cellwright.fleet.cache.configuration_cache import read_configured
from cellwright.fleet.config.files import FleetFiles
from cellwright.model.settings.drift_settings import DriftSettings
from unit.fleet.workbench import write

BASE = """\
fleet: test
levels:
  - {name: client, cells: clients, stacks: {app: {source: any}}}
drift:
"""
NIGHTLY = '{name: nightly, cells: "client/*", cron: "0 2 * * *", zone: Europe/Zurich, window: 6h}'


def read(tmp_path: Path, text: str, cache: Path | None = None) -> tuple[DriftSettings | None, list[str]]:
    write(tmp_path, {"fleet.yaml": text})
    configuration, findings = read_configured(FleetFiles(tmp_path), cache)
    return configuration.operating().drift, [str(item) for item in findings]


def test_nothing_has_to_be_said(tmp_path: Path) -> None:
    assert read(tmp_path, BASE.replace("drift:\n", "")) == (DriftSettings(), [])


def test_everything_can_be_said_and_is_kept(tmp_path: Path) -> None:
    text = f"{BASE}  schedules: [{NIGHTLY}]\n  budget: {{units_per_hour: 200}}\n"
    found, findings = read(tmp_path, text, tmp_path / "cache")
    assert not findings
    assert found is not None
    [nightly] = found.schedules
    assert (nightly.name, nightly.cells, nightly.zone, nightly.window) == (
        "nightly",
        ("client/*",),
        "Europe/Zurich",
        21_600,
    )
    assert found.units_per_hour == 200
    assert read(tmp_path, text, tmp_path / "cache") == (found, [])


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        (NIGHTLY.replace("0 2 * * *", "0 25 * * *"), "fleet.yaml:5:56: error: 'cron' can't be '0 25 * * *'"),
        (NIGHTLY.replace("0 2 * * *", "@daily"), "write five fields"),
        (NIGHTLY.replace("0 2 * * *", "0 0 30 2 *"), "'cron' can't be '0 0 30 2 *'"),
        (NIGHTLY.replace("Zurich", "Zurch"), "there is no such time zone"),
        (NIGHTLY.replace("6h", "25h"), "make it 23h at the most"),
        (NIGHTLY.replace("6h", "6 hours"), "a duration is a number of seconds"),
        (NIGHTLY.replace("6h", "0"), "'window' can't be '0'"),
        (NIGHTLY.replace("6h", "59s"), "a window is a minute long at the least"),
        (NIGHTLY.replace(", window: 6h", ""), "'window' is missing"),
        (NIGHTLY.replace('"client/*"', '""'), "it is empty"),
        (NIGHTLY.replace("zone:", "zonne:"), "unknown key 'zonne'"),
        (f"{NIGHTLY}, {NIGHTLY}", "there are two schedules 'nightly'"),
    ],
)
def test_a_schedule_that_can_t_be_is_told_and_nothing_is_looked_at(
    tmp_path: Path, schedule: str, said: str
) -> None:
    found, findings = read(tmp_path, f"{BASE}  schedules: [{schedule}]\n")
    assert found is None
    assert len(findings) == 1, findings
    assert said in findings[0]
    assert findings[0].startswith("fleet.yaml:5:")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("0", "with 0 nothing would ever be looked at"),
        ("-3", "greater than 0"),
        ("2000000", "less than or equal to 1000000"),
        ("many", "a whole number"),
        ("true", "a whole number"),
    ],
)
def test_a_budget_that_can_t_be_is_told_and_nothing_is_looked_at(
    tmp_path: Path, value: str, said: str
) -> None:
    found, findings = read(tmp_path, f"{BASE}  budget: {{units_per_hour: {value}}}\n")
    assert found is None
    assert len(findings) == 1
    assert said in findings[0]
    assert findings[0].startswith("fleet.yaml:5:")
