"""Finds the terraform or tofu binary, and asks it which product and version it is.

What it is called decides nothing: a version manager's `terraform` may run OpenTofu.
"""

import re
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from cellwright.files.atomic import write_file
from cellwright.files.names import hashed_name
from cellwright.files.private import make_private_folder
from cellwright.files.user_cache import user_cache
from cellwright.model.binary import PRODUCTS, BinaryVersion, Product
from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.text.search_path import program_path, without_current_folder
from cellwright.terraform.install.version_constraint import ConstraintError, parse_constraint, parse_version
from cellwright.terraform.process.environment import clean_environment
from cellwright.terraform.process.process import ProbeAnswer, probe

MINIMUM: Mapping[Product, Version] = {"terraform": Version("1.9"), "tofu": Version("1.7")}
"""The first versions whose `init` speaks JSON."""

PROBE_SECONDS = 15.0
"""How long the binary may take to print its version; generous, because the machine may be busy."""

_SETTINGS = "check terraform.binary in fleet.yaml"

_SAID = re.compile(r"^(?P<name>Terraform|OpenTofu) v(?P<version>\S+)$", re.MULTILINE)
"""What `version` prints. `version -json` doesn't say which product it is: both have the same keys."""

_BY_NAME: Mapping[str, Product] = {name: product for product, name in PRODUCTS.items()}

_PROGRAM_NAME = re.compile(r"terraform|tofu", re.IGNORECASE)
_PROGRAM_BYTES = 30_000_000
"""Terraform and OpenTofu have 80 MB and more, what only starts them has less."""
_SCRIPT = b"#!"
_UNKNOWN_OPTION = re.compile(r"flag provided but not defined: (-\S+)")
_VERSION_MANAGER = (
    "a version manager chooses by folder (a .terraform-version or .tool-versions in the stack) or by "
    "environment: let it choose one for the whole fleet, or name the program itself with terraform.binary"
)
_REPLACED = (
    "its file was replaced since; the next command asks the program that is there now: run it again, or "
    "go on with `cellwright resume`"
)
_SHOWN_CHARS = 80
_SHOWN_REASON = 300


class BinaryMissingError(DiagnosticError):
    """There is no such program; one may be downloaded."""


