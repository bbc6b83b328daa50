"""Downloads a pinned Terraform from its vendor, for machines without one."""

import hashlib
import http.client
import io
import re
import urllib.error
import urllib.request
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cellwright.files.atomic import write_file
from cellwright.files.errors import file_errors
from cellwright.files.lock import locked
from cellwright.files.private import make_private_folder
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.terraform.install.platform import this_platform

VENDOR = "https://releases.hashicorp.com/terraform"
TIMEOUT = 30.0
"""Seconds without data after which a download fails."""

_MAX_SIZE = 200 * 2**20
_EXECUTABLE = 0o700
_LOCK_SECONDS = 1800.0
_ADVICE = (
    "install Terraform 1.9 or newer (developer.hashicorp.com/terraform/install) or OpenTofu 1.7 or newer "
    "(opentofu.org/docs/intro/install), and have it on the PATH"
)


@dataclass(frozen=True, slots=True)
class TerraformRelease:
    """One version of Terraform."""

    version: str
    checksums: Mapping[str, str]
    """SHA-256 of the archive by platform (`linux_amd64`). For a platform that is not in here, the vendor's
    own list (SHA256SUMS) is downloaded and must name the archive."""


PINNED = TerraformRelease(
    "1.11.4",
    {
        "darwin_amd64": "a56d5002b9f7647291faccc3dd1a70350e60fb61e4c45037629508b8fdc2575b",
        "darwin_arm64": "867e0808fa971217043e25b7a792b10720c79b1546f8a68479b74f138be73e18",
        "linux_amd64": "1ce994251c00281d6845f0f268637ba50c0005657eb3cf096b92f753b42ef4dc",
        "linux_arm64": "a43d1d0da9b9bab214a8305a39db0e40869572594ccf50c416a7756499143633",
    },
)


def fetch_terraform(
    cache: Path, *, base_url: str = VENDOR, release: TerraformRelease = PINNED, timeout: float = TIMEOUT
) -> Path:
    """Give the path of a Terraform of this release in `cache`, downloading it if it is not there yet.

    If two processes ask at once, one downloads and the other waits. A failed download leaves no file.

    Raises:
        DiagnosticError: no network, no such release, a wrong checksum, or an unwritable cache.
    """
    target = cache / "terraform" / release.version / "terraform"
    if target.exists():
        return target
    with file_errors(f"{target.parent} can't be written"):
        make_private_folder(target.parent)
        with locked(
            target.parent / "lock",
            timeout=_LOCK_SECONDS,
            busy=f"another process has been downloading Terraform into {target.parent} for half an hour",
            advice="look for a Cellwright that hangs, stop it, and repeat this",
        ):
            if not target.exists():
                write_file(target, _download(base_url, release, timeout), mode=_EXECUTABLE)
    return target


def _download(base_url: str, release: TerraformRelease, timeout: float) -> bytes:
    archive = f"terraform_{release.version}_{this_platform()}.zip"
    folder = f"{base_url}/{release.version}"
    expected = release.checksums.get(this_platform())
    if expected is None:
        listed = _fetch(f"{folder}/terraform_{release.version}_SHA256SUMS", timeout)
        expected = _checksum_in(listed.decode(errors="replace"), archive)
    content = _fetch(f"{folder}/{archive}", timeout)
    if hashlib.sha256(content).hexdigest() != expected:
        raise DiagnosticError(
            error(f"{folder}/{archive} is not what its vendor released: its checksum is wrong", _ADVICE)
        )
    return _unpack(content, archive)


def _fetch(url: str, timeout: float) -> bytes:
    if not url.startswith(("https://", "http://")):
        raise DiagnosticError(error(f"{url} is no web address", _ADVICE))
    try:
        with urllib.request.urlopen(url, timeout=timeout) as response:  # noqa: S310  the scheme was checked
            content: bytes = response.read(_MAX_SIZE)
            missing = int(response.headers.get("Content-Length") or len(content)) - len(content)
    except urllib.error.HTTPError as fault:
        fault.close()
        raise _unreachable(url, f"the server answered {fault.code}") from None
    except urllib.error.URLError as fault:
        raise _unreachable(url, str(fault.reason)) from fault
    except (
        OSError,
        ValueError,
        http.client.HTTPException,
    ) as fault:  # a time-out or a broken connection in mid-answer
        raise _unreachable(url, str(fault)) from fault
    if missing:
        raise _unreachable(url, f"the download broke off {missing} bytes before its end")
    return content


def _unreachable(url: str, why: str) -> DiagnosticError:
    return DiagnosticError(error(f"no Terraform here, and {url} can't be fetched: {why}", _ADVICE))


def _checksum_in(listed: str, archive: str) -> str:
    found = re.search(rf"^([0-9a-f]{{64}})\s+{re.escape(archive)}$", listed, re.MULTILINE)
    if found is None:
        raise DiagnosticError(error(f"the vendor has no {archive}", _ADVICE))
    return found[1]


def _unpack(content: bytes, archive: str) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            return opened.read("terraform")
    except (zipfile.BadZipFile, KeyError) as fault:
        raise DiagnosticError(error(f"{archive} holds no terraform", _ADVICE)) from fault
