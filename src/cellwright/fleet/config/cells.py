"""Finds the cells of a level: the files and folders in its folder."""

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from cellwright.fleet.config.files import FleetFiles, shown_path
from cellwright.model.diagnostic import Diagnostic, error, warning
from cellwright.model.names import name_fault
from cellwright.model.position import Position
from cellwright.model.text.suggestion import nearest

_SUFFIX = ".yaml"
_WRONG_SUFFIX = ".yml"
SUFFIXES = (_SUFFIX, _WRONG_SUFFIX)
"""Suffixes of files that are cells, or are meant to be."""


@dataclass(frozen=True, slots=True)
class CellSource:
    """A cell's name, its file or folder, and the documents that make it up, in their order."""

    name: str
    path: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CellFolder:
    """The cells of one folder, by name."""

    cells: Mapping[str, CellSource]
    findings: tuple[Diagnostic, ...] = ()


def find_cells(
    files: FleetFiles, folder: str, declared: Position, only: Collection[str] | None = None
) -> CellFolder:
    """List the cells in `folder` (relative to the fleet's root), which is named at `declared`.

    With `only`, other cells are left out, findings included.
    """
    if folder == "." or not files.holds(folder) or files.exists(folder):
        detail = "name a folder inside the fleet repository, as in `cells: clients`"
        return CellFolder({}, (error(f"'{folder}' can't be a level's folder of cells", detail, declared),))
    if unreadable := _unreadable(files, folder):
        return CellFolder({}, (unreadable,))
    put = files.put_below(folder)
    exists = os.path.isdir(files.root / folder)  # noqa: PTH112  no error for a path that can't exist
    if not put and not exists:
        return CellFolder({}, tuple(_misspelled_folder(files, folder, declared)))
    findings: list[Diagnostic] = []
    cells: dict[str, CellSource] = {}
    for source in _sources(files, folder, only, findings) if exists else ():
        place = Position(shown_path(source.path))
        if fault_text := name_fault(source.name):
            findings.append(
                error(f"'{shown_path(source.name)}' can't name a cell: {fault_text}", "rename it", place)
            )
        elif source.name in cells:
            detail = f"keep it or {cells[source.name].path}"
            findings.append(error(f"the cell '{source.name}' has both a file and a folder", detail, place))
        else:
            cells[source.name] = source
    for path in put:
        _add_put(cells, folder, path)
    return CellFolder(dict(sorted(cells.items())), tuple(findings))


def _add_put(cells: dict[str, CellSource], folder: str, path: str) -> None:
    """Add a file that is about to be written to the cells of its folder."""
    name, inside, _ = path.removeprefix(f"{folder}/").partition("/")
    name = name if inside else name.removesuffix(_SUFFIX)
    known = cells.get(name)
    documents = {*(known.files if known is not None else ()), path}
    own = f"{folder}/{name}" if inside else path
    cells[name] = CellSource(name, known.path if known is not None else own, tuple(sorted(documents)))


def _misspelled_folder(files: FleetFiles, folder: str, declared: Position) -> Iterator[Diagnostic]:
    """Warn of a missing folder if another one has a similar name.

    Git stores no empty folders, so the folder of a level without cells may be missing.
    """
    parent, _, name = folder.rpartition("/")
    folders = [entry.name for entry in _entries(files, parent or ".", []) if _is_folder(entry)]
    if near := nearest(name, folders):
        summary = f"the folder '{folder}' doesn't exist, so its level has no cells"
        yield warning(summary, f"did you mean '{near}'?", declared)


def cell_name(entry: "os.DirEntry[str]") -> str | None:
    """Give a file's or folder's name as a cell; None if it can't be one by its name."""
    name = entry.name
    if name[0] == ".":
        return None
    if name.endswith(SUFFIXES):
        return name.rpartition(".")[0]
    return name if _is_folder(entry) else None


def _sources(
    files: FleetFiles, folder: str, only: Collection[str] | None, findings: list[Diagnostic]
) -> Iterator[CellSource]:
    """Yield all that may be cells, sorted by name, folders before files."""
    for entry in _entries(files, folder, findings, only):
        path = f"{folder}/{entry.name}"
        if entry.is_symlink() and (unreadable := _unreadable(files, path)):
            findings.append(unreadable)
        elif _is_folder(entry):
            yield from _folder_source(files, entry, path, findings)
        elif entry.name.endswith(_SUFFIX):
            yield CellSource(entry.name.removesuffix(_SUFFIX), path, (path,))
        elif entry.name.endswith(_WRONG_SUFFIX):
            findings.append(_misnamed(path))


def _folder_source(
    files: FleetFiles, entry: "os.DirEntry[str]", path: str, findings: list[Diagnostic]
) -> Iterator[CellSource]:
    if entry.is_symlink() and not files.holds(path):
        detail = "keep all settings inside it, as its history is the record of them"
        findings.append(error("the path leaves the fleet repository", detail, Position(shown_path(path))))
        return
    inside = [item.name for item in _entries(files, path, findings)]
    findings.extend(_misnamed(f"{path}/{name}") for name in inside if name.endswith(_WRONG_SUFFIX))
    documents = tuple(f"{path}/{name}" for name in inside if name.endswith(_SUFFIX))
    if documents:
        yield CellSource(entry.name, path, documents)
    elif not any(name.endswith(_WRONG_SUFFIX) for name in inside):
        detail = "put a *.yaml file into it, or remove it"
        findings.append(
            warning("the folder holds no *.yaml, so it is no cell", detail, Position(shown_path(path)))
        )


def _unreadable(files: FleetFiles, path: str) -> Diagnostic | None:
    """Report what may be there and can't be looked at: it must not pass for gone."""
    try:
        (files.root / path).stat()
    except PermissionError as failure:
        return _unlisted(path, failure)
    except (OSError, ValueError):
        return None  # nothing is there, or a link that leads nowhere
    return None


def _unlisted(path: str, failure: OSError) -> Diagnostic:
    place = Position(shown_path(path))
    return error(f"the folder can't be read: {failure.strerror}", "check its permissions", place)


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a symbolic link that leads in a circle
        return False


def _entries(
    files: FleetFiles, folder: str, findings: list[Diagnostic], only: Collection[str] | None = None
) -> list["os.DirEntry[str]"]:
    """List a folder without hidden entries, sorted by name; with `only`, just the entries of these cells."""
    wanted = {name + suffix for name in only or () for suffix in ("", *SUFFIXES)}
    try:
        with os.scandir(files.root / folder) as entries:
            found = [
                item for item in entries if item.name[0] != "." and (only is None or item.name in wanted)
            ]
            return sorted(found, key=lambda item: item.name)
    except OSError as failure:
        findings.append(_unlisted(folder, failure))
        return []


def _misnamed(path: str) -> Diagnostic:
    shown = shown_path(path)
    return error(f"'{shown}' is not read: settings are *.yaml", "rename it to end in .yaml", Position(shown))
