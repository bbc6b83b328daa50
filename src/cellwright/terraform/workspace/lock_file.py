"""The dependency lock file `.terraform.lock.hcl`: which providers a module uses, and in which version."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


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
        text = path.read_text(errors="replace")
    except OSError:
        return None
    # Imported where there is such a file: what reads HCL takes long to import.
    from cellwright.terraform.workspace.lock_file_syntax import locked_providers  # noqa: PLC0415

    return tuple(LockedProvider(*entry) for entry in locked_providers(text))


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
