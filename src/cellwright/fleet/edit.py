"""Changes to a fleet's files: a key set, a cell's file written, a cell removed."""

import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from cellwright.files.atomic import save_text
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.yaml.editor import with_key
from cellwright.fleet.yaml.writer import block_style
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.names import name_fault
from cellwright.model.position import Position
from cellwright.model.value import Json


def set_key(path: Path, key: str, value: Json) -> None:
    """Set a dotted `key` in the YAML file `path`, as `with_key` does.

    Raises:
        DiagnosticError: the file can't be read, edited or written. It is then as it was.
    """
    text = FleetFiles(path.parent).read_text(path.name)
    save_text(path, with_key(text, key, value, path.name))


def write_cell(
    root: Path, cells: str, name: str, settings: Mapping[str, Json], text: str | None = None
) -> Path:
    """Write a new cell into the folder `cells`, as `clients/acme/client.yaml`, and give its file's path.

    `text` is how its settings are written, if not as `cell_text` does it.

    Raises:
        DiagnosticError: the name can't be one, the cell is there already, or the file can't be written.
    """
    refuse_place(root, cells, name)
    file = root / new_cell_file(cells, name)
    try:
        save_text(file, cell_text(settings) if text is None else text)
    except BaseException:
        # On a full disk, say: an empty folder would be taken for a cell.
        with suppress(OSError):
            file.parent.rmdir()
        raise
    return file


def new_cell_file(cells: str, name: str) -> str:
    """Give the path of a new cell's file, relative to the fleet's root."""
    return f"{cells}/{name}/{Path(cells).name.removesuffix('s')}.yaml"


def cell_text(settings: Mapping[str, Json]) -> str:
    """Give the text of a cell's file with these settings."""
    return block_style(settings) or "{}\n"


def refuse_place(root: Path, cells: str, name: str) -> None:
    """Make sure that a new cell can have this name and place.

    Raises:
        DiagnosticError: the name can't be one, or the cell is there already.
    """
    if fault := name_fault(name):
        raise DiagnosticError(error(f"'{name}' can't name a cell: {fault}", "choose another name"))
    place = Position(f"{cells}/{name}")
    folder = root / cells / name
    if folder.exists() or (root / cells / f"{name}.yaml").exists():
        raise DiagnosticError(error(f"there is a cell '{name}' already", "choose another name", place))
    if not FleetFiles(root).holds(f"{cells}/{name}"):
        detail = "keep all settings inside it, as its history is the record of them"
        raise DiagnosticError(error("the path leaves the fleet repository", detail, place))


def remove_cell(root: Path, cell: str) -> Path:
    """Remove a cell's file or folder (its path relative to `root`) with all that lies in it; give its path.

    Raises:
        DiagnosticError: it can't be removed.
    """
    path = root / cell
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    except OSError as failure:
        summary = f"the cell's files can't be removed: {failure.strerror}"
        raise DiagnosticError(
            error(summary, "check the permissions of its folder", Position(cell))
        ) from failure
    return path
