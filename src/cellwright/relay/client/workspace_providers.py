"""A workspace's providers: their packages on this machine, and which the relay may serve."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cellwright.relay.client.eligibility import is_excepted, trust_in
from cellwright.relay.messages import ProviderRequest
from cellwright.terraform.install.platform import this_platform
from cellwright.terraform.workspace.lock_file import LockedProvider, read_lock_file


@dataclass(frozen=True, slots=True)
class WorkspaceProviders:
    """A workspace's providers: those that the relay may serve, and why not the others."""

    requests: tuple[ProviderRequest, ...]
    refused: tuple[str, ...]
    """Why Terraform starts the others itself, a line each."""


def find_providers(
    module: Path, lock_file: Path, folders: Sequence[Path], excepted: Collection[str]
) -> WorkspaceProviders:
    """Find the packages that a lock file names: first where `init` has put them, then in mirrors and caches.

    A provider without an entry in the lock file is not even looked for: Terraform writes none while the relay
    serves it, and a plan made without one could not be applied without the relay.
    """
    requests, refused = [], []
    for locked in read_lock_file(lock_file) or ():
        if is_excepted(locked.address, excepted):
            refused.append(f"{locked.address} is excepted in fleet.yaml")
        elif (package := _find(locked, (_installed(module), *folders))) is None:
            refused.append(f"{locked.address} {locked.version} is unpacked in no mirror and no cache")
        else:
            requests.append(_request(locked, package))
    if not requests and not refused:
        refused.append("no lock file, or it names no provider")
    return WorkspaceProviders(tuple(requests), tuple(refused))


def link_package(module: Path, provider: ProviderRequest) -> None:
    """Link a package to where `init` would have put it.

    `init` through the relay installs nothing, and the next command may have to run without the relay.

    Raises:
        OSError: the link can't be made.
    """
    folder = _installed(module) / provider.address / provider.folder.parent.name / provider.folder.name
    if folder.exists():
        return
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError):
        folder.symlink_to(provider.folder.absolute(), target_is_directory=True)


def _request(locked: LockedProvider, package: Path) -> ProviderRequest:
    trust = trust_in(locked.address, locked.version)
    return ProviderRequest(
        locked.address,
        package,
        locked.hashes,
        schema_from_code=trust.schema_from_code,
        cache_checks=trust.cache_checks,
    )


def _installed(module: Path) -> Path:
    return module / ".terraform" / "providers"


def _find(locked: LockedProvider, folders: Sequence[Path]) -> Path | None:
    """`FOLDER/HOST/NAMESPACE/TYPE/VERSION/PLATFORM`, as in mirrors, plugin caches and `.terraform`."""
    for folder in folders:
        package = folder / locked.address / locked.version / this_platform()
        if package.is_dir():
            return package
    return None
