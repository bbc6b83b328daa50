"""Cells as JSON."""

from collections.abc import Mapping, Sequence

from cellwright.api.fleet.status import unit_status
from cellwright.app.overview.cell import ShownOutput
from cellwright.app.overview.cell_state import CellState
from cellwright.app.overview.entry import CellEntry
from cellwright.app.overview.settings import ShownSetting, WrittenValue
from cellwright.app.people.who_can import WhoCan
from cellwright.model.address import CellAddress
from cellwright.model.client_life import ClientState
from cellwright.model.value import Json


def cells(
    found: Sequence[tuple[CellEntry, CellState, ClientState | None]],
    counts: Mapping[CellState, int],
    following: str | None,
) -> Json:
    """A page of cells; `next` is null on the last one."""
    return {
        "cells": [_cell(entry, state, life) for entry, state, life in found],
        "counts": {state.value: counts.get(state, 0) for state in CellState},
        "next": following,
    }


def cell(entry: CellEntry, state: CellState, life: ClientState | None = None) -> Json:
    """One cell with its units."""
    return {
        "cell": str(entry.address),
        "path": entry.path or None,
        "placement": str(entry.placement) if entry.placement else None,
        "labels": dict(entry.labels),
        "tags": list(entry.tags),
        "state": state.value,
        "life": None if life is None else life.value,
        "errors": entry.errors,
        "units": [unit_status(item, None) for item in entry.units],
    }


def _cell(entry: CellEntry, state: CellState, life: ClientState | None) -> Json:
    return {
        "cell": str(entry.address),
        "state": state.value,
        "life": None if life is None else life.value,
        "placement": str(entry.placement) if entry.placement else None,
        "labels": dict(entry.labels),
        "tags": list(entry.tags),
        "units": len(entry.units),
    }


def settings(address: CellAddress, found: Sequence[ShownSetting]) -> Json:
    """The settings of a cell, each with every layer that sets it."""
    return {"cell": str(address), "settings": [_setting(item) for item in found]}


def outputs(address: CellAddress, found: Sequence[ShownOutput]) -> Json:
    """What a cell's units have put out; of a sensitive output only that it is there."""
    return {
        "cell": str(address),
        "outputs": [
            {"unit": str(item.unit), "name": item.name, "value": item.value, "hidden": item.hidden}
            for item in found
        ],
    }


def access(address: CellAddress, found: Sequence[WhoCan]) -> Json:
    """Who may do what at a cell, and by which roles."""
    return {
        "cell": str(address),
        "people": [
            {
                "id": item.person.id,
                "name": item.person.name,
                "permissions": [permission.value for permission in item.permissions],
                "through": [
                    {
                        "role": role.role,
                        "where": role.where,
                        "origin": role.origin.value,
                        "expires": role.expires.isoformat() if role.expires is not None else None,
                    }
                    for role in item.through
                ],
            }
            for item in found
        ],
    }


def _setting(item: ShownSetting) -> Json:
    return {
        "key": item.path,
        "value": item.text,
        "hidden": item.hidden,
        "written": _written(item.written),
        "overrides": [_written(other) for other in item.overridden],
    }


def _written(item: WrittenValue | None) -> Json:
    if item is None:
        return None
    place = item.position
    return {"value": item.text, "file": place.file, "line": place.line, "column": place.column}
