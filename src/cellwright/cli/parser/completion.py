"""Completion at the prompt: units, cells, runs, inputs and tags, from what is kept of the fleet.

Whatever goes wrong completes nothing: somebody is in the middle of typing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cellwright.fleet.cache.names import KeptNames

_MOST = 500
"""So many are offered; of more, these and the last one, so that a shell finds what all begin with."""
_RUNS = 30
_CLIENT = "client"


def selectors(ctx: Any, incomplete: str) -> Sequence[str]:  # noqa: ANN401  Typer gives it
    """Cells, then units of the cell that is named, and tags."""
    return _quietly(lambda: _offered([*_addresses(_names(ctx), incomplete), *_tags(_names(ctx))], incomplete))


def units(ctx: Any, incomplete: str) -> Sequence[str]:  # noqa: ANN401  as above
    """Units, by way of their cells."""
    return _quietly(lambda: _offered(_addresses(_names(ctx), incomplete), incomplete))


def cells(ctx: Any, incomplete: str) -> Sequence[str]:  # noqa: ANN401  as above
    """Addresses of cells: `client/acme`."""
    return _quietly(lambda: _offered(_names(ctx).cells, incomplete))


def clients(ctx: Any, incomplete: str) -> Sequence[str]:  # noqa: ANN401  as above
    """Names of clients: `acme`."""

    def found() -> Sequence[str]:
        level = f"{_CLIENT}/"
        names = (cell.removeprefix(level) for cell in _names(ctx).cells if cell.startswith(level))
        return _offered(names, incomplete)

    return _quietly(found)


def inputs(ctx: Any, incomplete: str) -> Sequence[str]:  # noqa: ANN401  as above
    """Variables of the stack of the unit that is named before."""

    def found() -> Sequence[str]:
        level, _, rest = str(ctx.params.get("unit") or "").partition("/")
        stack = rest.rpartition("/")[2]
        return _offered(_names(ctx).inputs.get(f"{level}/{stack}", ()), incomplete)

    return _quietly(found)


def runs(ctx: Any, incomplete: str) -> Sequence[str]:  # noqa: ANN401  as above
    """The newest runs of a ledger in a file; one in a database would have to be connected to first."""

    def found() -> Sequence[str]:
        from cellwright.ledger.read.sqlite_rows import SqliteRows, sqlite_path  # noqa: PLC0415  few ask for runs
        from cellwright.ledger.read.unit_reader import Query  # noqa: PLC0415  as above

        default = f"sqlite:///{_root(ctx) / '.cellwright' / 'ledger.db'}"
        path = sqlite_path(_option(ctx, "ledger") or os.environ.get("CELLWRIGHT_LEDGER") or default)
        if path is None:
            return ()
        rows = SqliteRows(path)
        (newest,) = rows.fetch(Query(f"SELECT id FROM runs ORDER BY id DESC LIMIT {_RUNS}"))  # noqa: S608  a constant
        rows.close()
        return _offered([str(row[0]) for row in newest], incomplete)

    return _quietly(found)


def _quietly(found: Callable[[], Sequence[str]]) -> Sequence[str]:
    with suppress(Exception):
        return found()
    return ()


def _names(ctx: Any) -> KeptNames:  # noqa: ANN401  as above
    from cellwright.files.user_cache import open_fleet_cache  # noqa: PLC0415  only where something is completed
    from cellwright.fleet.cache.names import read_names  # noqa: PLC0415  as above

    return read_names(open_fleet_cache(os.environ, _root(ctx)))


def _root(ctx: Any) -> Path:  # noqa: ANN401  as above
    start = Path(_option(ctx, "fleet") or Path.cwd()).absolute()
    return next(folder for folder in (start, *start.parents) if (folder / "fleet.yaml").exists())


def _option(ctx: Any, name: str) -> str:  # noqa: ANN401  as above
    """Give an option that stands before what is completed, of this command or of those above it."""
    while ctx is not None:
        if ctx.params.get(name):
            return str(ctx.params[name])
        ctx = ctx.parent
    return ""


def _addresses(names: KeptNames, incomplete: str) -> Iterable[str]:
    """Give cells; and the units of a cell once it is typed with its slash."""
    cell = incomplete.rpartition("/")[0]
    if cell in names.cells:
        return [f"{cell}/{stack}" for stack in names.cells[cell]]
    return names.cells


def _tags(names: KeptNames) -> Iterable[str]:
    return names.tags


def _offered(found: Iterable[str], incomplete: str) -> Sequence[str]:
    matching = sorted(item for item in found if item.startswith(incomplete))
    return matching if len(matching) <= _MOST else [*matching[: _MOST - 1], matching[-1]]
