"""Cells whose own files are the same in a commit as in a loaded fleet, by content."""

from collections import Counter
from collections.abc import Collection, Mapping

from cellwright.fleet.config.cells import SUFFIXES, CellSource
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.fleet import FLEET_FILE, Fleet
from cellwright.fleet.load.unit_table import unit_table
from cellwright.git.revisions import blob_id
from cellwright.model.diagnostic import DiagnosticError

_MOST_CHANGED = 500
"""If more cells have other files, what is kept of earlier comparisons is faster."""


def unchanged_files(fleet: Fleet, blobs: Mapping[str, str], inside: str) -> dict[str, bytes]:
    """Give the files of cells that a commit has exactly as the fleet was read, below the fleet's root.

    `blobs` are the commit's files, `inside` the fleet's folder in the repository, "" or with a slash. Empty
    if another load can't begin with the fleet's cells, or too many of them would be of no use.
    """
    folders = {level.cells for level in fleet.levels}
    sources = list(unit_table(fleet).sources())
    if not sources or _are_nested(folders) or not _is_same(sources[0][1], FLEET_FILE, blobs, inside):
        return {}
    found: dict[str, bytes] = {}
    cells: set[str] = set()
    entries = _entries(folders, blobs, inside)
    for source, files in sources:
        place = _place(source)
        whole = entries[place] == len(source.files)
        if whole and all(_is_same(files, path, blobs, inside) for path in source.files):
            found.update((path, files.keep(path)) for path in source.files)
            cells.add(place)
    return found if len(entries.keys() - cells) <= _MOST_CHANGED else {}


def _is_same(files: FleetFiles, path: str, blobs: Mapping[str, str], inside: str) -> bool:
    """Tell whether the commit has a regular file there with the content that was read."""
    blob = blobs.get(inside + path)
    if not blob or not path.isprintable():
        return False
    try:
        return blob_id(files.keep(path), blob) == blob
    except DiagnosticError:
        return False


def _entries(folders: Collection[str], blobs: Mapping[str, str], inside: str) -> Counter[str]:
    """Count the files of a commit that belong to each cell, or what may be one, by folder and name."""
    found: Counter[str] = Counter()
    for folder in folders:
        start = f"{inside}{folder}/"
        names = (path[len(start) :].partition("/")[0] for path in blobs if path.startswith(start))
        found.update(f"{folder}/{_without_suffix(name)}" for name in names)
    return found


def _place(source: CellSource) -> str:
    return f"{source.path.rpartition('/')[0]}/{source.name}"


def _without_suffix(name: str) -> str:
    return name.rpartition(".")[0] if name.endswith(SUFFIXES) else name


def _are_nested(folders: Collection[str]) -> bool:
    return any(folder.startswith(f"{other}/") for folder in folders for other in folders)
