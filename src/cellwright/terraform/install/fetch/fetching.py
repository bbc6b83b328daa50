"""Fetches one version of a product: once per user, checked by the product's own signature."""

import re
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cellwright.files.errors import file_errors
from cellwright.files.lock import locked
from cellwright.files.private import make_private_folder
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.terraform.install.fetch.archive import ArchiveError, unpack_program
from cellwright.terraform.install.fetch.product_releases import ProductReleases, releases_variable
from cellwright.terraform.install.fetch.signature import SignatureError, check_signature
from cellwright.terraform.install.fetch.store import Store
from cellwright.terraform.install.fetch.web import DownloadError, Web
from cellwright.terraform.install.platform import this_platform

_LARGEST_LIST = 2**20
_LARGEST_ARCHIVE = 2**29
_LOCK_SECONDS = 1800.0


class UnreachableError(DiagnosticError):
    """The release could not be had: no network, or no such release there. Nothing false was received."""


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches releases of one product into a store."""

    releases: ProductReleases
    store: Store
    web: Web
    notice: Callable[[str], None]
    """Told what takes long."""

    def fetch(self, version: str) -> Path:
        """Give the path of the program of this version, fetching it if it is not there yet.

        If two processes ask at once, one downloads and the other waits. What fails leaves no program.

        Raises:
            UnreachableError: it can't be had.
            DiagnosticError: it is not genuine, or can't be written.
        """
        target = self.store.path(self.releases.product, version)
        if target.is_file():
            return target
        label = f"{self.releases.name} {version}"
        self.notice(f"fetching {label} from {self.releases.address}")
        with file_errors(f"{target.parent} can't be written"):
            make_private_folder(target.parent)
            with locked(
                target.parent / "lock",
                timeout=_LOCK_SECONDS,
                busy=f"another process has been fetching {label} into {target.parent} for half an hour",
                advice="look for a Cellwright that hangs, stop it, and repeat this",
            ):
                if not target.is_file():
                    _remove_leftovers(target.parent)
                    self._fetch(version, target)
                    self.notice(f"{label}: signature and checksum are right; kept in {target.parent}")
        return target

    def _fetch(self, version: str, target: Path) -> None:
        archive = self.releases.archive(version, this_platform())
        expected = self._checksum(version, archive)
        url = self.releases.url(version, archive)
        # Without a name: if this process is killed, nothing is left of it.
        with tempfile.TemporaryFile(dir=target.parent) as file:
            try:
                found = self.web.save(url, file, _LARGEST_ARCHIVE)
            except DownloadError as fault:
                raise self._unreachable(url, version, fault) from fault
            if found != expected:
                raise self._forged(url, "its checksum is not the one in the signed list")
            try:
                unpack_program(file, self.releases.product, target)
            except ArchiveError as fault:
                raise self._forged(url, str(fault)) from fault

    def _checksum(self, version: str, archive: str) -> str:
        """Give the archive's checksum by the product's own list, whose signature is checked."""
        url = self.releases.url(version, self.releases.checksums(version))
        listed = self._read(url, version)
        signature = self._signature(version)
        try:
            check_signature(listed, signature, self.releases.key_files)
        except SignatureError as fault:
            raise self._forged(url, f"its signature is none of {self.releases.name}'s: {fault}") from fault
        pattern = rf"^([0-9a-f]{{64}})[ \t]+{re.escape(archive)}\s*$"
        found = re.search(pattern, listed.decode(errors="replace"), re.MULTILINE)
        if found is None:
            raise UnreachableError(
                error(
                    f"{self.releases.name} {version} was not released for {this_platform()}",
                    f"choose another terraform.version; {self._by_hand()}",
                )
            )
        return found[1]

    def _signature(self, version: str) -> bytes:
        *others, last = self.releases.signatures(version)
        for name in others:
            url = self.releases.url(version, name)
            with suppress(DownloadError):
                return self.web.read(url, _LARGEST_LIST)
        return self._read(self.releases.url(version, last), version)

    def _read(self, url: str, version: str) -> bytes:
        try:
            return self.web.read(url, _LARGEST_LIST)
        except DownloadError as fault:
            raise self._unreachable(url, version, fault) from fault

    def _unreachable(self, url: str, version: str, fault: DownloadError) -> UnreachableError:
        advice = fault.advice or f"check the network (HTTPS_PROXY), name a mirror with {self._variable}"
        if fault.missing:
            advice = f"check that there is a release {version}, and {self._variable} if it is set"
        return UnreachableError(
            error(
                f"{self.releases.name} {version} can't be fetched: {url}: {fault}",
                f"{advice}; {self._by_hand()}",
            )
        )

    def _forged(self, url: str, why: str) -> DiagnosticError:
        return DiagnosticError(
            error(
                f"{url} is not used: {why}",
                f"it was changed on its way, or {self.releases.name} signs with a new key that only a newer "
                f"Cellwright knows; {self._by_hand()}",
            )
        )

    @property
    def _variable(self) -> str:
        return releases_variable(self.releases)

    def _by_hand(self) -> str:
        return f"or install it yourself ({self.releases.guide}) and have it on the PATH"


def _remove_leftovers(folder: Path) -> None:
    """Remove what a process left that was killed while it wrote; the lock says that none is writing now."""
    for path in folder.glob(".*.tmp"):
        with suppress(OSError):
            path.unlink()
