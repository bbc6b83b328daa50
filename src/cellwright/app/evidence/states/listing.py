"""The inventory and the network map, made from the states of all units."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import islice

from cellwright.app.evidence.rows import TopicRows
from cellwright.app.evidence.states.fetching import StateFetcher, StateUnplacedError, StateUnreadableError
from cellwright.app.evidence.states.places import RecordedState
from cellwright.evidence.inventory import Instance, instances_of, inventory_row
from cellwright.evidence.judging import Gap
from cellwright.evidence.network import NetworkMap
from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import Diagnostic, DiagnosticError
from cellwright.model.text.json_text import read_json

_AT_ONCE = 8
_PAGE = 64
_NAMED = 5
_WORDS = 300
"""Characters of what a program says."""


@dataclass(slots=True)
class StatesListed:
    """What reading the states has found besides the rows."""

    network: NetworkMap = field(default_factory=NetworkMap)
    read: int = 0
    unread: list[str] = field(default_factory=list)
    encrypted: list[str] = field(default_factory=list)
    """The units whose encrypted states could not be opened, with the reason."""

    def gaps(self) -> Iterator[Gap]:
        """Say which states are not in the inventory."""
        if self.unread:
            yield Gap(
                f"states that are not in the inventory ({len(self.unread)}): {_some(self.unread)}",
                "see that they can be read, and make the evidence again; cellwright drill restore tries each",
            )
        if self.encrypted:
            yield Gap(
                f"encrypted states that are not in the inventory ({len(self.encrypted)}): "
                f"{_some(self.encrypted)}",
                "make it where their units' programs and keys are; cellwright terraform UNIT -- state list "
                "tries one",
            )


def _some(told: Sequence[str]) -> str:
    more = f" and {len(told) - _NAMED} more" if len(told) > _NAMED else ""
    return f"{'; '.join(told[:_NAMED])}{more}"


class ClosedStateError(Exception):
    """A state is encrypted, and could not be opened; says of which unit, and why."""


def list_states(
    states: Iterable[RecordedState],
    rows: TopicRows,
    opened: Callable[[UnitAddress], bytes],
) -> StatesListed:
    """Write the inventory and the network's rows of all states, in the order of units.

    `opened` has one read by its program that is encrypted, or in a backend that only the program can read; or
    raises DiagnosticError.
    """
    found, fetcher, waiting = StatesListed(), StateFetcher(), iter(states)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        while page := list(islice(waiting, _PAGE)):
            for read in pool.map(lambda state: _read(state, fetcher, opened), page):
                _add(found, rows, read)
    return found


def _add(found: StatesListed, rows: TopicRows, read: list[Instance] | str | ClosedStateError) -> None:
    if isinstance(read, ClosedStateError):
        found.encrypted.append(str(read))
        return
    if isinstance(read, str):
        found.unread.append(read)
        return
    found.read += 1
    for item in read:
        rows.add("inventory", inventory_row(item))
        row = found.network.see(item)
        if row is not None:
            rows.add("network", row)


def _read(
    state: RecordedState, fetcher: StateFetcher, opened: Callable[[UnitAddress], bytes]
) -> list[Instance] | str | ClosedStateError:
    """Give what a state has; or why it can't be told."""
    try:
        content = read_json(_fetched(state, fetcher, opened))
        if isinstance(content, dict) and "encrypted_data" in content:
            content = read_json(_opened(state.unit, opened))
    except ClosedStateError as closed:
        return closed
    except DiagnosticError as fault:
        return f"{state.unit}: {fault.diagnostics[0].summary}"
    except (ValueError, RecursionError):
        return f"{state.unit}: it is no state"
    if not isinstance(content, dict):
        return f"{state.unit}: it is no state"
    return list(instances_of(str(state.unit), state.labels, content))


def _fetched(state: RecordedState, fetcher: StateFetcher, opened: Callable[[UnitAddress], bytes]) -> bytes:
    """Give a state's bytes; its program reads it where it alone follows the settings of the backend.

    Raises:
        DiagnosticError: neither can.
    """
    try:
        return fetcher.fetch(state)
    except StateUnplacedError:
        raise
    except StateUnreadableError:
        pass
    try:
        return opened(state.unit)
    except DiagnosticError as fault:
        first = fault.diagnostics[0]
        raise DiagnosticError(replace(first, summary=_with_cause(first)), *fault.diagnostics[1:]) from fault


def _with_cause(fault: Diagnostic) -> str:
    """Say why a state can't be read; where a program alone says it, in the program's own words."""
    if "failed with exit code" not in fault.summary:
        return fault.summary
    words = " ".join(fault.detail.strip().partition("\n\n")[0].split())
    return f"{fault.summary}: {words[:_WORDS]}" if words else fault.summary


def _opened(unit: UnitAddress, opened: Callable[[UnitAddress], bytes]) -> bytes:
    try:
        return opened(unit)
    except DiagnosticError as fault:
        raise ClosedStateError(f"{unit}: {fault.diagnostics[0].summary}") from fault
