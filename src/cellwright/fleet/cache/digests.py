"""Digests of what cells are made of: equal content, equal digest."""

import hashlib
from collections.abc import Iterator
from typing import TypeAlias

from cellwright.fleet.config.documents import Documents
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.yaml.node import Node, without_positions
from cellwright.model.diagnostic import DiagnosticError

_SIZE = 20
_STACKS = "stacks"


def digest_of(content: bytes) -> bytes:
    """Digest bytes."""
    return hashlib.blake2b(content, digest_size=_SIZE).digest()


def digest_of_value(value: object) -> bytes:
    """Digest a value by its `repr`; equal values must have equal ones, as built-in types and nodes do."""
    return digest_of(repr(value).encode("utf-8", "surrogatepass"))


InputDigests: TypeAlias = tuple[tuple[str, bytes, bool], ...]
"""The keys of a stack's section, in their order: the digest of each one's value, and whether it is plain."""

SectionDigest: TypeAlias = tuple[str, bytes, InputDigests | None]
"""A stack's name and the digest of its section; None in place of its keys if it does more than set some."""

LayerDigest: TypeAlias = tuple[str, bytes, bytes, tuple[SectionDigest, ...]]
"""A layer's path and the digests of its bytes, of everything but `stacks`, and of each stack's section."""


class LayerDigests:
    """Digests layers, each once, from the same bytes that are parsed.

    Equal bytes tell at once that a layer is unchanged. Where they differ, the digests of its parts tell what
    has changed; positions are no part of these, so a comment changes none of them.
    """

    def __init__(self, files: FleetFiles, documents: Documents) -> None:
        self._files = files
        self._documents = documents
        self._contents: dict[str, bytes | None] = {}
        self._digests: dict[str, LayerDigest | None] = {}

    def content(self, path: str) -> bytes | None:
        """Digest a layer's bytes; None if it can't be read."""
        if path not in self._contents:
            try:
                self._contents[path] = digest_of(self._files.keep(path))
            except DiagnosticError:
                self._contents[path] = None
        return self._contents[path]

    def layer(self, path: str) -> LayerDigest | None:
        """Digest a layer's parts; None if it can't be read. A layer with faults has one part only."""
        if path not in self._digests:
            self._digests[path] = self._layer(path)
        return self._digests[path]

    def _layer(self, path: str) -> LayerDigest | None:
        content = self.content(path)
        if content is None or self._documents.missing(path) is not None:
            return None
        document = self._documents.layer(path)
        if document.root is None:
            return None
        if document.faults:
            return (path, content, content, ())
        sections = dict(_sections(document.root))
        general = {
            key: without_positions(node)
            for key, node in (document.root.entries or {}).items()
            if key != _STACKS or not sections
        }
        by_stack = tuple(
            (name, digest_of_value(without_positions(node)), _input_digests(node))
            for name, node in sections.items()
        )
        return (path, content, digest_of_value(general), by_stack)


def _sections(root: Node) -> Iterator[tuple[str, Node]]:
    """Yield what is written about each stack; nothing if a merge tag concerns all of them."""
    stacks = (root.entries or {}).get(_STACKS)
    if stacks is not None and stacks.merge_tag is None:
        yield from (stacks.entries or {}).items()


def _input_digests(section: Node) -> InputDigests | None:
    if section.entries is None or section.merge_tag is not None:
        return None
    return tuple(
        (key, digest_of_value(without_positions(node)), node.plain) for key, node in section.entries.items()
    )
