"""A second user of the machine: what somebody else owns, and commands that somebody else runs.

Only root can be somebody else, so tests that need this are skipped, and counted, for everybody else.
"""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from missing import skip_without

OTHER = 54_321
"""A user who has no other files, and no name."""


def need_second_user() -> None:
    """Skip the test unless this process may act as another user."""
    if os.geteuid() != 0:
        skip_without("the right to act as another user (root)")


def give_away(*paths: Path) -> None:
    """Make files and folders, with all below them, the second user's."""
    for path in paths:
        for found in (path, *(path.rglob("*") if path.is_dir() and not path.is_symlink() else ())):
            os.chown(found, OTHER, OTHER, follow_symlinks=False)


def run_as_other(
    command: Sequence[str], environment: Mapping[str, str], cwd: Path
) -> "subprocess.CompletedProcess[str]":
    """Run a program as the second user."""
    return subprocess.run(
        list(command),
        env=dict(environment),
        cwd=cwd,
        user=OTHER,
        group=OTHER,
        extra_groups=[],
        capture_output=True,
        text=True,
        check=False,
    )
