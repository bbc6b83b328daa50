"""The top-level group: lists all commands, and imports only the one that runs."""

from typing import Any

from typer.core import TyperCommand

from cellwright.cli.command_files import command_files
from cellwright.cli.parser.help import SectionedGroup


class LazyGroup(SectionedGroup):
    """Holds a placeholder for each command until it is to run."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401  Typer's own settings, passed through
        super().__init__(**settings)
        self._files = {file.name: file for file in command_files()}
        for name, file in self._files.items():
            self.add_command(TyperCommand(name, short_help=file.summary))

    def panels(self, ctx: Any) -> dict[str, list[tuple[str, str]]]:  # noqa: ANN401, ARG002  the base's parameter
        """The commands with their summaries, under their panels, names padded to one width."""
        width = max(len(name) for name in self._files)
        panels: dict[str, list[tuple[str, str]]] = {}
        for name, file in self._files.items():
            panels.setdefault(file.panel, []).append((name.ljust(width), file.summary))
        return panels

    def resolve_command(
        self,
        ctx: Any,  # noqa: ANN401  the base names private classes
        args: list[str],
    ) -> tuple[str | None, Any, list[str]]:
        """Find the command that `args` start with, as Typer does, and import it."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, self._files[name].load() if name else None, rest
