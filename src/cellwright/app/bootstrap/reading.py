"""The fleet's YAML files as they are written, without what the fleet makes of them."""

from collections.abc import Mapping
from pathlib import Path

from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.yaml.reader import read_document
from cellwright.model.diagnostic import DiagnosticError, has_errors
from cellwright.model.value import Value


def read_settings(root: Path, name: str) -> Mapping[str, Value]:
    """Read a file, named by its path below the root; empty if there is none, or it holds no keys.

    Raises:
        DiagnosticError: it can't be read.
    """
    if not (root / name).is_file():
        return {}
    document = read_document(FleetFiles(root).read_text(name), name)
    if has_errors(document.faults):
        raise DiagnosticError(*document.faults)
    value = document.root.value if document.root is not None else None
    return value if isinstance(value, Mapping) else {}


def value_at(content: Value, key: str) -> Value:
    """Give the value of a dotted key; None if there is none."""
    found = content
    for step in key.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found
