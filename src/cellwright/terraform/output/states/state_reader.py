"""Reading a Terraform state: which version of it this is, and its outputs."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from cellwright.files.errors import file_error
from cellwright.model.applied import NO_STATE, StateMark
from cellwright.model.binary import BinaryVersion
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.text.json_text import read_json
from cellwright.model.value import Json
from cellwright.terraform.output.states.state_writer import state_writer

_T = TypeVar("_T")

_FORMAT = 4
"""The state format's version since Terraform 0.12."""
HEAD = 512
"""Bytes of a state in which its lineage and serial stand."""
_SERIAL = re.compile(
    rb'^\s*\{\s*(?:"version":\s*4,\s*"terraform_version":\s*"[^"]*",\s*)?"serial":\s*(\d+),\s*'
    rb'"lineage":\s*"([^"\\]*)"'
)
_ENCRYPTED = "encrypted_data"
"""In what OpenTofu writes in place of a state; serial and lineage stand beside it in clear."""


class EncryptedStateError(DiagnosticError):
    """A state that only OpenTofu can read, with its key."""


@dataclass(frozen=True, slots=True)
class StateOutput:
    """One output in a state."""

    value: Json
    """In clear, also where sensitive."""
    sensitive: bool
    type: Json
    """As Terraform writes types in JSON: `"string"`, `["list", "string"]`."""


@dataclass(frozen=True, slots=True)
class StateSnapshot:
    """A state's identity and outputs."""

    mark: StateMark
    outputs: Mapping[str, StateOutput]
    terraform_version: str
    """Of what wrote it; empty where that can't be told."""
    resources: int
    """How many resource instances it has, data sources not counted."""
    writer: BinaryVersion | None = None
    """Which program wrote it, where its own file was read and tells that."""


def read_mark(path: str | Path) -> StateMark | None:
    """Read only lineage and serial of a local state, encrypted or not; None if there is no state.

    They are written first, so the head of the file is enough: one state costs some microseconds.

    Raises:
        DiagnosticError: the file can't be read or is no state.
    """
    try:
        head = _head(path)
    except FileNotFoundError:
        return None
    except OSError as fault:
        raise DiagnosticError(file_error(f"the state {path} can't be read", fault)) from fault
    found = mark_in_head(head)
    if found is not None and found != NO_STATE:
        return found
    content = content_at(Path(path))
    return None if content is None else _parsed(content, str(path), _any_mark)


def mark_in_head(head: bytes) -> StateMark | None:
    """Read lineage and serial from the first bytes of a state; `NO_STATE` if it has no lineage.

    None: they don't stand where Terraform and OpenTofu write them.
    """
    found = _SERIAL.match(head)
    if found is None or not found[2].isascii():
        return None
    return StateMark(found[2].decode(), int(found[1])) if found[2] else NO_STATE


def mark_of(content: bytes, where: str) -> StateMark | None:
    """Read lineage and serial of a whole state, encrypted or not; None if it is no state yet.

    Raises:
        DiagnosticError: it is no state; `where` names it.
    """
    found = mark_in_head(content[:HEAD])
    if found is not None and found != NO_STATE:
        return found
    return _parsed(content, where, _any_mark)


def read_state(path: Path) -> StateSnapshot | None:
    """Read a local state; None if there is none.

    Raises:
        EncryptedStateError: it is encrypted.
        DiagnosticError: the file can't be read or is no state.
    """
    content = content_at(path)
    found = None if content is None else parse_state(content, str(path))
    return found and replace(found, writer=state_writer(content or b""))


def parse_state(content: bytes, where: str) -> StateSnapshot | None:
    """Read a state file's content, or what `state pull` printed; None if there is no state yet.

    `state pull` then prints nothing, or a state without lineage in which nothing is.

    Raises:
        EncryptedStateError: it is encrypted.
        DiagnosticError: it is no state; `where` names it.
    """
    return _parsed(content, where, _snapshot)


def parse_pulled(content: bytes, where: str) -> StateSnapshot | None:
    """As `parse_state`, for what `state pull` printed: that names the program which pulled, not who wrote.

    Raises:
        As `parse_state`.
    """
    found = parse_state(content, where)
    return found and replace(found, terraform_version="")


def is_encrypted(content: bytes) -> bool:
    """Tell whether a whole state is one that OpenTofu has encrypted."""
    try:
        parse_state(content, "a state")
    except EncryptedStateError:
        return True
    except DiagnosticError:
        return False
    return False


def content_at(path: Path) -> bytes | None:
    """Read the whole of a local state; None if there is none.

    Raises:
        DiagnosticError: the file can't be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as fault:
        raise DiagnosticError(file_error(f"the state {path} can't be read", fault)) from fault


def _parsed(content: bytes, where: str, read: Callable[[Mapping[str, Any]], _T | None]) -> _T | None:
    if not content.strip():
        return None
    state: Any = None
    try:
        state = read_json(content)
        if read is _snapshot and _ENCRYPTED in state:
            raise EncryptedStateError(
                error(
                    f"{where} is encrypted",
                    "only OpenTofu reads it, with the key in the stack's `encryption` block or in "
                    "TF_ENCRYPTION: name it with terraform.product or terraform.binary",
                )
            )
        return read(state)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        raise DiagnosticError(_unreadable(state, where)) from fault


def _unreadable(state: object, where: str) -> Diagnostic:
    version = state.get("version") if isinstance(state, dict) else None
    if type(version) is not int or version == _FORMAT:
        return error(
            f"{where} is not a Terraform state of version 4",
            "restore it from the backend's versions or its .backup; don't apply over it",
        )
    if version < _FORMAT:
        return error(
            f"{where} is a state of version {version}, as Terraform 0.11 and older wrote it",
            "Terraform and OpenTofu still read it: apply the unit, which writes version 4 and records it",
        )
    return error(
        f"{where} is a state of version {version}; a newer program wrote it than Cellwright knows",
        "restore one of version 4 from the backend's versions or its .backup, or take a newer Cellwright",
    )


def _head(path: str | Path) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(descriptor, HEAD)
    finally:
        os.close(descriptor)


def _any_mark(state: Mapping[str, Any]) -> StateMark | None:
    if _ENCRYPTED in state:
        return _mark(state)
    snapshot = _snapshot(state)
    return None if snapshot is None else snapshot.mark


def _mark(state: Mapping[str, Any]) -> StateMark:
    return StateMark(str(state["lineage"]), int(state["serial"]))


def _snapshot(state: Mapping[str, Any]) -> StateSnapshot | None:
    if state["version"] != _FORMAT:
        raise ValueError(state["version"])
    if not (state["lineage"] or state.get("resources") or state.get("outputs")):
        return None  # what stands for a state that was never written
    return StateSnapshot(
        _mark(state),
        {name: _output(found) for name, found in (state.get("outputs") or {}).items()},
        str(state.get("terraform_version", "")),
        sum(
            len(resource.get("instances") or ())
            for resource in state.get("resources") or ()
            if resource.get("mode") == "managed"
        ),
    )


def _output(found: Mapping[str, Any]) -> StateOutput:
    return StateOutput(found["value"], bool(found.get("sensitive")), found.get("type"))
