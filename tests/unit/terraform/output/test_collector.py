import json
from pathlib import Path

import pytest

from cellwright.model.binary import BinaryVersion
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.plan import ResourceCounts
from cellwright.terraform.output.collector import OutputCollector
from cellwright.terraform.output.redaction import Redactor
from cellwright.terraform.output.unit_log import UnitLogWriter
from unit.terraform.kit import UNIT, Recorder


@pytest.fixture
def collector(tmp_path: Path) -> OutputCollector:
    redact = Redactor(["s3cr3t-canary"])
    return OutputCollector(UNIT, Recorder(), UnitLogWriter(tmp_path / "logs" / "app.log", redact), redact)


def step(kind: str, resource: str, action: str) -> str:
    hook = {"resource": {"addr": resource}, "action": action}
    return json.dumps({"type": kind, "@message": f"{resource}: {action} {kind}", "hook": hook})


def planned(resource: str, action: str) -> str:
    change = {"resource": {"addr": resource}, "action": action}
    return json.dumps({"type": "planned_change", "@message": "plan", "change": change})


def test_what_was_done_is_counted_and_a_replacement_once(collector: OutputCollector) -> None:
    collector([planned("a.replaced", "replace"), planned("a.half", "replace"), planned("a.new", "create")])
    collector(
        [
            step("apply_complete", "a.replaced", "delete"),
            step("apply_complete", "a.replaced", "create"),
            step("apply_complete", "a.half", "delete"),
            step("apply_complete", "a.new", "create"),
            step("apply_complete", "a.changed", "update"),
            step("apply_complete", "a.gone", "delete"),
            step("apply_errored", "a.failed", "create"),
            step("refresh_complete", "a.new", "read"),
        ]
    )

    assert collector.counts() == ResourceCounts(add=1, change=1, destroy=2, replace=1)


def test_what_is_forgotten_counts_once_all_is_done(collector: OutputCollector) -> None:
    planned = [
        json.dumps({"type": "planned_change", "change": {"resource": {"addr": name}, "action": action}})
        for name, action in (("a.left", "remove"), ("a.anew", "noop"), ("a.new", "create"))
    ]
    summary = {"type": "change_summary", "changes": {"add": 2, "operation": "plan"}}
    collector([*planned, json.dumps(summary), step("apply_complete", "a.new", "create")])
    assert collector.counts() == ResourceCounts(add=1)

    collector([step("apply_complete", "a.anew", "create")])
    collector([json.dumps({**summary, "changes": {"add": 2, "operation": "apply"}})])

    assert collector.counts() == ResourceCounts(add=2, forget=2)


def test_diagnostics_are_kept_redacted(collector: OutputCollector) -> None:
    diagnostic = {"severity": "error", "summary": "no s3cr3t-canary", "detail": "s3cr3t-canary is bad"}
    collector([json.dumps({"type": "diagnostic", "@message": "x", "diagnostic": diagnostic})])

    assert collector.diagnostics == [error("no (sensitive value)", "(sensitive value) is bad")]


def test_the_log_is_readable_and_redacted(collector: OutputCollector) -> None:
    collector(["\x1b[0m\x1b[32mSuccess!\x1b[0m", "", '{"@message": "has s3cr3t-canary\\nand a second line"}'])

    text = collector.log.path.read_text()
    assert "s3cr3t-canary" not in text
    lines = text.splitlines()
    assert [line[10:] for line in lines] == ["Success!", "has (sensitive value)", "and a second line"]
    assert lines[2].startswith("          ")
    assert collector.log.path.stat().st_mode & 0o777 == 0o600
    assert collector.log.path.parent.stat().st_mode & 0o777 == 0o700


def test_a_log_that_cant_be_written(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file where a folder should be")

    with pytest.raises(DiagnosticError, match=r"the log .* can't be written"):
        UnitLogWriter(tmp_path / "logs" / "app.log", Redactor([])).write(["x"])


@pytest.mark.parametrize(
    ("said", "binary"),
    [
        ({"terraform": "1.11.4"}, BinaryVersion("terraform", "1.11.4")),
        ({"tofu": "1.12.6"}, BinaryVersion("tofu", "1.12.6")),
        ({"ui": "1.2"}, None),
        ({"terraform": "1.11.4", "tofu": "1.12.6"}, None),
    ],
)
def test_what_a_command_says_that_it_is(
    collector: OutputCollector, said: dict[str, str], binary: BinaryVersion | None
) -> None:
    collector([json.dumps({"type": "version", "@message": "x", "@level": "info", **said})])
    assert collector.binary == binary
