"""The programs that tests run stacks with: Terraform, OpenTofu, and any that are named.

`python -m binaries` (part of `make test`'s set-up) builds OpenTofu; `python -m binaries older` also what the
long tests use: older releases, and OPA.
"""

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest

from cellwright.terraform.install.binary import Binary, find_binary
from cellwright.terraform.install.mirror import VARIABLE as MIRROR
from cellwright.terraform.install.mirror import find_mirrors
from go_build import NoGoError, build, built_program
from missing import skip_without

VARIABLE = "CELLWRIGHT_BINARIES"
"""Paths of further programs, separated by colons: each is tested like Terraform and OpenTofu."""

HOSTS = {"terraform": "registry.terraform.io", "tofu": "registry.opentofu.org"}
"""The registry that a provider's short address stands for, by product."""

END_TO_END = "CELLWRIGHT_E2E_BINARY"
"""What the command `terraform` is in end-to-end tests: a name of this module; the machine's own if unset."""

_MODULES = {
    "tofu": Path(__file__).parent / "opentofu",
    "tofu-1.10": Path(__file__).parent / "opentofu-1.10",
    "tofu-1.9": Path(__file__).parent / "opentofu-1.9",
}
OPA = Path(__file__).parent / "opa"
OPA_PACKAGE = "github.com/open-policy-agent/opa"
_PACKAGE = "github.com/opentofu/opentofu/cmd/tofu"
_RELEASED = ("github.com/opentofu/opentofu/version.dev=no",)
"""As in OpenTofu's own releases; else it says 1.12.6-dev."""

_PATH = os.environ["PATH"]
"""That of the machine: a test may put another `terraform` before it."""

NAMED = [path for path in os.environ.get(VARIABLE, "").split(":") if path]

BOTH = ("terraform", "tofu")
"""The two that `make test` has on a machine with Go."""

ALL = (*BOTH, *NAMED)
"""What a contract is tested with."""

OLDER = ("tofu-1.9", "tofu-1.10")
"""What long tests add to it."""

FIRST_QUICK = [pytest.param(name, marks=pytest.mark.long if name == BOTH[1] else ()) for name in ALL]
"""Both, the second in the long tests only: for what takes long and hardly depends on the program.
Programs that are named are always tested."""

SECOND_QUICK = [pytest.param(name, marks=pytest.mark.long if name == BOTH[0] else ()) for name in ALL]
"""The other way round: of many such tests each program has its share in the short ones."""


def program(name: str) -> Path:
    """The program that a name of this module stands for; the test is skipped if this machine lacks it."""
    if name in _MODULES:
        path = built_program(_MODULES[name], _PACKAGE, _RELEASED)
        if not path.exists():
            skip_without(f"{name} (make binaries builds it with Go)")
        return path
    found = shutil.which(name, path=_PATH)
    if found is None:
        skip_without(name)
    return Path(found)


def binary(name: str) -> Binary:
    """The same, as the product and version that it says it is."""
    return _identified(program(name))


def product(name: str) -> str:
    """The product that a name stands for, whether it is here or not."""
    return "tofu" if "tofu" in Path(name).name else "terraform"


def registry() -> str:
    """The registry of the program that end-to-end tests run with: the host of an address that names none."""
    return HOSTS[product(os.environ.get(END_TO_END) or "terraform")]


def machine_with(name: str, folder: Path) -> dict[str, str]:
    """The environment of a machine whose command `terraform` is this program and has its providers.

    Args:
        name: a name of this module.
        folder: where the links are made; it may exist.
    """
    link = folder / "bin" / "terraform"
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink():
        link.symlink_to(program(name))
    return {"PATH": f"{link.parent}:{os.environ['PATH']}", MIRROR: str(mirror_for_both(folder / "mirror"))}


def mirror_for_both(folder: Path) -> Path:
    """Lay links to this machine's provider packages below both products' registries, and give the folder.

    Only the packages are links: neither product follows one above them.
    """
    for mirror in find_mirrors(None, os.environ, Path.cwd()):
        for source in mirror.sources:
            found = mirror.folder / source
            for package in (*found.glob("*.zip"), *found.glob("*/*")):
                for host in HOSTS.values():
                    place = folder / host / source.partition("/")[2] / package.relative_to(found)
                    place.parent.mkdir(parents=True, exist_ok=True)
                    with suppress(FileExistsError):
                        place.symlink_to(package)
    return folder


@cache
def _identified(path: Path) -> Binary:
    return find_binary(str(path), None, os.environ)


def main(*wanted: str) -> None:
    """Build what `make test` needs, and with `older` what the long tests need too."""
    for name in ("tofu", *(OLDER if "older" in wanted else ())):
        try:
            path = build(_MODULES[name], _PACKAGE, _RELEASED)
        except NoGoError:
            sys.stdout.write(f"*** No Go here: every test on {name} IS SKIPPED. Install Go 1.26. ***\n")
        except subprocess.CalledProcessError as failed:
            sys.stdout.write(f"*** {name} could not be built: every test on it IS SKIPPED ({failed}). ***\n")
        else:
            sys.stdout.write(f"{name}: {path}\n")
    if "older" in wanted:
        build_opa()


def build_opa() -> None:
    """Build OPA, which judges our evaluator of policies in the long tests."""
    try:
        path = build(OPA, OPA_PACKAGE)
    except NoGoError:
        sys.stdout.write("*** No Go here: every test on OPA IS SKIPPED. Install Go 1.26. ***\n")
    except subprocess.CalledProcessError as failed:
        sys.stdout.write(f"*** OPA could not be built: every test on it IS SKIPPED ({failed}). ***\n")
    else:
        sys.stdout.write(f"opa: {path}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
