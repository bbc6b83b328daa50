"""`rollouts:`, `checks:` and `freezes:` of fleet.yaml: what they say, and every way to say it wrong."""

from pathlib import Path

import pytest

from cellwright.fleet.cache import operating_cache
from cellwright.fleet.cache.configuration_cache import read_configured
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.yaml import reader
from cellwright.model.settings.rollout_settings import Amount, RolloutsSettings
from unit.fleet.workbench import write

BASE = """\
fleet: test
levels:
  - {name: client, cells: clients, stacks: {app: {source: any}}}
"""
WHOLE = (
    BASE
    + """\
rollouts:
  standard:
    order_by: [order, name]
    max_failures: 0
    waves:
      - {name: canary, cells: "ring=canary", max_parallel: 1, bake: 1h, after: [{check: smoke}]}
      - {name: early, cells: [ring=early, client/eu-*], max_parallel: 25%, bake: 2d, after: [approval]}
      - name: general
        cells: "*"
        size: 20%
        max_parallel: 10
        max_failures: 2%
        min_finished: 20
        failure_mode: soft
        deadline: 30m
        before: [{time: "22:00-05:00", zone: Europe/Zurich}]
checks:
  smoke: {command: [./checks/smoke.sh, "${cell.name}"], timeout: 5m}
  page: {http: "https://${cell.name}.example.com/health", status: [200, 204]}
  bells: {alarms: ["${cell.name}-errors"], region: eu-west-1}
freezes:
  - {cells: "tier=gold", from: 2026-12-20, to: 2027-01-02, zone: Europe/Zurich, reason: year's end}
"""
)


def read(tmp_path: Path, text: str) -> tuple[RolloutsSettings | None, list[str]]:
    write(tmp_path, {"fleet.yaml": text})
    configuration, findings = read_configured(FleetFiles(tmp_path), None)
    return configuration.operating().rollouts, [str(item) for item in findings]


def test_nothing_has_to_be_said(tmp_path: Path) -> None:
    assert read(tmp_path, BASE) == (RolloutsSettings(), [])


def test_everything_can_be_said(tmp_path: Path) -> None:
    found, findings = read(tmp_path, WHOLE)
    assert not findings
    assert found is not None
    strategy = found.strategies["standard"]
    canary, early, general = strategy.waves
    assert (strategy.order_by, strategy.max_failures, strategy.failure_mode) == (
        ("order", "name"),
        Amount(0),
        "strict",
    )
    assert (canary.cells, canary.max_parallel, canary.bake) == (("ring=canary",), Amount(1), 3600)
    assert [str(step) for step in canary.after] == ["check smoke"]
    assert (early.cells, early.max_parallel) == (("ring=early", "client/eu-*"), Amount(25, is_percent=True))
    assert [str(step) for step in early.after] == ["approval"]
    assert early.bake == 2 * 86_400
    assert general.takes_rest
    assert (general.size, general.max_failures, general.min_finished) == (
        Amount(20, is_percent=True),
        Amount(2, is_percent=True),
        20,
    )
    assert (general.failure_mode, general.deadline) == ("soft", 1800)
    assert [str(step) for step in general.before] == ["time 22:00-05:00 Europe/Zurich"]
    assert general.position.line == 11
    assert found.checks["smoke"].command == ("./checks/smoke.sh", "${cell.name}")
    assert (found.checks["smoke"].timeout, found.checks["page"].status) == (300, (200, 204))
    assert (found.checks["bells"].kind, found.checks["bells"].region) == ("alarms", "eu-west-1")
    freeze = found.freezes[0]
    assert (freeze.begin, freeze.end) == ("2026-12-20T00:00:00+01:00", "2027-01-03T00:00:00+01:00")


def test_what_is_read_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"fleet.yaml": WHOLE})
    first, findings = read_configured(FleetFiles(tmp_path), tmp_path / "cache")
    assert (tmp_path / "cache" / "configuration").exists()
    monkeypatch.delattr(f"{reader.__name__}.read_document")
    again = read_configured(FleetFiles(tmp_path), tmp_path / "cache")
    assert again == (first, findings)
    assert again[0].operating() == first.operating()


def test_what_classes_of_another_version_wrote_is_read_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"fleet.yaml": WHOLE})
    with monkeypatch.context() as earlier:
        earlier.setattr(f"{operating_cache.__name__}.pack_operating", lambda _: ("other classes", ()))
        first, _ = read_configured(FleetFiles(tmp_path), tmp_path / "cache")
    again, _ = read_configured(FleetFiles(tmp_path), tmp_path / "cache")
    assert again.operating() == first.operating()


