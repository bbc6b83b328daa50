"""The list of commands: one for each file in `cellwright/cli/commands/PANEL`, a panel being a part of help.

The list is read from the first lines of the files, because importing eighteen commands to print one line
about each would make `--help` wait for the engine and the database.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from itertools import islice
from keyword import iskeyword
from pathlib import Path

from typer.core import TyperCommand, TyperGroup

from cellwright.cli import commands

_HEAD = re.compile(
    r'"""(?P<summary>.+?)(?:"""|\n\n.*?^Panel: (?P<panel>.+?) (?P<place>\d+)$)', re.DOTALL | re.MULTILINE
)
_HEAD_LINES = 12
"""The docstring's part that is read: enough for a summary, a paragraph and the panel."""


@dataclass(frozen=True, slots=True, order=True)
class CommandFile:
    """A command that is not imported yet; sorted by its place in help."""

    place: int
    name: str
    panel: str
    summary: str

    @classmethod
    def read(cls, path: Path) -> "CommandFile":
        """Read name, summary, panel and place from the beginning of a command's file.

        Raises:
            ValueError: the file's docstring does not name a panel and a place.
        """
        with path.open(encoding="utf-8") as file:
            head = _HEAD.match("".join(islice(file, _HEAD_LINES)))
        if head is None or head["panel"] is None:
            raise ValueError(f"{path}: its docstring has no line like 'Panel: Look 150'")
        return cls(
            int(head["place"]), path.stem.rstrip("_").replace("_", "-"), head["panel"], head["summary"]
        )

    def load(self) -> TyperCommand | TyperGroup:
        """Import the command.

        Raises:
            TypeError: the file holds something else under the command's name.
        """
        name = self.name.replace("-", "_")
        name = f"{name}_" if iskeyword(name) else name  # `import` is one of Python's own words
        module = f"{commands.__name__}.{self.panel.lower().replace(' ', '_')}.{name}"
        found = getattr(import_module(module), name, None)
        if not isinstance(found, TyperCommand | TyperGroup):
            raise TypeError(f"{module} has no command called {name}")
        return found


def command_files(folders: Iterable[str] = commands.__path__) -> tuple[CommandFile, ...]:
    """All commands in the order in which help lists them."""
    paths = (path for folder in folders for path in Path(folder).glob("*/[!_]*.py"))
    return tuple(sorted(CommandFile.read(path) for path in paths))
