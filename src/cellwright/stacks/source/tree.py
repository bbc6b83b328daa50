"""A stack's source tree: the root module and every local module that it uses."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cellwright.model.binary import Product
from cellwright.stacks.source.folder import FoundFile


@dataclass(frozen=True, slots=True)
class StackFile:
    """One file: `path` is relative to the tree's folder, with slashes; `source` is where its bytes are."""

    path: str
    source: Path
    executable: bool
    sha256: bytes
    """Of the content that the tree's digest covers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StackTree:
    """All files of a stack's source, laid out so that relative paths keep working."""

    files: tuple[StackFile, ...]
    """Sorted by path."""
    module: str
    """The root module's folder within the tree; "." if it is the tree."""
    digest: str
    """SHA-256, hexadecimal, over names, bytes and executable bits; the same wherever the tree lies."""
    label: str
    """The source to be shown: a folder, or a URL with ref and commit."""
    commit: str | None
    """The git commit of a git source."""
    folder: Path
    """The tree's folder on disk: the common ancestor of the root module and its local modules."""


def tree_digest(
    module: str,
    files: Mapping[str, FoundFile],
    product: Product | None = None,
    sources: Iterable[tuple[str, str, str]] = (),
) -> str:
    """Give the digest of a tree: its root module's folder, and its files by their paths in it.

    `product` is given where the tree is not the same for both; Terraform's is that of a tree without product.
    Of modules whose source is computed, `sources` are the caller, the name and the source: with others, equal
    files are another tree, and `init` has to run again.
    """
    digest = hashlib.sha256(_with_length(module))
    if product == "tofu":
        digest.update(b"tofu")
    for path in sorted(files):
        digest.update(_with_length(path))
        digest.update(b"x" if files[path].executable else b"-")
        digest.update(files[path].digest)
    for source in sources:
        digest.update(b"".join(map(_with_length, source)))
    return digest.hexdigest()


def _with_length(text: str) -> bytes:
    """Put a name's length before it, so that different lists of names never have equal bytes."""
    encoded = text.encode(errors="surrogateescape")
    return len(encoded).to_bytes(4) + encoded
