"""Git projects made of the reference fleet, for tests."""

import os
from pathlib import Path

from cellwright.app.stacks.split import Split, SplitRequest, split
from unit.git.origins import NOBODY

ADA = {**NOBODY, "HOME": "/nonexistent", "PATH": os.environ["PATH"]}
"""An environment in which git knows who commits, and nothing else."""


def split_into(folder: Path, remote: str | None = None, *, push: bool = False) -> Split:
    """Make a fleet in git projects below `folder`."""
    return split(SplitRequest(folder=folder, remote=remote, push=push), ADA)