def with_wave(more: str, strategy: str = "") -> str:
    return f"{BASE}rollouts:\n  it:\n{strategy}    waves:\n      - {{name: one, cells: '*'{more}}}\n"


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        (with_wave(", max_parallel: 0"), "7:47", "can't be '0'; at least one cell is needed"),
        (with_wave(", max_parallel: 0%"), "7:47", "a percentage is from 1% to 100%"),
        (with_wave(", max_parallel: 101%"), "7:47", "a percentage is from 1% to 100%"),
        (with_wave(", max_parallel: -3"), "7:47", "it can't be negative"),
        (with_wave(", max_parallel: 1.5"), "7:47", "write a number of cells, or a percentage"),
        (with_wave(", max_parallel: true"), "7:47", "write a number of cells, or a percentage"),
        (with_wave(", max_failures: -1"), "7:47", "it can't be negative"),
        (with_wave(", max_failures: 0%"), "7:47", "a percentage is from 1% to 100%"),
        (with_wave(", size: 0"), "7:39", "at least one cell is needed"),
        (with_wave(", min_finished: -1"), "7:47", "greater than or equal to 0"),
        (with_wave(", min_finished: 5"), "7:47", "`min_finished` belongs to a percentage"),
        (with_wave("", "    min_finished: 5\n"), "6:19", "`min_finished` belongs to a percentage"),
        (with_wave(", bake: forever"), "7:39", "a duration is a number of seconds"),
        (with_wave(", bake: 0"), "7:39", "greater than 0"),
        (with_wave(", bake: 31d"), "7:39", "less than or equal to 2592000"),
        (with_wave(", deadline: 8d"), "7:43", "less than or equal to 604800"),
        (with_wave(", failure_mode: hard"), "7:47", "'soft' or 'strict'"),
        (with_wave(", after: [{check: smoke}]"), "7:49", "there is no check 'smoke'"),
        (with_wave(", after: [pray]"), "7:41", "must be a mapping, not a string"),
        (with_wave(", after: [{}]"), "7:41", "a step is one of `approval`"),
        (with_wave(", after: [{check: a, approval: true}]"), "7:41", "a step is one of `approval`"),
        (with_wave(", before: [{time: noon}]"), "7:49", "write a part of the day"),
        (with_wave(", before: [{time: '22:00-22:00'}]"), "7:49", "it begins when it ends"),
        (with_wave(", before: [{time: '22:00-05:00', zone: Mars/Olympus}]"), "7:70", "no such time zone"),
        (with_wave(", before: [{approval: true, zone: UTC}]"), "7:42", "only a `time` has a `zone`"),
        (with_wave("}\n      - {name: one, cells: ring=a"), "8:16", "'it' has two waves 'one'"),
        (with_wave("}\n      - {name: two, cells: '*'"), "8:28", "takes the rest, as 'one' does"),
        (with_wave("}\n      - {name: two, cells: ['a=b', '']"), "8:36", "it is empty"),
        (with_wave("}\n      - {name: two, cells: 'a=b,'"), "8:28", "it is empty"),
        (with_wave("}\n      - {name: two, cells: '=b'"), "8:28", "name a key before '='"),
        (with_wave("}\n      - {name: two, cells: []"), "8:28", "list at least one"),
        (with_wave(", what: 1"), "7:33", "unknown key 'what'"),
        (f"{BASE}rollouts:\n  it: {{waves: []}}\n", "5:15", "list at least one"),
        (f"{BASE}rollouts:\n  it: {{}}\n", "5:7", "'waves' is missing"),
        (
            f"{BASE}rollouts: {{it: {{waves: [{{name: a, cells: ['*', 'a=b']}}]}}}}\n",
            "4:42",
            "nothing can stand beside",
        ),
    ],
)
def test_a_fault_in_a_strategy(tmp_path: Path, text: str, place: str, told: str) -> None:
    found, findings = read(tmp_path, text)
    assert found is None
    assert findings
    assert told in findings[0]
    assert findings[0].startswith(f"fleet.yaml:{place}: error: ")


@pytest.mark.parametrize(
    ("check", "told"),
    [
        ("{}", "a check is one of `command`, `http` and `alarms`"),
        ("{command: [a], http: 'https://a.example'}", "a check is one of"),
        ("{command: []}", "list at least one"),
        ("{command: [a], timeout: 2h}", "less than or equal to 3600"),
        ("{command: [a], timeout: 0}", "greater than 0"),
        ("{command: ['${output.base.network.id}']}", "references to its cell only"),
        ("{command: [a], status: 200}", "only `http` has a `status`"),
        ("{command: [a], region: eu-west-1}", "only `alarms` have a `region`"),
        ("{http: ftp://a.example}", "'http' can't be"),
        ("{http: 'https://a.example', status: [99]}", "greater than or equal to 100"),
        ("{alarms: []}", "list at least one"),
    ],
)
def test_a_fault_in_a_check(tmp_path: Path, check: str, told: str) -> None:
    found, findings = read(tmp_path, f"{BASE}checks:\n  it: {check}\n")
    assert found is None
    assert findings
    assert told in findings[0]
    assert "fleet.yaml:5:" in findings[0]


@pytest.mark.parametrize(
    ("freeze", "told"),
    [
        ("{cells: '*', from: 2026-13-01, to: 2027-01-01, reason: x}", "write a day, or a day and a time"),
        ("{cells: '*', from: 2027-01-02, to: 2027-01-01, reason: x}", "the freeze ends before it begins"),
        ("{cells: '*', from: 2026-12-01, to: 2027-01-01}", "'reason' is missing"),
        ("{cells: '*', from: 2026-12-01, to: 2027-01-01, reason: x, zone: Mars}", "no such time zone"),
        ("{cells: '*', to: 2027-01-01, reason: x}", "'from' is missing"),
    ],
)
def test_a_fault_in_a_freeze(tmp_path: Path, freeze: str, told: str) -> None:
    found, findings = read(tmp_path, f"{BASE}freezes:\n  - {freeze}\n")
    assert found is None
    assert findings
    assert told in findings[0]
    assert "fleet.yaml:5:" in findings[0]


def test_a_reference_belongs_into_a_check_only(tmp_path: Path) -> None:
    _, findings = read(tmp_path, with_wave(", after: [{check: '${cell.name}'}]"))
    assert any("can't hold a reference" in item for item in findings)
