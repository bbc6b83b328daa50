"""What reading a file of settings gives; apart from the reading, which brings a YAML library."""

from dataclasses import dataclass

from cellwright.fleet.yaml.node import Node
from cellwright.model.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class Document:
    """One file of settings, read. `root` is None if nothing sensible could be read."""

    layer: str
    root: Node | None
    faults: tuple[Diagnostic, ...] = ()
    complete: bool = False
    """It could be read completely, so a missing key was never written."""
    has_aliases: bool = False
