import json

import pytest

from cellwright.model.diagnostic import Severity, error
from cellwright.model.position import Position
from cellwright.terraform.output.json_lines import (
    DiagnosticLine,
    Message,
    PlannedChange,
    ResourceStep,
    parse_line,
)

RESOURCE = {"addr": "aws_vpc.main", "resource_type": "aws_vpc"}


def line(kind: str, **rest: object) -> str:
    return json.dumps({"@level": "info", "@message": "text", "type": kind, **rest})


@pytest.mark.parametrize(
    ("kind", "hook", "expected"),
    [
        ("apply_start", {"action": "create"}, ("create", "started", 0.0)),
        ("apply_progress", {"action": "create", "elapsed_seconds": 10}, ("create", "progress", 10.0)),
        ("apply_complete", {"action": "update", "elapsed_seconds": 3}, ("update", "done", 3.0)),
        ("apply_errored", {"action": "delete", "elapsed_seconds": 1}, ("delete", "errored", 1.0)),
        ("refresh_start", {}, ("refresh", "started", 0.0)),
        ("refresh_complete", {}, ("refresh", "done", 0.0)),
        ("ephemeral_op_start", {"action": "open"}, ("open", "started", 0.0)),
    ],
)
def test_resource_steps(kind: str, hook: dict[str, object], expected: tuple[str, str, float]) -> None:
    found = parse_line(line(kind, hook={"resource": RESOURCE, **hook}))

    assert isinstance(found, ResourceStep)
    assert (found.resource, (found.action, found.state, found.seconds)) == ("aws_vpc.main", expected)


def test_a_diagnostic_has_its_position_in_the_source_file() -> None:
    diagnostic = {
        "severity": "error",
        "summary": "Unsupported argument",
        "detail": "Not expected here.",
        "range": {"filename": "../shared/main.tf", "start": {"line": 7, "column": 3, "byte": 90}},
    }

    found = parse_line(line("diagnostic", diagnostic=diagnostic), lambda name: f"stacks/{name}")

    assert isinstance(found, DiagnosticLine)
    assert found.diagnostic == error(
        "Unsupported argument", "Not expected here.", Position("stacks/../shared/main.tf", 7, 3)
    )


def test_a_diagnostic_of_a_resource_names_it_and_a_warning_is_one() -> None:
    diagnostic = {"severity": "warning", "summary": "Deprecated", "address": "aws_vpc.main"}

    found = parse_line(line("diagnostic", diagnostic=diagnostic))

    assert isinstance(found, DiagnosticLine)
    assert found.diagnostic.severity is Severity.WARNING
    assert found.diagnostic.summary == "Deprecated (aws_vpc.main)"


def test_planned_changes() -> None:
    change = {"resource": RESOURCE, "action": "replace"}

    assert parse_line(line("planned_change", change=change)) == PlannedChange(
        "text", "aws_vpc.main", "replace"
    )


def test_drift_is_a_message_not_a_change() -> None:
    assert parse_line(line("resource_drift", change={"resource": RESOURCE, "action": "update"})) == Message(
        "text", "resource_drift"
    )


@pytest.mark.parametrize("text", ["", "   "])
def test_an_empty_line_is_nothing(text: str) -> None:
    assert parse_line(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "panic: runtime error",
        '{"@message": "half a li',
        "{}{}",
        '{"type": "diagnostic"}',
        '{"type": "diagnostic", "diagnostic": {"severity": "error"}}',
        '{"type": "diagnostic", "diagnostic": {"summary": "x", "range": {"filename": "main.tf"}}}',
        '{"type": "apply_start", "hook": {}}',
        '{"type": "apply_start", "hook": {"resource": 3}}',
        '{"type": "apply_complete", "hook": {"resource": {"addr": "x"}, "elapsed_seconds": "soon"}}',
        '{"type": "planned_change", "change": null}',
        '{"a":' * 5_000,
        "{" + "x" * 2_000_000,
    ],
)
def test_what_cant_be_read_is_passed_on(text: str) -> None:
    assert parse_line(text) == Message(text)


def test_a_line_of_an_unknown_type_is_a_message() -> None:
    assert parse_line(line("something_new", payload=[1, 2])) == Message("text", "something_new")
    assert parse_line('{"level": 3}') == Message("")


def test_an_error_that_is_a_text_alone_is_a_diagnostic() -> None:
    """As OpenTofu 1.9 says it in `init -json`."""
    line = '{"@level":"error","@message":"Error refreshing state: refused\\nTry again.","@module":"tofu.ui"}'

    found = parse_line(line)

    assert isinstance(found, DiagnosticLine)
    assert (found.diagnostic.severity, found.diagnostic.summary) == (
        Severity.ERROR,
        "Error refreshing state: refused",
    )
    assert found.diagnostic.detail == "Try again."
