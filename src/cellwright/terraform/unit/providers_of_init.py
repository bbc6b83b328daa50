"""What one `init` says of providers, pinned, unbound or missing, and of the backend, explained."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePath

from cellwright.model.diagnostic import Diagnostic, error, warning
from cellwright.stacks.reading.backend_file import BACKEND_FILE
from cellwright.stacks.source.tree import StackTree
from cellwright.terraform.install.binary import Binary
from cellwright.terraform.install.mirror import HOSTS
from cellwright.terraform.install.platform import this_platform
from cellwright.terraform.install.provider_cache import PinnedProvider
from cellwright.terraform.output.failure import TerraformError
from cellwright.terraform.toolchain import Toolchain
from cellwright.terraform.workspace.lock_file import LockedProvider, read_lock_file, unbound

_DAMAGED_LOCK_FILE = "failed to read dependency lock file"


def completed(failure: TerraformError, toolchain: Toolchain, tree: StackTree) -> TerraformError:
    """Explain what a failed `init` says of providers that it could not get, and of the backend's settings."""
    from cellwright.terraform.install.missing_provider import explain_missing  # noqa: PLC0415  most succeed
    from cellwright.terraform.unit.stack_places import lock_file_place, provider_place  # noqa: PLC0415  reads HCL

    product = toolchain.binary.product
    place = partial(provider_place, tree, toolchain.root, HOSTS[product])
    found = explain_missing(failure.diagnostics, failure.messages, toolchain.mirrors, product, place)
    explained = [_of_the_fleet(item, toolchain.binary) for item in found]
    # Only Terraform 1.15 says where.
    explained = [
        replace(item, position=lock_file_place(tree, toolchain.root))
        if item.position is None and item.summary.startswith(_DAMAGED_LOCK_FILE)
        else item
        for item in explained
    ]
    return TerraformError(failure.kind, explained, failure.lock)


def _of_the_fleet(item: Diagnostic, binary: Binary) -> Diagnostic:
    """Say of an error in the file of the backend, which is ours, that the fleet's settings are meant."""
    if item.position is None or PurePath(item.position.file).name != BACKEND_FILE:
        return item
    said = f"{item.summary}: {item.detail}" if item.detail else item.summary
    return error(
        f"{binary} refuses the settings of the backend: {said}",
        "correct `state` in fleet.yaml, or name a program that knows the setting with terraform.binary",
    )


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
