"""Programs written in Go that tests need: built once from a folder's go.mod, and kept outside the tree."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from cellwright.files.lock import locked

BUILD_SECONDS = 3600.0
"""OpenTofu takes five minutes on two idle cores when Go's own cache is empty."""

_SOURCES = ("go.mod", "go.sum", "*.go")


class NoGoError(Exception):
    """The program is not built yet, and there is no Go here to build it with."""


def built_program(module: Path, package: str, variables: Sequence[str] = ()) -> Path:
    """Where the program is once it is built: a folder named after all that it is built from."""
    digest = hashlib.sha256("\0".join((package, *variables)).encode())
    for pattern in _SOURCES:
        for path in sorted(module.rglob(pattern)):
            digest.update(f"\0{path.relative_to(module)}\0".encode() + path.read_bytes())
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "cellwright-tests" / digest.hexdigest()[:16] / package.rpartition("/")[2]


def build(module: Path, package: str, variables: Sequence[str] = ()) -> Path:
    """Build a Go program, unless it is built already; processes that build at the same time wait for one.

    Args:
        module: the folder of the go.mod.
        package: the package of the program, as `go build` takes it.
        variables: `package.name=value` of variables that the linker sets.

    Returns:
        The program's path.

    Raises:
        NoGoError: it is not built, and there is no Go.
    """
    program = built_program(module, package, variables)
    if program.exists():
        return program
    if shutil.which("go") is None:
        raise NoGoError
    lock = program.with_name("lock")
    with locked(lock, timeout=BUILD_SECONDS, busy=f"{lock} is held", advice="end the other build"):
        if not program.exists():
            _run_go_build(module, package, variables, program)
    return program


def _run_go_build(module: Path, package: str, variables: Sequence[str], program: Path) -> None:
    unfinished = program.with_name("unfinished")
    environment = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-mod=readonly -buildvcs=false"}
    linker = " ".join(f"-X {variable}" for variable in variables)
    subprocess.run(
        ["go", "build", "-ldflags", linker, "-o", str(unfinished), package],  # noqa: S607  whichever the machine has
        cwd=module,
        env=environment,
        check=True,
        timeout=BUILD_SECONDS,
    )
    unfinished.rename(program)
