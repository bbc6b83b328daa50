"""One process of the AWS provider for many runs of Terraform, which would start one for each run block.

It is started as for a debugger: Terraform and OpenTofu are told where it listens, and need no `init` for it.
"""

import json
import os
import re
import subprocess
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from packaging.version import Version

import binaries
from cellwright.terraform.install.mirror import HOSTS, Mirror, ProviderPackage, find_mirrors
from cellwright.terraform.install.version_constraint import parse_version
from missing import skip_without
from patience import PATIENCE

_PROVIDER = "hashicorp/aws"
_ADDRESS = re.compile(r"TF_REATTACH_PROVIDERS='(\{.*\})'")


@contextmanager
def provider_for(name: str, folder: Path, aws: Mapping[str, str] | None = None) -> Iterator[dict[str, str]]:
    """Run the provider; gives the environment in which a program of `binaries` finds it, and little else.

    Args:
        name: of the program.
        folder: the home of both; where the provider's log goes, and its files if a mirror has them packed.
        aws: what leads the provider to an emulated AWS; None: nothing is asked of any.
    """
    log = folder / "provider.log"
    plain = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(_executable(folder)), "-debug"],
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**plain, **(aws or {})},
        )
    try:
        (described,) = json.loads(_said(process, log)).values()
        address = f"{binaries.HOSTS[binaries.product(name)]}/{_PROVIDER}"
        reattached = json.dumps({address: described})
        yield {**plain, "CHECKPOINT_DISABLE": "1", "TF_REATTACH_PROVIDERS": reattached}
    finally:
        process.terminate()
        process.wait(PATIENCE)


def run_program(
    name: str, arguments: Sequence[str], root: Path, environment: Mapping[str, str]
) -> "subprocess.CompletedProcess[str]":
    """Run a program of `binaries` to its end in a folder; whoever calls looks at how it ended."""
    return subprocess.run(
        [str(binaries.program(name)), *arguments],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def _said(process: "subprocess.Popen[bytes]", log: Path) -> str:
    """Wait until the provider says where it listens."""
    late = time.monotonic() + PATIENCE
    while time.monotonic() < late and process.poll() is None:
        if found := _ADDRESS.search(log.read_text()):
            return found[1]
        time.sleep(0.05)
    raise AssertionError(log.read_text())


def provider_version() -> str:
    """The version of the provider that is run."""
    version, _, _ = _newest()
    return str(version)


def _executable(folder: Path) -> Path:
    _, mirror, package = _newest()
    place = _unpacked(mirror, package, folder)
    (executable,) = place.glob("terraform-provider-aws_*")
    return executable


def _newest() -> tuple[Version, Mirror, ProviderPackage]:
    """Find the newest AWS provider of this machine's mirrors."""
    found = [
        (parse_version(package.version), mirror, package)
        for mirror in find_mirrors(None, os.environ, Path.cwd())
        for package in mirror.packages
        if package.source.partition("/")[2] == _PROVIDER
    ]
    if not found:
        skip_without("the AWS provider in a mirror")
    return max(found, key=lambda one: one[0])


def _unpacked(mirror: Mirror, package: ProviderPackage, folder: Path) -> Path:
    place = mirror.folder / package.path_below(HOSTS["terraform"])
    if not place.exists():
        place = mirror.folder / package.path_below(HOSTS["tofu"])
    if not package.packed:
        return place
    with zipfile.ZipFile(place) as packed:
        packed.extractall(folder / "provider")
    for file in (folder / "provider").iterdir():
        file.chmod(0o755)  # a package's permissions get lost on the way out
    return folder / "provider"
