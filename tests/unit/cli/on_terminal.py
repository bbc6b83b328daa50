"""A program on a terminal, in a process that has loaded Cellwright already."""

import os
from collections.abc import Mapping
from pathlib import Path

from e2e.kit.warm import become


def execute(terminal: Path, environment: Mapping[str, str], text: str) -> None:
    """Execute a program's text in this process, whose standard streams are the terminal from now on."""
    become(Path.cwd(), environment, [(terminal, os.O_RDWR | os.O_NOCTTY)] * 3)
    exec(text, {"__name__": "__main__"})  # noqa: S102  a text of the tests themselves
