"""States, restored beside and compared with what the ledger has of them."""

import hashlib
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from cellwright.app.status.state_fetching import RecordedState, StateFetcher, StateUnreadableError
from cellwright.files.atomic import write_file
from cellwright.files.errors import file_errors
from cellwright.files.names import unit_path
from cellwright.files.private import make_private_folder
from cellwright.model.applied import StateMark
from cellwright.model.diagnostic import DiagnosticError
from cellwright.terraform.output.states.state_reader import EncryptedStateError, parse_state, read_mark

_AT_ONCE = 8
"""States that are fetched at a time."""
_PAGE = 200


@dataclass(slots=True)
class StatesCompared:
    """What restoring the states has found."""

    restored: int = 0
    """States that were restored and are as recorded."""
    encrypted: int = 0
    """Of these: such of which only lineage and serial can be read."""
    bytes: int = 0
    differences: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    """States that only Terraform can read."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    size: int = 0
    encrypted: bool = False
    difference: str = ""
    unread: str = ""


def compare_states(
    states: Iterable[RecordedState],
    folder: Path,
    again: Callable[[RecordedState], RecordedState | str],
    told: Callable[[str], None] = lambda _what: None,
) -> StatesCompared:
    """Restore each state into a file below `folder`, and compare it with its record; copies are removed.

    Where one differs, `again` gives its record as it is now, or says why it can't be compared: somebody may
    be at work on the unit.

    Raises:
        DiagnosticError: there is no room for a copy.
    """
    found, fetcher = StatesCompared(), StateFetcher()
    waiting, seen = iter(states), 0
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        while page := list(islice(waiting, _PAGE)):
            for outcome in pool.map(lambda state: _settled(state, folder, fetcher, again), page):
                _add(found, outcome)
            seen += len(page)
            told(f"restoring states: {seen}")
    return found


def _add(found: StatesCompared, outcome: _Outcome) -> None:
    if outcome.unread:
        found.unread.append(outcome.unread)
    elif outcome.difference:
        found.differences.append(outcome.difference)
    else:
        found.restored += 1
        found.encrypted += outcome.encrypted
        found.bytes += outcome.size


def _settled(
    state: RecordedState,
    folder: Path,
    fetcher: StateFetcher,
    again: Callable[[RecordedState], RecordedState | str],
) -> _Outcome:
    found = _compare(state, folder, fetcher)
    if not found.difference:
        return found
    now = again(state)
    if isinstance(now, str):
        return _Outcome(unread=f"{state.unit}: {now}")
    return found if now.mark == state.mark else _compare(now, folder, fetcher)


def _compare(state: RecordedState, folder: Path, fetcher: StateFetcher) -> _Outcome:
    try:
        content = fetcher.fetch(state)
    except StateUnreadableError as fault:
        return _Outcome(unread=f"{state.unit}: {_said(fault)}")
    except DiagnosticError as fault:
        return _Outcome(difference=f"{state.unit}: the state can't be restored: {_said(fault)}")
    path = unit_path(folder, state.unit, ".tfstate")
    with file_errors("the copies of a drill can't be written"):
        make_private_folder(path.parent)
        write_file(path, content)
        try:
            return _judge(state, path, content)
        finally:
            path.unlink()


def _judge(state: RecordedState, path: Path, content: bytes) -> _Outcome:
    if hashlib.sha256(path.read_bytes()).digest() != hashlib.sha256(content).digest():
        return _Outcome(difference=f"{state.unit}: the copy of the state is not what was fetched")
    encrypted = False
    try:
        mark = read_mark(path)
        parse_state(content, "it")
    except EncryptedStateError:
        encrypted = True
    except DiagnosticError as fault:
        return _Outcome(difference=f"{state.unit}: the restored state can't be read: {_said(fault)}")
    if mark == state.mark:
        return _Outcome(len(content), encrypted)
    return _Outcome(difference=f"{state.unit}: {_other(state.mark, mark)}")


def _other(recorded: StateMark, found: StateMark | None) -> str:
    if found is None:
        return f"the state is empty, serial {recorded.serial} is on record"
    if found.lineage != recorded.lineage:
        return f"the state has the lineage {found.lineage}, not {recorded.lineage}: it is another one"
    order = "newer: it was written without Cellwright" if found.serial > recorded.serial else "older"
    return f"the state has serial {found.serial}, {recorded.serial} is on record: it is {order}"


def _said(fault: DiagnosticError) -> str:
    first = fault.diagnostics[0]
    return f"{first.summary}; {first.detail}" if first.detail else first.summary
