"""How stacks' git projects are named, and where a fleet finds them."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.stacks.source.address import GitSource, parse_source

FLEET = "fleet"
"""The folder and the git project of the fleet."""
STACKS = "stacks"
"""The folder of the stacks' repositories, beside that of the fleet."""
FIRST_TAG = "v1.0.0"
PROJECT = "PROJECT"
"""Stands for a project's name where the form of all sources is kept."""

_ODD = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Remote:
    """Where the git projects are reached."""

    base: str | None
    """An address, to which a project's name is added; None: as folders beside the fleet's."""

    @classmethod
    def parse(cls, text: str | None) -> "Remote":
        """Read what a person gave: `https://git.example.com/infra/`, `git@host:infra`, `file:///srv/git`.

        Raises:
            DiagnosticError: it is no address of git, or holds credentials.
        """
        if text is None:
            return cls(None)
        base = text if text.endswith((":", "/")) else f"{text}/"
        source = parse_source(f"git::{base}x.git")
        if not isinstance(source, GitSource) or source.folder or source.ref or ":" not in base:
            raise DiagnosticError(
                error(
                    f"'{text}' is no address of git projects", "write https://HOST/GROUP/, or file:///FOLDER/"
                )
            )
        return cls(base)

    def url(self, project: str) -> str | None:
        """Give the address of a project; None if it has none."""
        return None if self.base is None else f"{self.base}{project}.git"

    def source(self, project: str, tag: str, folder: str = "", beside: str = f"../{STACKS}") -> str:
        """Write the source of a stack for fleet.yaml; `beside` is where projects without an address lie."""
        place = self.url(project) or f"{beside}/{project}"
        return f"git::{place}{f'//{folder}' if folder else ''}?ref={tag}"


def project_name(folder: str) -> str:
    """Name the git project of a stack by its folder in the fleet: `./stacks/client/app` is `client-app`."""
    steps = [step for step in PurePosixPath(folder).parts if step not in {"/", ".", ".."}]
    below = steps[1:] if len(steps) > 1 and steps[0] == STACKS else steps
    return _ODD.sub("-", "-".join(below)).strip("-.") or "stack"
