"""The ledger's rows as types, and how values become rows and rows become values; one place per table.

Nothing here imports SQLAlchemy: `status` reads a SQLite file without it.
"""

from collections.abc import Mapping
from sys import intern
from typing import Any, NamedTuple

from cellwright.ledger.database.codec import (
    dump,
    dump_values,
    load_inputs,
    load_outputs,
    plain_text,
)
from cellwright.ledger.database.damage import DAMAGE, damaged, reads
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedHead, AppliedUnit, StateMark
from cellwright.model.binary import PRODUCTS, BinaryVersion
from cellwright.model.fetched_module import FetchRecord, modules_from_json
from cellwright.model.text.json_text import read_json
from cellwright.model.value import Json


class HeadRow(NamedTuple):
    """A row of `heads`: what decides whether a unit changed."""

    unit: str
    fingerprint: str | None
    failed: str | None
    lineage: str | None
    serial: int | None


class OutputsRow(NamedTuple):
    """A row of `outputs`: a unit's outputs as JSON."""

    unit: str
    outputs: str


class SourceRow(NamedTuple):
    """The part of a row of `units` about a unit's source."""

    unit: str
    source_digest: str
    source_label: str


class AppliedRow(NamedTuple):
    """Rows of `heads`, `units` and `outputs`, joined: all that is recorded of a unit."""

    unit: str
    fingerprint: str | None
    failed: str | None
    lineage: str | None
    serial: int | None
    source_digest: str
    source_label: str
    backend_digest: str
    inputs: str
    recipe: str
    product: str | None
    terraform_version: str
    run: str
    fleet_commit: str | None
    applied_at: str
    outputs: str


class BinaryRow(NamedTuple):
    """The part of a row of `units` about what last ran a unit."""

    unit: str
    product: str | None
    terraform_version: str


class LeaseRow(NamedTuple):
    """A row of `leases` that has a holder."""

    unit: str
    fencing: int
    host: str
    process_id: int
    process_started: str
    run: str
    expires: int


def select_from(table: str, row: type[NamedTuple]) -> str:
    """The statement that reads a row type's columns of a table, in the order of its fields."""
    return f"SELECT {', '.join(row._fields)} FROM {table}"  # noqa: S608  names of our own tables and columns


def load_address(text: str) -> UnitAddress:
    """Read an address that the ledger wrote: not checked again; equal parts share one string."""
    try:
        level, cell, stack = text.split("/")
    except DAMAGE:  # written out: called for every unit of a fleet
        raise damaged("a unit's address") from None
    return UnitAddress(intern(level), intern(cell), intern(stack))


def head_row(head: AppliedHead) -> Mapping[str, object]:
    """The columns of a row of `heads`."""
    return HeadRow(
        unit=str(head.address),
        fingerprint=head.fingerprint,
        failed=head.failed,
        lineage=head.state.lineage if head.state else None,
        serial=head.state.serial if head.state else None,
    )._asdict()


@reads("a unit")
def load_head(row: HeadRow | AppliedRow) -> AppliedHead:
    """The reverse of `head_row`."""
    return AppliedHead(
        address=load_address(row.unit),
        fingerprint=row.fingerprint,
        failed=row.failed,
        state=None if row.lineage is None or row.serial is None else StateMark(row.lineage, row.serial),
    )


def unit_row(applied: AppliedUnit) -> Mapping[str, object]:
    """The columns of a row of `units`."""
    return {
        "unit": str(applied.head.address),
        "source_digest": applied.source_digest,
        "source_label": plain_text(applied.source_label),
        "backend_digest": applied.backend_digest,
        "inputs": dump_values(applied.inputs),
        "recipe": dump(applied.recipe),
        "product": applied.binary.product,
        "terraform_version": applied.binary.version,
        "run": applied.run,
        "fleet_commit": applied.commit,
        "applied_at": applied.applied_at,
    }


@reads("a unit")
def load_unit(row: AppliedRow) -> AppliedUnit:
    """The reverse of `head_row`, `unit_row` and `dump_values` of the outputs, from one joined row."""
    return AppliedUnit(
        head=load_head(row),
        source_digest=row.source_digest,
        source_label=row.source_label,
        backend_digest=row.backend_digest,
        inputs=load_inputs(row.inputs),
        outputs=load_outputs(row.outputs),
        recipe=_mapping(row.recipe),
        binary=load_binary(row.product, row.terraform_version),
        run=row.run,
        commit=row.fleet_commit,
        applied_at=row.applied_at,
    )


def applied_to_json(applied: AppliedUnit) -> Json:
    """All that is recorded of a unit, as one value that outlives its rows."""
    columns = {**head_row(applied.head), **unit_row(applied), "outputs": dump_values(applied.outputs)}
    return {name: columns[name] for name in AppliedRow._fields}  # type: ignore[misc]  # texts and numbers


@reads("a unit that is gone")
def applied_from_json(found: Any) -> AppliedUnit:  # noqa: ANN401  what `applied_to_json` wrote
    """The reverse of `applied_to_json`."""
    return load_unit(AppliedRow(**found))


def _mapping(text: str) -> Mapping[str, Json]:
    found = read_json(text)
    if not isinstance(found, dict):
        raise TypeError("no mapping")
    return found


@reads("a unit's modules")
def load_fetched(unit: str, source_digest: str, applied_at: str, recipe: str) -> FetchRecord:
    """The modules that are recorded in a unit's recipe."""
    found: Any = read_json(recipe)
    return FetchRecord(unit, source_digest, applied_at, modules_from_json(found.get("modules")))


def load_binary(product: str | None, version: str) -> BinaryVersion:
    """What last ran a unit; a product that only a newer Cellwright knows counts as none."""
    return BinaryVersion(next((known for known in PRODUCTS if known == product), None), version)
