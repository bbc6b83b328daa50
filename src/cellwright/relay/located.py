"""Where a workspace's providers lie on this machine, and which of them the relay may serve."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cellwright.relay.control import ProviderOrder
from cellwright.relay.lock_file import LockedProvider, read_lock_file
from cellwright.relay.safety import trust_in
from cellwright.terraform.install.platform import this_platform


@dataclass(frozen=True, slots=True)
class Located:
    """A workspace's providers, told apart."""

    orders: tuple[ProviderOrder, ...]
    refused: tuple[str, ...]
    """Why the others run plainly, a line each."""


def locate_providers(
    module: Path, lock_file: Path, places: Sequence[Path], trusted: Collection[str]
) -> Located:
    """Find the packages that a lock file names: first where `init` has put them, then in mirrors and caches.

    A provider without an entry in the lock file is not even looked for: Terraform writes none while the relay
    serves it, and a plan made without one could not be applied without the relay.
    """
    orders, refused = [], []
    for locked in read_lock_file(lock_file):
        trust = trust_in(locked.address, locked.version, trusted)
        if trust is None:
            refused.append(f"{locked.address} {locked.version} is not known to be safe with the relay")
        elif (folder := _find(locked, (_installed(module), *places))) is None:
            refused.append(f"{locked.address} {locked.version} lies unpacked in no mirror and no cache")
        else:
            orders.append(ProviderOrder(locked.address, folder, locked.hashes, trust.remember_checks))
    if not orders and not refused:
        refused.append("no lock file, or it names no provider")
    return Located(tuple(orders), tuple(refused))


def link_package(module: Path, order: ProviderOrder) -> None:
    """Put a package where `init` would have.

    `init` through the relay installs nothing, and the next command may have to run plainly.

    Raises:
        OSError: it cannot be put there.
    """
    place = _installed(module) / order.address / order.folder.parent.name / order.folder.name
    if place.exists():
        return
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError):
        place.symlink_to(order.folder.absolute(), target_is_directory=True)


def _installed(module: Path) -> Path:
    return module / ".terraform" / "providers"


def _find(locked: LockedProvider, places: Sequence[Path]) -> Path | None:
    """`PLACE/HOST/NAMESPACE/TYPE/VERSION/PLATFORM`, the layout of mirrors, plugin caches and `.terraform`."""
    for place in places:
        folder = place / locked.address / locked.version / this_platform()
        if folder.is_dir():
            return folder
    return None
