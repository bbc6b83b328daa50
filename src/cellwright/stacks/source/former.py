"""The fleet's repository as it was at an earlier commit: a read-only checkout beside those of git sources."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cellwright.git.repository import Repository
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.stacks.source.checkout import Checkouts


@dataclass(frozen=True, slots=True)
class FormerFleet:
    """The fleet's files at a commit."""

    checkout: Path
    """All files of the repository."""
    root: Path
    """The fleet's folder in it."""

    def folder(self, path: str, now: Path) -> Path | None:
        """Give the place of a stack's folder, as fleet.yaml writes it; None if it is outside the repository.

        `now` is the fleet's folder in the work tree.
        """
        outside = Path(os.path.relpath(now / path, now))
        depth = len(self.root.relative_to(self.checkout).parts)
        steps = sum(step == ".." for step in outside.parts)
        return None if steps > depth else self.root / outside


def former_fleet(
    root: Path, commit: str, checkouts: Checkouts, environment: Mapping[str, str]
) -> FormerFleet:
    """Write out the repository that the fleet at `root` lies in, as it was at a commit; once.

    Raises:
        DiagnosticError: the fleet is in no repository, or the commit can't be had.
    """
    repository = Repository.containing(root, environment)
    if repository is None:
        raise DiagnosticError(
            error(
                f"{root} is in no git repository, so commit {commit} can't be looked at", "clone it with git"
            )
        )
    checkout = checkouts.kept(
        str(repository.root), commit, lambda target: repository.write_out(commit, target)
    )
    return FormerFleet(checkout, checkout / root.relative_to(repository.root))
