"""Reads a fleet's documents: each layer once, a cell's own files on demand."""

import os
import posixpath
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from cellwright.fleet.config.cells import CellSource
from cellwright.fleet.config.document_rules import document_faults
from cellwright.fleet.config.files import FleetFiles, shown_path
from cellwright.fleet.fleet import Level
from cellwright.fleet.yaml.document import Document
from cellwright.fleet.yaml.node import MergeTag, Node
from cellwright.fleet.yaml.outline import Outline, excerpt, outline_of
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error

_STACKS = "stacks"


@dataclass(frozen=True, slots=True)
class OwnDocuments:
    """A cell's own files, in their order. `roots` is empty if one could not be read."""

    roots: tuple[Node, ...]
    faults: tuple[Diagnostic, ...]
    complete: bool
    """They could be read completely, so a missing key was never written."""
    outlines: tuple[Outline | None, ...] = ()
    """The stacks' settings in each file; empty if only an excerpt was read."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The part of a cell's own files that is read: some stacks' settings, and all that is no stack's."""

    outlines: Sequence[Outline | None]
    """Of each file, which must be unchanged; one without an outline is read whole."""
    stacks: Collection[str]


class Documents:
    """Reads documents; `levels` decide which sections these may have."""

    def __init__(self, files: FleetFiles, levels: Sequence[Level]) -> None:
        self.files = files
        self._levels = levels
        self._layers: dict[str, Document] = {}

    def layer(self, path: str) -> Document:
        """Read a layer, or give it as read before."""
        document = self._layers.get(path)
        if document is None:
            document = self._read(path)
            self._layers[path] = document
        return document

    def missing(self, path: str) -> str | None:
        """Tell why there is no layer at `path`; None if there is a file."""
        if path in self._layers:
            return None
        if posixpath.isabs(path) or posixpath.normpath(path).startswith("../"):
            return "it leaves the fleet repository"
        return None if self.files.exists(path) else "there is no such file"

    def siblings(self, path: str) -> list[str]:
        """List the layers beside `path`, for advice."""
        folder = posixpath.dirname(path)
        try:
            names = os.listdir(self.files.root / folder)  # noqa: PTH208  names only
        except (OSError, ValueError):
            return []
        return [posixpath.join(folder, name) for name in names if name.endswith(".yaml")]

    def own(self, source: CellSource, part: Excerpt | None = None) -> OwnDocuments:
        """Read a cell's own files, or a part of them."""
        if part is None:
            documents = [self._read(path) for path in source.files]
        else:
            pairs = zip(source.files, part.outlines, strict=True)
            documents = [self._read(path, outline, part.stacks) for path, outline in pairs]
        faults = [fault for document in documents for fault in document.faults]
        roots = [document.root for document in documents if document.root is not None]
        for index, root in enumerate(roots):
            for earlier in roots[:index]:
                faults.extend(_collisions(earlier, root))
        readable = len(roots) == len(documents)
        whole = all(document.complete for document in documents)
        outlines = tuple(outline_of(document, _STACKS) for document in documents) if part is None else ()
        return OwnDocuments(tuple(roots) if readable else (), tuple(faults), whole, outlines)

    def _read(self, path: str, outline: Outline | None = None, stacks: Collection[str] = ()) -> Document:
        from cellwright.fleet.yaml.reader import read_document  # noqa: PLC0415  it brings a YAML library

        shown = shown_path(path)
        try:
            text = self.files.read_text(path)
            document = read_document(excerpt(text, outline, stacks) if outline else text, shown)
        except DiagnosticError as failure:
            return Document(shown, None, failure.diagnostics)
        if document.root is None:
            return document
        faults = (*document.faults, *document_faults(document.root, self._levels))
        root = document.root if document.root.entries is not None else None
        return replace(document, root=root, faults=faults, complete=document.complete and root is not None)


def _collisions(earlier: Node, later: Node) -> Iterator[Diagnostic]:
    """Find keys that two files of one cell both set."""
    mine: Mapping[str, Node] = earlier.entries or {}
    for key, node in (later.entries or {}).items():
        other = mine.get(key)
        if other is None:
            continue
        if other.entries is not None and node.entries is not None and not _replaces(other, node):
            yield from _collisions(other, node)
        else:
            first = earlier.key_position(key)
            detail = f"it is already set at {first}; keep one of them"
            yield error(f"two files of one cell set '{key}'", detail, later.key_position(key))


def _replaces(*nodes: Node) -> bool:
    return any(node.merge_tag is MergeTag.REPLACE for node in nodes)
