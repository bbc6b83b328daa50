"""Finds the terraform or tofu binary and its version; the version is cached."""

import json
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from packaging.version import Version

from cellwright.files.atomic import write_file
from cellwright.files.names import hashed_name
from cellwright.files.private import make_private_folder
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.terraform.install.version_constraint import ConstraintError, parse_constraint, parse_version
from cellwright.terraform.process.environment import clean_environment
from cellwright.terraform.process.process import probe

Product = Literal["terraform", "tofu"]

MINIMUM: Mapping[Product, Version] = {"terraform": Version("1.9"), "tofu": Version("1.7")}
"""The first versions whose `init` speaks JSON."""

PROBE_SECONDS = 15.0
"""How long the binary may take to print its version; generous, because the machine may be busy."""

_SETTINGS = "check terraform.binary in fleet.yaml"


class BinaryMissingError(DiagnosticError):
    """There is no such program; one may be downloaded."""


@dataclass(frozen=True, slots=True)
class Binary:
    """A program that runs stacks."""

    path: Path
    """Absolute; not resolved, so that a version manager's shim keeps working."""
    product: Product
    version: Version

    def __str__(self) -> str:
        return f"{self.product} {self.version}"


def find_binary(
    setting: str,
    version_constraint: str | None,
    environment: Mapping[str, str],
    *,
    probe_seconds: float = PROBE_SECONDS,
) -> Binary:
    """Find the program that `setting` names (a name on the PATH, or a path) and check its version.

    The answer of `version -json` is kept in the user's cache, by path, size and time of change.

    Raises:
        BinaryMissingError: there is no such program.
        DiagnosticError: it is not Terraform or OpenTofu, too old, or not what the constraint asks for.
    """
    path = _locate(setting, environment)
    product, version = _identify(path, environment, probe_seconds)
    if version < MINIMUM[product]:
        raise DiagnosticError(
            error(
                f"{path} is {product} {version}; Cellwright needs {MINIMUM[product]} or newer",
                "install a newer one, or name another with terraform.binary in fleet.yaml",
            )
        )
    _check_constraint(Binary(path, product, version), version_constraint)
    return Binary(path, product, version)


def user_cache(environment: Mapping[str, str]) -> Path:
    """The user's cache folder for Cellwright (XDG Base Directory Specification)."""
    chosen = environment.get("XDG_CACHE_HOME", "")
    base = Path(chosen) if chosen.startswith("/") else Path(environment.get("HOME") or Path.home()) / ".cache"
    return base / "cellwright"


def _locate(setting: str, environment: Mapping[str, str]) -> Path:
    found = shutil.which(Path(setting).expanduser(), path=environment.get("PATH", os.defpath))
    if found is not None:
        return Path(found).absolute()
    if Path(setting).is_dir():
        raise DiagnosticError(error(f"{setting} is a folder, not a program", _SETTINGS))
    if Path(setting).is_file():
        raise DiagnosticError(
            error(f"{setting} is not executable", f"make it executable: chmod +x {setting}")
        )
    where = "does not exist" if "/" in setting else "is not on the PATH"
    raise BinaryMissingError(
        error(
            f"{setting} {where}",
            "install Terraform 1.9 or newer, or OpenTofu 1.7 or newer, or name it with terraform.binary "
            "in fleet.yaml",
        )
    )


def _identify(path: Path, environment: Mapping[str, str], seconds: float) -> tuple[Product, Version]:
    cached = _cache_path(path, environment)
    with suppress(OSError, ValueError, KeyError, TypeError):
        return _read_answer(path, cached.read_text())
    answer = _ask(path, environment, seconds)
    try:
        identity = _read_answer(path, answer)
    except (ValueError, KeyError, TypeError):
        raise DiagnosticError(error(f"{path} is neither Terraform nor OpenTofu", _SETTINGS)) from None
    with suppress(OSError):  # only a cache
        make_private_folder(cached.parent)
        write_file(cached, answer.encode())
    return identity


def _cache_path(path: Path, environment: Mapping[str, str]) -> Path:
    stat = path.stat()
    key = f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}\0{stat.st_ino}"
    return user_cache(environment) / "binaries" / f"{hashed_name(key)}.json"


def _ask(path: Path, environment: Mapping[str, str], seconds: float) -> str:
    try:
        answer = probe((str(path), "version", "-json"), clean_environment(environment, {}), seconds)
    except OSError as fault:
        raise DiagnosticError(error(f"{path} can't be started: {fault.strerror}", _SETTINGS)) from fault
    if answer is None:
        raise DiagnosticError(
            error(f"{path} did not print its version within {seconds:g} s; is it Terraform?", _SETTINGS)
        )
    return answer[1]


def _read_answer(path: Path, text: str) -> tuple[Product, Version]:
    """Read the answer of `version -json`.

    OpenTofu gives the same keys without `terraform_outdated`; its version too is `terraform_version`.
    """
    answer = json.loads(text)
    version = parse_version(answer["terraform_version"])
    outdated = "terraform_outdated" in answer
    return ("terraform" if outdated or "terraform" in path.resolve().name else "tofu"), version


def _check_constraint(binary: Binary, text: str | None) -> None:
    if not text:
        return
    try:
        allowed = parse_constraint(text).allows(binary.version)
    except ConstraintError as fault:
        raise DiagnosticError(error(str(fault), "correct terraform.version in fleet.yaml")) from fault
    if not allowed:
        raise DiagnosticError(
            error(
                f"{binary.path} is {binary}; the fleet asks for '{text}'",
                "install a matching version, or change terraform.version or terraform.binary in fleet.yaml",
            )
        )
