"""Reads what the ledger records of units; the same statements on an open ledger and on a bare SQLite file."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

from cellwright.ledger.database.codec import load_diagnostics, load_outputs
from cellwright.ledger.database.damage import DAMAGE, damaged
from cellwright.ledger.database.rows import (
    AppliedRow,
    BinaryRow,
    HeadRow,
    LeaseRow,
    OutputsRow,
    SourceRow,
    load_address,
    load_binary,
    load_fetched,
    load_unit,
    select_from,
)
from cellwright.ledger.read.views import HeadsView, OutputsView
from cellwright.model.address import CellAddress, UnitAddress
from cellwright.model.applied import AppliedUnit, RecordedOutput, StateMark
from cellwright.model.binary import BinaryVersion
from cellwright.model.client_life import ClientState
from cellwright.model.diagnostic import Diagnostic
from cellwright.model.fetched_module import FetchRecord

if TYPE_CHECKING:
    from cellwright.ledger.lease_values import Held

_BINDINGS = "SELECT name, value FROM bindings"
_EVENT_HASH = "SELECT hash FROM events WHERE sequence = :sequence"
_HEADS = select_from("heads", HeadRow)
_AT = "SELECT unit FROM heads WHERE lineage = :lineage AND serial = :serial ORDER BY unit"
_OUTPUTS = select_from("outputs", OutputsRow)
_SOURCES = select_from("units", SourceRow)
_BINARIES = select_from("units", BinaryRow)
_APPLIED = (
    "SELECT heads.unit, fingerprint, failed, lineage, serial,"
    " source_digest, source_label, backend_digest, inputs, recipe, product, terraform_version, run,"
    " fleet_commit, applied_at, outputs.outputs"
    " FROM heads JOIN units ON units.unit = heads.unit JOIN outputs ON outputs.unit = heads.unit"
)
_FETCHED = (
    "SELECT units.unit, source_digest, applied_at, recipe FROM units JOIN heads ON heads.unit = units.unit"
    " WHERE failed IS NULL AND recipe LIKE :pattern"
)
_LEAVING = "SELECT cell, state FROM clients WHERE state IN ('offboarding', 'destroying') ORDER BY cell"
_NEWEST_RUNS = "SELECT id FROM runs ORDER BY id DESC LIMIT :limit"
_FAILURES = "SELECT unit, diagnostics FROM run_units WHERE run = :run AND outcome = 'failed' AND"
_TRIED = (
    "SELECT unit, outcome, diagnostics FROM run_units WHERE run = :run"
    " AND outcome IN ('planned', 'applied', 'unchanged', 'failed', 'refused')"
    " AND unit NOT IN (SELECT unit FROM heads WHERE failed IS NOT NULL) AND"
)
_LEASES = f"{select_from('leases', LeaseRow)} WHERE host IS NOT NULL ORDER BY unit"
_BELOW = " WHERE unit >= :first AND unit < :end"

_FAILED = "failed"

_LARGEST = 63
"""Bits of a number that a database takes."""

_LIST_SIZES = (1, 8, 64, 500)
"""How many units a statement may name: few different sizes, so that prepared statements are used again."""

_SLASHES = 2
"""In a unit's address."""

_READ_ALL = 5_000
"""From this many units on, reading every row is faster than naming the units."""

Row: TypeAlias = Any
"""A sequence of the columns' values: a tuple of SQLite's driver, or a row of the ledger's."""


class UnitFailure(NamedTuple):
    """Why a unit failed, and in which run."""

    run: str
    diagnostics: tuple[Diagnostic, ...]


class Query(NamedTuple):
    """A statement with named parameters (`:name`)."""

    statement: str
    parameters: Mapping[str, object] = {}


class RowSource(Protocol):
    """Runs queries on a ledger's database."""

    def fetch(self, *queries: Query) -> Sequence[Sequence[Row]]:
        """The rows of each query, all read in one transaction.

        Raises:
            DiagnosticError: the database can't be reached or read, or is damaged.
        """


