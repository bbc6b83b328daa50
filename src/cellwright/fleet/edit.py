"""Changing a fleet's files by program, as a careful person would: comments and other lines stay."""

import copy
import io
import shutil
from collections.abc import Callable, Mapping, MutableMapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from cellwright.files.atomic import save_text
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.yaml.reader import read_document
from cellwright.fleet.yaml.splice import NotSimpleError, splice_out, splice_value
from cellwright.fleet.yaml.writer import block
from cellwright.model.diagnostic import DiagnosticError, error, has_errors
from cellwright.model.names import name_fault
from cellwright.model.position import Position
from cellwright.model.value import Json, Value

_LINE = 4096
"""Wider than any line: what somebody wrote on one line stays on one."""


def set_key(path: Path, key: str, value: Json) -> None:
    """Set a dotted `key` in the YAML file `path`; mappings on the way are made where they are missing.

    Strings are written as they are: `${...}` in them is a reference (see `references.escape`).

    Raises:
        DiagnosticError: the file can't be read or written, or a step of the key leads through something that
            is no mapping. The file is then as it was.
    """
    save_text(path, with_key(_read(path), key, value, path.name))


def unset_key(path: Path, key: str) -> None:
    """Remove a dotted `key` from the YAML file `path`; a key that is not there is no fault.

    Raises:
        DiagnosticError: the file can't be read or written. It is then as it was.
    """
    text = _read(path)
    changed = without_key(text, key, path.name)
    if changed != text:
        save_text(path, changed)


def write_cell(root: Path, cells: str, name: str, settings: Mapping[str, Json]) -> Path:
    """Write a new cell into the folder `cells`, as `clients/acme/client.yaml`, and give its file's path.

    Raises:
        DiagnosticError: the name can't be one, the cell is there already, or the file can't be written.
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
    file = folder / f"{Path(cells).name.removesuffix('s')}.yaml"
    save_text(file, block(settings) or "{}\n")
    return file


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
        raise DiagnosticError(error(summary, "mend the rights of its folder", Position(cell))) from failure
    return path


def with_key(text: str, key: str, value: Json, name: str) -> str:
    """Set a dotted key in YAML text; `name` is the file's, for findings.

    Raises:
        DiagnosticError: the text is no YAML mapping, or the key leads through something else.
    """
    keys = key.split(".")
    wanted = _content(text, name)
    _set(wanted, keys, value, name)
    try:
        spliced = splice_value(text, keys, value)
    except NotSimpleError:
        spliced = None
    if spliced is not None and _reads_as(spliced, wanted, name):
        return spliced
    return _rewritten(text, lambda document: _set(document, keys, value, name), wanted, name)


def without_key(text: str, key: str, name: str) -> str:
    """Remove a dotted key from YAML text; gives `text` itself if the key is not there.

    Raises:
        DiagnosticError: the text is no YAML mapping.
    """
    keys = key.split(".")
    wanted = _content(text, name)
    if not _remove(wanted, keys):
        return text
    try:
        spliced = splice_out(text, keys)
    except NotSimpleError:
        spliced = None
    if spliced is not None and _reads_as(spliced, wanted, name):
        return spliced
    return _rewritten(text, lambda document: _remove(document, keys), wanted, name)


def _read(path: Path) -> str:
    return FleetFiles(path.parent).read_text(path.name)


def _content(text: str, name: str) -> dict[str, Any]:
    """Read a document's content, to be changed."""
    document = read_document(text, name)
    if has_errors(document.faults):
        raise DiagnosticError(*document.faults)
    value = document.root.value if document.root is not None else None
    if not isinstance(value, dict):
        raise DiagnosticError(
            error("the document must be a mapping", "write keys and values", Position(name))
        )
    return copy.deepcopy(value)


def _set(content: MutableMapping[str, Any], keys: list[str], value: Json, name: str) -> bool:
    *way, last = keys
    for step in way:
        below = content.get(step)
        if below is None:
            below = content[step] = {}
        if not isinstance(below, MutableMapping):
            summary = f"'{'.'.join(keys)}' can't be set: '{step}' holds a value, not a mapping"
            raise DiagnosticError(
                error(summary, "choose another key, or edit the file by hand", Position(name))
            )
        content = below
    content[last] = value
    return True


def _remove(content: MutableMapping[str, Any], keys: list[str]) -> bool:
    *way, last = keys
    inner: object = content
    for step in way:
        inner = inner.get(step) if isinstance(inner, MutableMapping) else None
    if not isinstance(inner, MutableMapping) or last not in inner:
        return False
    del inner[last]
    return True


def _reads_as(text: str, wanted: Value, name: str) -> bool:
    document = read_document(text, name)
    return document.root is not None and not document.faults and document.root.value == wanted


def _rewritten(
    text: str, change: Callable[[MutableMapping[str, Any]], bool], wanted: Value, name: str
) -> str:
    """Edit by reading and writing the whole document, comments included; its layout may change a little."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = _LINE
    yaml.indent(mapping=2, sequence=4, offset=2)
    written = io.StringIO()
    try:
        document = yaml.load(text)
        change(document)
        yaml.dump(document, written)
    except YAMLError as failure:
        detail = "edit it by hand"
        raise DiagnosticError(
            error("the file can't be edited by program", detail, Position(name))
        ) from failure
    if not _reads_as(written.getvalue(), wanted, name):
        raise DiagnosticError(error("the file can't be edited by program", "edit it by hand", Position(name)))
    return written.getvalue()
