"""Arguments of commands that make plans."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from cellwright.cli.parser.selection import (
    ExcludeFileOption,
    ExcludeOption,
    RefreshOnlyOption,
    ReplaceOption,
    SelectionArguments,
    TargetFileOption,
    TargetOption,
)
from cellwright.files.errors import file_errors
from cellwright.model.runs.plan_options import PlanOptions, options_as_asked


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanningArguments(SelectionArguments):
    """Arguments of a command that makes plans."""

    refresh_only: RefreshOnlyOption = False
    replace: ReplaceOption = None
    target: TargetOption = None
    target_file: TargetFileOption = None
    exclude: ExcludeOption = None
    exclude_file: ExcludeFileOption = None
    full: Annotated[
        bool,
        typer.Option("--full", help="Show plans whole: also tags_all, and every value not known yet."),
    ] = False

    def options(self, *, destroy: bool) -> PlanOptions:
        """Return how plans are made.

        Raises:
            typer.BadParameter: resources are named and no unit is, or units are to be destroyed as well.
            DiagnosticError: what is named is no address, or a file of addresses can't be read.
        """
        found = options_as_asked(
            refresh_only=self.refresh_only,
            replace=self.replace or (),
            targets=[*(self.target or ()), *_listed_in(self.target_file)],
            excludes=[*(self.exclude or ()), *_listed_in(self.exclude_file)],
        )
        if found and destroy:
            raise typer.BadParameter(f"leave out either --destroy or {found.flags}")
        if found.named and not self.chosen_selectors:
            hint = "--replace" if found.replace else "--target" if found.targets else "--exclude"
            raise typer.BadParameter("name the units whose resources are meant", param_hint=hint)
        return found


def _listed_in(files: Sequence[Path] | None) -> Iterator[str]:
    for file in files or ():
        # Imported when it is needed: few plans take their addresses from files.
        from cellwright.model.runs.asked_parts import parts_in_text  # noqa: PLC0415

        with file_errors(f"{file} can't be read"):
            text = file.read_text(errors="replace")
        yield from parts_in_text(text, str(file))
