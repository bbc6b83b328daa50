"""A `terraform` in front of the real one: counts how often it is started, and may refuse to stop."""

from dataclasses import dataclass
from pathlib import Path

from e2e.kit.program import Program, terraform_of_this_machine

_SCRIPT = """\
#!/bin/sh
echo "$*" >>"{folder}/starts"
if [ "$1" = apply ] && [ -e "{folder}/stubborn" ]; then
  trap '' INT TERM
  touch "{folder}/hanging"
  while :; do sleep 0.1; done
fi
exec "{real}" "$@"
"""


@dataclass(frozen=True, slots=True)
class Wrapper:
    """The wrapper in a folder of its own."""

    folder: Path

    @classmethod
    def make(cls, folder: Path) -> "Wrapper":
        folder.mkdir()
        script = folder / "terraform"
        script.write_text(_SCRIPT.format(folder=folder, real=terraform_of_this_machine()))
        script.chmod(0o755)
        return cls(folder)

    def path(self, program: Program) -> str:
        """A PATH on which the wrapper is found first."""
        return f"{self.folder}:{program.clean()['PATH']}"

    @property
    def starts(self) -> list[str]:
        """The arguments of every start so far."""
        log = self.folder / "starts"
        return log.read_text().splitlines() if log.exists() else []

    @property
    def stubborn(self) -> Path:
        """While this file is there, no apply heeds an interrupt."""
        return self.folder / "stubborn"

    @property
    def hanging(self) -> Path:
        """Is there once a stubborn apply runs."""
        return self.folder / "hanging"
