"""The dependency lock file `.terraform.lock.hcl`: which providers a module uses, and in which version."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cellwright.stacks.hcl.native import parse_native
from cellwright.stacks.hcl.source import SyntaxFault
from cellwright.stacks.hcl.syntax import Attribute, Block, Literal, TupleExpression


@dataclass(frozen=True, slots=True)
class LockedProvider:
    """One entry of a lock file."""

    address: str
    """`registry.terraform.io/hashicorp/aws`."""
    version: str
    hashes: frozenset[str] = frozenset()
    """The checksums of packages that may be used: `h1:...`, `zh:...`."""


def read_lock_file(path: Path) -> tuple[LockedProvider, ...] | None:
    """Read the entries in the order written; None if there is no file that can be read.

    Terraform writes the file itself. One that is not HCL has no entries, and an entry without a version is
    left out: Terraform will report it.
    """
    try:
        body = parse_native(path.read_text(errors="replace"))
    except OSError:
        return None
    except SyntaxFault:
        return ()
    entries = (_entry(block) for block in body.blocks_of("provider"))
    return tuple(entry for entry in entries if entry is not None)


def unbound(
    before: Iterable[LockedProvider], after: Iterable[LockedProvider]
) -> tuple[tuple[LockedProvider, LockedProvider], ...]:
    """Find the entries that did not bind `init`: it took the provider from another registry, another version.

    `before` and `after` are the lock file's entries around it. Each product heeds the entries of its own
    registry; OpenTofu takes over the versions of HashiCorp's own providers as well.
    """
    now = {entry.address: entry for entry in after}
    kinds = {address.partition("/")[2]: entry for address, entry in now.items()}
    return tuple(
        (entry, kinds[kind])
        for entry in before
        if entry.address not in now
        and (kind := entry.address.partition("/")[2]) in kinds
        and kinds[kind].version != entry.version
    )


def _entry(block: Block) -> LockedProvider | None:
    version = _text(block.body.attributes.get("version"))
    if len(block.labels) != 1 or version is None:
        return None
    return LockedProvider(block.labels[0], version, _texts(block.body.attributes.get("hashes")))


def _text(attribute: Attribute | None) -> str | None:
    if attribute is None or not isinstance(attribute.value, Literal):
        return None
    return attribute.value.value if isinstance(attribute.value.value, str) else None


def _texts(attribute: Attribute | None) -> frozenset[str]:
    if attribute is None or not isinstance(attribute.value, TupleExpression):
        return frozenset()
    literals = (item.value for item in attribute.value.items if isinstance(item, Literal))
    return frozenset(value for value in literals if isinstance(value, str))