class UnitReader:
    """What the ledger records of units. Every method raises DiagnosticError when the database fails."""

    def __init__(self, rows: RowSource) -> None:
        self._rows = rows

    def bindings(self) -> Mapping[str, str]:
        """To which fleet and which key the ledger belongs: see `ownership`."""
        return dict(self._fetch(Query(_BINDINGS)))

    def event_hash(self, sequence: int) -> str | None:
        """The hash of the event with this number; None if there is none."""
        for row in self._fetch(Query(_EVENT_HASH, {"sequence": sequence})):
            return str(row[0])
        return None

    def leaving_clients(self) -> Mapping[CellAddress, ClientState]:
        """The clients that are being offboarded, or destroyed."""
        try:
            return {
                CellAddress.parse(str(row[0])): ClientState(row[1]) for row in self._fetch(Query(_LEAVING))
            }
        except DAMAGE:
            raise damaged("a client's state") from None

    def heads(self, within: Sequence[str] | None = None) -> HeadsView:
        """What decides whether a unit changed, for every unit in the ledger.

        `within` keeps units whose addresses begin with one of these texts, such as `client/acme/`.
        """
        rows = map(HeadRow._make, self._fetch(*_below(_HEADS, within)))
        return _heads(rows)

    def units_at(self, mark: StateMark) -> Sequence[UnitAddress]:
        """The units whose state is recorded in this very version: one, if nobody has copied it."""
        if mark.serial.bit_length() > _LARGEST:
            return []
        found = self._fetch(Query(_AT, {"lineage": mark.lineage, "serial": mark.serial}))
        return [load_address(row[0]) for row in found]

    def all_outputs(self, within: Sequence[str] | None = None) -> OutputsView:
        """The outputs of every unit; `within` as for `heads`."""
        return OutputsView(dict(self._fetch(*_below(_OUTPUTS, within))))

    def heads_and_outputs(self, within: Sequence[str] | None = None) -> tuple[HeadsView, OutputsView]:
        """`heads` and `all_outputs`, read in one transaction."""
        heads, outputs = list(_below(_HEADS, within)), list(_below(_OUTPUTS, within))
        found = self._rows.fetch(*heads, *outputs)
        head_rows = map(HeadRow._make, chain.from_iterable(found[: len(heads)]))
        output_rows = chain.from_iterable(found[len(heads) :])
        return (
            _heads(head_rows),
            OutputsView(dict(output_rows)),
        )

    def sources(self, within: Sequence[str] | None = None) -> dict[str, tuple[str, str]]:
        """The digest and the label of applied units' sources, by address as text; `within` as for `heads`."""
        rows = map(SourceRow._make, self._fetch(*_below(_SOURCES, within)))
        return {row.unit: (row.source_digest, row.source_label) for row in rows}

    def binaries(self, addresses: Collection[UnitAddress] | None = None) -> dict[UnitAddress, BinaryVersion]:
        """What last ran these units, or every unit (None); units never applied are left out."""
        rows = map(BinaryRow._make, self._of(_BINARIES, "unit", addresses))
        return {
            load_address(row.unit): load_binary(row.product, row.terraform_version)
            for row in rows
            if row.terraform_version
        }

    def binary_texts(self) -> dict[str, tuple[str | None, str]]:
        """What last ran each applied unit, as product and version, by its address as text."""
        rows = map(BinaryRow._make, self._fetch(Query(_BINARIES)))
        return {row.unit: (row.product, row.terraform_version) for row in rows if row.terraform_version}

    def applied(self, addresses: Collection[UnitAddress] | None) -> dict[UnitAddress, AppliedUnit]:
        """All that is recorded of these units, or of every unit (None).

        A unit whose first apply failed is there too, with no fingerprint, inputs or outputs.
        """
        rows = map(AppliedRow._make, self._of(_APPLIED, "heads.unit", addresses))
        return {load_address(row.unit): load_unit(row) for row in rows}

    def fetched_modules(self, source_digest: str | None = None) -> tuple[FetchRecord, ...]:
        """The modules with which units were applied last; of stacks with this tree, or of all (None).

        Units whose stack has none, or whose last apply failed, are left out.
        """
        parameters = {"pattern": '%"modules"%'}
        query = Query(_FETCHED, parameters)
        if source_digest is not None:
            query = Query(f"{_FETCHED} AND source_digest = :digest", {**parameters, "digest": source_digest})
        return tuple(load_fetched(*row) for row in self._fetch(query))

    def outputs(
        self, addresses: Collection[UnitAddress] | None
    ) -> dict[UnitAddress, Mapping[str, RecordedOutput]]:
        """The outputs of these units, or of every unit (None); units never applied are left out."""
        rows = map(OutputsRow._make, self._of(_OUTPUTS, "unit", addresses))
        return {load_address(row.unit): load_outputs(row.outputs) for row in rows}

    def lease_holders(self) -> dict[UnitAddress, "Held"]:
        """Who holds which unit's lease, expired leases included."""
        from cellwright.ledger.lease_values import held  # noqa: PLC0415  asked for where a unit has failed

        found = (held(LeaseRow._make(row)) for row in self._fetch(Query(_LEASES)))
        return {item.unit: item for item in found}

    def failures(self, addresses: Collection[UnitAddress], runs: int) -> dict[UnitAddress, UnitFailure]:
        """How these units failed last, as far as the newest `runs` runs tell."""
        found: dict[UnitAddress, UnitFailure] = {}
        for (run,) in self._fetch(Query(_NEWEST_RUNS, {"limit": runs})):
            names = [str(address) for address in addresses if address not in found]
            if not names:
                break
            for unit, told in self._fetch(*_named(_FAILURES, "unit", names, {"run": run})):
                found[load_address(unit)] = UnitFailure(str(run), load_diagnostics(told))
        return found

    def plan_failures(self, addresses: Collection[UnitAddress], runs: int) -> dict[UnitAddress, UnitFailure]:
        """Those of these units that failed when they were planned last, as far as the newest runs tell.

        A unit whose last apply failed is none of them. Of more units fewer runs are looked at, so that this
        takes no longer.
        """
        found: dict[UnitAddress, UnitFailure] = {}
        left = {str(address): address for address in addresses}
        fewer = max(1, runs * _LIST_SIZES[-1] // max(len(left), _LIST_SIZES[-1]))
        for (run,) in self._fetch(Query(_NEWEST_RUNS, {"limit": fewer})):
            if not left:
                break
            for unit, outcome, told in self._fetch(*_named(_TRIED, "unit", list(left), {"run": run})):
                address = left.pop(str(unit))
                if outcome == _FAILED:
                    found[address] = UnitFailure(str(run), load_diagnostics(told))
        return found

    def _fetch(self, *queries: Query) -> Iterator[Row]:
        return chain.from_iterable(self._rows.fetch(*queries))

    def _of(self, statement: str, column: str, addresses: Collection[UnitAddress] | None) -> Iterator[Row]:
        """The rows of these units, or all (None); the unit is the first column."""
        if addresses is None:
            return self._fetch(Query(statement))
        names = [str(address) for address in addresses]
        if len(names) >= _READ_ALL:
            wanted = frozenset(names)
            return (row for row in self._fetch(Query(statement)) if row[0] in wanted)
        return self._fetch(*_named(statement, column, names))


def _below(statement: str, within: Sequence[str] | None) -> Iterator[Query]:
    """One query for each range of addresses, or one for all (None)."""
    if within is None:
        yield Query(statement)
        return
    for prefix in within:
        yield Query(statement + _BELOW, {"first": prefix, "end": _after(prefix)})


def _after(prefix: str) -> str:
    """The first text after all that begin with `prefix`, in byte order; a prefix ends in ASCII."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)


def _named(
    statement: str, column: str, names: Sequence[str], more: Mapping[str, object] | None = None
) -> Iterator[Query]:
    """Queries that name the units, so many in each as a statement may have parameters."""
    for start in range(0, len(names), _LIST_SIZES[-1]):
        some = names[start : start + _LIST_SIZES[-1]]
        size = next(size for size in _LIST_SIZES if size >= len(some))
        # Filled up with the last name: naming a unit twice gives its row once.
        filled = [*some, *[some[-1]] * (size - len(some))]
        parameters = {f"unit{number}": name for number, name in enumerate(filled)}
        listed = ", ".join(f":{name}" for name in parameters)
        joined = "" if more else " WHERE"  # a statement with parameters of its own has a condition already
        yield Query(f"{statement}{joined} {column} IN ({listed})", {**parameters, **(more or {})})


def _heads(rows: Iterable[HeadRow]) -> HeadsView:
    """The rows by address; looked at once, as they are not turned into values before they are asked for."""
    found = {row.unit: row for row in rows}
    try:
        whole = all(text.count("/") == _SLASHES for text in found)
    except DAMAGE:  # no text
        whole = False
    if not whole:
        raise damaged("a unit's address")
    return HeadsView(found)
