"""A container engine of this machine: docker, podman or buildah. The one door through which it is started."""

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.text.search_path import program_path

ENGINES = ("docker", "podman", "buildah")
_BUILD_SECONDS = 3600.0
_LOOK_SECONDS = 10.0
_PASSED = (
    "PATH",
    "HOME",
    "TMPDIR",
    "XDG_RUNTIME_DIR",
    "DOCKER_HOST",
    "DOCKER_CONFIG",
    "HTTPS_PROXY",
    "NO_PROXY",
)
_LAST_LINES = 5


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine, by its program."""

    name: str
    path: str
    environment: Mapping[str, str] = field(repr=False)

    def works(self) -> bool:
        """Tell whether it can build: docker's command may be there without its server."""
        try:
            self._run(("info",), seconds=_LOOK_SECONDS)
        except DiagnosticError:
            return False
        return True

    def sign_in(self, registry: str, user: str, password: str) -> None:
        """Sign in to a registry; the password goes over standard input, where no other user sees it.

        Raises:
            DiagnosticError: the registry or the engine refuses.
        """
        self._run(("login", "--username", user, "--password-stdin", registry), password)

    def build(self, folder: Path, reference: str) -> None:
        """Build the image of a folder's Dockerfile under this name; raises as `sign_in`."""
        self._run(build_arguments(self.name, folder, reference))

    def push(self, reference: str) -> None:
        """Push an image; raises as `sign_in`."""
        self._run(("push", reference))

    def _run(
        self, arguments: Sequence[str], given: str | None = None, *, seconds: float = _BUILD_SECONDS
    ) -> None:
        passed = {key: self.environment[key] for key in _PASSED if key in self.environment}
        try:
            ended = subprocess.run(
                [self.path, *arguments],
                input=given,
                stdin=None if given is not None else subprocess.DEVNULL,
                env=passed,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=seconds,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as fault:
            why = (
                f"it has not ended within {seconds:g} s"
                if isinstance(fault, subprocess.TimeoutExpired)
                else str(fault)
            )
            raise DiagnosticError(error(f"{self.name} {arguments[0]} failed: {why}")) from None
        if ended.returncode:
            said = " ".join((ended.stderr or ended.stdout).strip().splitlines()[-_LAST_LINES:])
            summary = f"{self.name} {arguments[0]} ended with exit code {ended.returncode}: {said}"
            raise DiagnosticError(
                error(summary, "correct that and repeat this command; what was pushed stays")
            )


def build_arguments(engine: str, folder: Path, reference: str) -> tuple[str, ...]:
    """Give the arguments with which an engine builds; agents run on AMD64."""
    return (
        "build",
        *(("--layers",) if engine == "buildah" else ()),
        "--platform",
        "linux/amd64",
        "--tag",
        reference,
        str(folder),
    )


def find_engine(environment: Mapping[str, str], wanted: str = "auto") -> Engine | None:
    """Find the first engine on the PATH that works, or the one that is wanted; None if there is none."""
    for name in ENGINES if wanted == "auto" else (wanted,):
        path = shutil.which(name, path=program_path(environment)) if name in ENGINES else None
        if path and (engine := Engine(name, path, environment)).works():
            return engine
    return None
