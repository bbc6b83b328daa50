"""Terraform's `-json` output as values, one line at a time."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from cellwright.model.binary import PRODUCTS, BinaryVersion
from cellwright.model.diagnostic import Diagnostic, Severity
from cellwright.model.position import Position

_HOOKS = {
    "apply_start": "started",
    "apply_progress": "progress",
    "apply_complete": "done",
    "apply_errored": "errored",
    "refresh_start": "started",
    "refresh_complete": "done",
    "provision_errored": "errored",
    "ephemeral_op_start": "started",
    "ephemeral_op_progress": "progress",
    "ephemeral_op_complete": "done",
    "ephemeral_op_errored": "errored",
}

_DONE = ("apply", "destroy")
"""Operations of a summary at the end, as opposed to that of the plan."""


@dataclass(frozen=True, slots=True)
class Message:
    """A line of plain text: a message of no other type, or a line that is not JSON."""

    text: str
    kind: str = ""
    """Its type in the JSON; empty for a line that is not JSON."""


@dataclass(frozen=True, slots=True)
class ResourceStep:
    """Terraform starts, continues or completes the operation on one resource."""

    text: str
    resource: str
    action: str
    """`create`, `update`, `delete`, `read`, `refresh`, ..."""
    state: str
    """`started`, `progress`, `done` or `errored`."""
    seconds: float


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """The plan has a change of one resource; drift is none."""

    text: str
    resource: str
    action: str
    """`create`, `update`, `delete`, `replace`, `read`, `move`, `import`; `remove` means to forget it, and
    OpenTofu's `noop` to forget it and to create another one."""


@dataclass(frozen=True, slots=True)
class Completed:
    """An apply or a destroy has come to its end, and did all that was planned."""

    text: str


@dataclass(frozen=True, slots=True)
class Subject:
    """What a diagnostic is about, in Terraform's words."""

    address: str = ""
    """Of a resource or a provider; empty if Terraform names none."""
    block: str = ""
    """The first line of the block of the configuration that it points at: `provider "vault"`."""


@dataclass(frozen=True, slots=True)
class DiagnosticLine:
    """A diagnostic of Terraform."""

    text: str
    diagnostic: Diagnostic
    subject: Subject = Subject()


@dataclass(frozen=True, slots=True)
class BinaryLine:
    """What a command says of itself at its beginning."""

    text: str
    binary: BinaryVersion


OutputLine: TypeAlias = Message | ResourceStep | PlannedChange | Completed | DiagnosticLine | BinaryLine

Namer: TypeAlias = Callable[[str], str]
"""Gives the source file for a file name in Terraform's output."""


def parse_line(line: str, name_of: Namer = str) -> OutputLine | None:
    """Read one line of output; None if it is empty. What can't be read is passed on as it is."""
    if not line.startswith("{"):
        return Message(line) if line.strip() else None
    try:
        found = json.loads(line)
        return _typed(found, str(found.get("@message", "")), name_of)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Message(line)


def diagnostic_of(found: Mapping[str, Any], name_of: Namer = str) -> Diagnostic:
    """Read one diagnostic in Terraform's JSON form.

    Raises:
        KeyError, TypeError, AttributeError: it has another form.
    """
    severity = Severity.WARNING if found.get("severity") == "warning" else Severity.ERROR
    summary, detail = str(found["summary"]), str(found.get("detail") or "")
    if address := found.get("address"):
        summary = f"{summary} ({address})"
    return Diagnostic(severity, summary, detail, _position(found.get("range"), name_of))


def _typed(found: Mapping[str, Any], text: str, name_of: Namer) -> OutputLine:
    kind = found.get("type", "")
    if kind in _HOOKS:
        return _step(found["hook"], text, kind)
    match kind:
        case "diagnostic":
            said = found["diagnostic"]
            return DiagnosticLine(text, diagnostic_of(said, name_of), _subject(said))
        case "planned_change":
            change = found["change"]
            return PlannedChange(text, str(change["resource"]["addr"]), str(change["action"]))
        case "change_summary" if found["changes"]["operation"] in _DONE:
            return Completed(text)
        case "version":
            return _binary(found, text)
        case _:
            is_error = kind == "" and found.get("@level") == "error"
            return DiagnosticLine(text, _untyped(text)) if is_error else Message(text, str(kind))


def _untyped(text: str) -> Diagnostic:
    """Read an error that is a text alone: an older OpenTofu's `init` so reports what its backend said."""
    summary, _, detail = text.removeprefix("[reset]").strip().removeprefix("Error: ").partition("\n")
    return Diagnostic(Severity.ERROR, summary, detail.strip(), None)


def _binary(found: Mapping[str, Any], text: str) -> BinaryLine | Message:
    said = [BinaryVersion(product, str(found[product])) for product in PRODUCTS if product in found]
    return BinaryLine(text, said[0]) if len(said) == 1 else Message(text, "version")


def _step(hook: Mapping[str, Any], text: str, kind: str) -> ResourceStep:
    action = "refresh" if kind.startswith("refresh") else str(hook.get("action", ""))
    seconds = float(hook.get("elapsed_seconds") or 0)
    return ResourceStep(text, str(hook["resource"]["addr"]), action, _HOOKS[kind], seconds)


def _subject(found: Mapping[str, Any]) -> Subject:
    snippet = found.get("snippet") or {}
    return Subject(str(found.get("address") or ""), str(snippet.get("context") or ""))


def _position(found: Mapping[str, Any] | None, name_of: Namer) -> Position | None:
    if not found:
        return None
    start = found["start"]
    return Position(name_of(str(found["filename"])), int(start["line"]), int(start["column"]))
