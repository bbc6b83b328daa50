"""Schema: JSON Schema of the fleet's files, for editors."""

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

from cellwright.app.fleet.schema.cell_schema import settings_schema
from cellwright.app.fleet.schema.fleet_schema import fleet_schema
from cellwright.app.session.session import FleetSession
from cellwright.files.atomic import save_text
from cellwright.files.errors import file_errors
from cellwright.fleet.fleet import Level
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.text.suggestion import advice
from cellwright.model.unit import StackPin
from cellwright.stacks.contract import Contract

Kind = Literal["fleet", "layer", "cell"]


def schema_of(session: FleetSession, kind: Kind, level: str | None = None) -> dict[str, Any]:
    """Give one schema: of fleet.yaml, of a level's layers or of its cells.

    Raises:
        DiagnosticError: no level is named, one that is not there, or one for fleet.yaml.
    """
    if kind == "fleet":
        if level is not None:
            raise DiagnosticError(error("fleet.yaml has no level", "write: cellwright schema fleet"))
        return fleet_schema()
    levels = session.levels()
    names = [item.name for item in levels]
    if level not in names:
        known = advice(level or "", names) or "the fleet has no levels"
        what = f"there is no level '{level}'" if level else f"the schema of a {kind} is that of a level's"
        raise DiagnosticError(error(what, f"name one: cellwright schema {kind} LEVEL; {known}"))
    named = next(item for item in levels if item.name == level)
    takers = [item for item in levels if _shares(item, named, kind)]
    title = f"a {kind} of level {level}"
    return settings_schema(title, takers, levels, _contracts(session, levels))


def write_schemas(session: FleetSession, folder: Path) -> tuple[Path, ...]:
    """Write every schema into a folder: fleet.json, layer-LEVEL.json, cell-LEVEL.json.

    Raises:
        DiagnosticError: one can't be written.
    """
    found = {"fleet.json": schema_of(session, "fleet")}
    for level in session.levels():
        for kind in ("layer", "cell"):
            found[f"{kind}-{level.name}.json"] = schema_of(session, kind, level.name)
    with file_errors(f"{folder} can't be made"):
        folder.mkdir(parents=True, exist_ok=True)
    for name, schema in found.items():
        save_text(folder / name, f"{json.dumps(schema, indent=2, ensure_ascii=False)}\n")
    return tuple(folder / name for name in found)


def _shares(level: Level, named: Level, kind: Kind) -> bool:
    """Tell whether cells of `level` may take the same documents as those of `named`."""
    if kind == "cell":
        return level.cells == named.cells
    return level is named or bool(set(level.layers) & set(named.layers))


def _contracts(session: FleetSession, levels: tuple[Level, ...]) -> Mapping[str, Mapping[str, Contract]]:
    found: dict[str, dict[str, Contract]] = {level.name: {} for level in levels}
    for level in levels:
        for name, stack in level.stacks.items():
            with suppress(DiagnosticError):  # `check` tells what is wrong with it
                found[level.name][name] = session.contract(
                    StackPin(stack.source, stack.version, binary=level.binary)
                )
    return found
