"""What a layer says, digested in parts: the whole file, what it says about cells, and about each stack.

A file's bytes tell at once that nothing has changed. Where they have, its parts tell what; places do not
count there, so a comment changes none of them.
"""

from collections.abc import Iterator
from typing import TypeAlias

from cellwright.fleet.cache.digests import digest_of, digest_of_value
from cellwright.fleet.config.documents import Documents
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.yaml.node import Node, without_places
from cellwright.model.diagnostic import DiagnosticError

_STACKS = "stacks"

LayerMark: TypeAlias = tuple[str, bytes, bytes, tuple[tuple[str, bytes], ...]]
"""A layer's path and the digests of its bytes, of all but its stacks' sections, of each section by stack."""


class LayerMarks:
    """Digests layers, each once. A layer is read once: what is parsed is what was digested."""

    def __init__(self, files: FleetFiles, documents: Documents) -> None:
        self._files = files
        self._documents = documents
        self._contents: dict[str, bytes | None] = {}
        self._marks: dict[str, LayerMark | None] = {}

    def content(self, path: str) -> bytes | None:
        """Digest a layer's bytes; None if it can't be read."""
        if path not in self._contents:
            try:
                self._contents[path] = digest_of(self._files.keep(path))
            except DiagnosticError:
                self._contents[path] = None
        return self._contents[path]

    def mark(self, path: str) -> LayerMark | None:
        """Digest a layer's parts; None if it can't be read. One with findings is one whole."""
        if path not in self._marks:
            self._marks[path] = self._mark(path)
        return self._marks[path]

    def _mark(self, path: str) -> LayerMark | None:
        content = self.content(path)
        if content is None or self._documents.missing(path) is not None:
            return None
        document = self._documents.layer(path)
        if document.root is None:
            return None
        if document.faults:
            return (path, content, content, ())
        sections = dict(_sections(document.root))
        head = {
            key: without_places(node)
            for key, node in (document.root.entries or {}).items()
            if key != _STACKS or not sections
        }
        said = tuple((name, digest_of_value(item)) for name, item in sections.items())
        return (path, content, digest_of_value(head), said)


def _sections(root: Node) -> Iterator[tuple[str, object]]:
    """Yield what is said about each stack; nothing if a tag says something about all of them."""
    stacks = (root.entries or {}).get(_STACKS)
    if stacks is not None and stacks.directive is None:
        for name, node in (stacks.entries or {}).items():
            yield name, without_places(node)
