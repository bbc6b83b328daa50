"""The providers of one `init`: which are pinned, which pins did not bind, which could not be had."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from cellwright.model.diagnostic import Diagnostic, warning
from cellwright.terraform.install.binary import Binary
from cellwright.terraform.install.missing_provider import explain_missing
from cellwright.terraform.install.platform import this_platform
from cellwright.terraform.install.provider_cache import PinnedProvider
from cellwright.terraform.output.failure import TerraformError
from cellwright.terraform.toolchain import Toolchain
from cellwright.terraform.workspace.lock_file import LockedProvider, read_lock_file, unbound


def completed(failure: TerraformError, toolchain: Toolchain) -> TerraformError:
    """Explain what a failed `init` says of providers that it could not get."""
    found = explain_missing(
        failure.diagnostics, failure.messages, toolchain.mirrors, toolchain.binary.product
    )
    return TerraformError(failure.kind, found, failure.lock)


def unbound_pins(locked: Iterable[LockedProvider], lock_file: Path, binary: Binary) -> Iterator[Diagnostic]:
    """Warn of what a lock file that the other product wrote could not pin."""
    for entry, taken in unbound(locked, read_lock_file(lock_file) or ()):
        yield warning(
            f"the stack's .terraform.lock.hcl pins {entry.address} {entry.version}, but {binary.product} "
            f"takes its providers from {taken.address.partition('/')[0]}, and took {taken.version}",
            f"add that registry's entries to the stack's lock file: {binary.product} providers lock "
            f"-platform={this_platform()}",
        )


def pinned_providers(lock_file: Path) -> frozenset[PinnedProvider] | None:
    """The providers and versions that a lock file pins; None without one."""
    locked = read_lock_file(lock_file)
    if locked is None:
        return None
    return frozenset(PinnedProvider(entry.address, entry.version) for entry in locked)