@dataclass(frozen=True, slots=True)
class Binary:
    """A program that runs stacks."""

    path: Path
    """Absolute; not resolved, so that a version manager's shim keeps working."""
    product: Product
    version: Version
    said: str = ""
    """Its version as it said it: `1.15.0-beta1`."""
    stamp: tuple[int, ...] | None = None
    """Size, time and inode of the file that said it."""

    def is_current(self) -> bool:
        """Tell whether the file is the one that was asked, as far as that can be seen."""
        return self.stamp is None or self.stamp == _stamp(self.path)

    @property
    def identity(self) -> BinaryVersion:
        """Product and version, as they are recorded."""
        return BinaryVersion(self.product, self.said or str(self.version))

    def __str__(self) -> str:
        return str(self.identity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """How a program is asked what it is."""

    folder: Path = Path("/")
    """Where it is asked, and where relative paths start, the fleet's root: a version manager may answer
    differently elsewhere. Never the current folder, in which anything may lie."""
    pass_patterns: tuple[str, ...] = ()
    """Variables that its runs inherit, besides a built-in few."""
    seconds: float = PROBE_SECONDS


_HERE = Asking()


def find_binary(
    setting: str,
    version_constraint: str | None,
    environment: Mapping[str, str],
    *,
    product: Product | None = None,
    asking: Asking = _HERE,
) -> Binary:
    """Find the program that `setting` names (a name on the PATH, or a path), and check what it is.

    Raises:
        BinaryMissingError: there is no such program.
        DiagnosticError: it is not Terraform or OpenTofu, not the `product` that is wanted, too old, or not
            what the constraint asks for.
    """
    path = _locate(setting, environment, asking.folder)
    stamp = _stamp(path)  # before it is asked, so that a change meanwhile shows
    found, said = _identify(path, environment, asking)
    version = parse_version(said)
    binary = Binary(path, found, version, said, stamp)
    if product is not None and found != product:
        raise DiagnosticError(
            error(
                f"{path} is {binary}; the settings ask for {PRODUCTS[product]}",
                "change terraform.product or terraform.binary; `cellwright explain UNIT terraform` says where"
                " they are set",
            )
        )
    if version < MINIMUM[found]:
        raise DiagnosticError(
            error(
                f"{path} is {binary}; Cellwright needs {PRODUCTS[found]} {MINIMUM[found]} or newer",
                "install a newer one, or name another with terraform.binary in fleet.yaml",
            )
        )
    _check_constraint(binary, version_constraint)
    return binary


def _locate(setting: str, environment: Mapping[str, str], folder: Path) -> Path:
    is_path = "/" in setting
    named = folder / Path(setting).expanduser() if is_path else Path(setting)
    found = shutil.which(named, path=program_path(environment))
    if found is not None:
        return Path(found)
    if is_path and named.is_dir():
        raise DiagnosticError(error(f"{setting} is a folder, not a program", _SETTINGS))
    if is_path and named.is_file():
        raise DiagnosticError(
            error(f"{setting} is not executable", f"make it executable: chmod +x {setting}")
        )
    wanted = (f"{PRODUCTS[product]} {first} or newer" for product, first in MINIMUM.items())
    where = "does not exist" if is_path else "is not on the PATH"
    raise BinaryMissingError(
        error(
            f"{setting} {where}",
            f"install {', or '.join(wanted)}, or name it with terraform.binary in fleet.yaml",
        )
    )


def _identify(path: Path, environment: Mapping[str, str], asking: Asking) -> tuple[Product, str]:
    """Ask the program what it is; of what surely is the program itself the answer is kept.

    What a version manager or a script answers may be another thing tomorrow, or in another folder, and
    nothing about its file shows that: it is asked each time.
    """
    kept = _kept_answer(path, environment) if _is_program_itself(path) else None
    if kept is not None:
        with suppress(OSError, ValueError):
            return _read_answer(kept.read_text())
    answer = _ask(path, environment, asking)
    try:
        identity = _read_answer(answer.out)
    except ValueError:
        raise DiagnosticError(_no_version(path, answer)) from None
    if kept is not None:
        with suppress(OSError):  # only a cache
            make_private_folder(kept.parent)
            write_file(kept, answer.out.encode())
    return identity


def _is_program_itself(path: Path) -> bool:
    """Tell Terraform and OpenTofu from what only starts them: by size, and by the name of the file itself."""
    with suppress(OSError):
        real = path.resolve()
        with real.open("rb") as file:
            script = file.read(len(_SCRIPT)) == _SCRIPT
        large = real.stat().st_size >= _PROGRAM_BYTES
        return large and not script and _PROGRAM_NAME.search(real.name) is not None
    return False


def _kept_answer(path: Path, environment: Mapping[str, str]) -> Path:
    key = f"{path.resolve()}\0{_stamp(path)}"
    return user_cache(environment) / "binaries" / f"{hashed_name(key)}.txt"


def _stamp(path: Path) -> tuple[int, ...] | None:
    with suppress(OSError):
        stat = path.stat()
        return (stat.st_size, stat.st_mtime_ns, stat.st_ino)
    return None


def _ask(path: Path, environment: Mapping[str, str], asking: Asking) -> ProbeAnswer:
    passed = clean_environment(without_current_folder(environment), {}, asking.pass_patterns)
    try:
        answer = probe((str(path), "version"), passed, asking.seconds, asking.folder)
    except OSError as fault:
        raise DiagnosticError(error(f"{path} can't be started: {fault.strerror}", _SETTINGS)) from fault
    if answer is None:
        raise DiagnosticError(
            error(
                f"{path} did not print its version within {asking.seconds:g} s; is it Terraform?", _SETTINGS
            )
        )
    return answer


def _no_version(path: Path, answer: ProbeAnswer) -> Diagnostic:
    """Say what `version` did instead of naming a version; a version manager says why on standard error."""
    why = " ".join(answer.err.split())[:_SHOWN_REASON]
    if answer.code < 0:
        return error(f"`{path} version` was ended by signal {-answer.code}", why or _SETTINGS)
    if answer.code and not answer.out.strip():
        advice = f"{_SETTINGS}; if it is a version manager's, let it choose a version in the fleet's folder"
        summary = f"`{path} version` failed with exit code {answer.code}"
        return error(summary, f"{why}; {advice}" if why else advice)
    said = answer.out.strip().partition("\n")[0][:_SHOWN_CHARS]
    return error(f"{path} is neither Terraform nor OpenTofu: `version` printed '{said}'", _SETTINGS)


def _read_answer(text: str) -> tuple[Product, str]:
    """Read the answer of `version`: `Terraform v1.11.4` or `OpenTofu v1.12.6`, then its platform.

    Raises:
        ValueError: it is something else, or says both.
    """
    found = set(_SAID.findall(text))
    if len(found) != 1:
        raise ValueError(text)
    name, version = found.pop()
    parse_version(version)
    return _BY_NAME[name], version


def check_identity(binary: Binary, ran: BinaryVersion, command: str) -> None:
    """Refuse what a command says of itself if it is not what the program said when it was asked.

    Raises:
        DiagnosticError: it is another product or version.
    """
    fault = identity_fault(binary, ran, command)
    if fault is not None:
        raise DiagnosticError(fault)


def identity_fault(
    binary: Binary, ran: BinaryVersion | None, command: str, said: str = ""
) -> Diagnostic | None:
    """Tell whether a command was run by another program than the one that was asked for its version.

    Args:
        binary: the program as it was asked.
        ran: what the command said of itself; None if it did not come so far.
        command: for people.
        said: what a failed command printed; a program that doesn't know our options is not what it said.
    """
    option = _UNKNOWN_OPTION.search(said)
    if ran is None:
        what = f"`{command}` does not know its option {option[1]}" if option else ""
    else:
        what = "" if _is_same(binary, ran) else f"`{command}` ran {ran}"
    if not what:
        return None
    advice = _VERSION_MANAGER if binary.is_current() else _REPLACED
    return error(f"{binary.path} said that it is {binary}, but {what}", advice)


def _is_same(binary: Binary, ran: BinaryVersion) -> bool:
    with suppress(ValueError):
        return ran.product == binary.product and parse_version(ran.version) == binary.version
    return False


def _check_constraint(binary: Binary, text: str | None) -> None:
    if not text:
        return
    try:
        allowed = parse_constraint(text).allows(binary.version)
    except ConstraintError as fault:
        raise DiagnosticError(error(str(fault), "correct terraform.version")) from fault
    if not allowed:
        raise DiagnosticError(
            error(
                f"{binary.path} is {binary}; the settings ask for '{text}'",
                "install a matching version, or change terraform.version or terraform.binary; "
                "`cellwright explain UNIT terraform` says where they are set",
            )
        )
