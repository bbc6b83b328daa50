"""Arguments of commands that make plans."""

from dataclasses import dataclass
from typing import Annotated

import typer

from cellwright.cli.parser.selection import (
    ExcludeOption,
    RefreshOnlyOption,
    ReplaceOption,
    SelectionArguments,
    TargetOption,
)
from cellwright.model.runs.plan_options import PlanOptions, options_as_asked


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanningArguments(SelectionArguments):
    """Arguments of a command that makes plans."""

    refresh_only: RefreshOnlyOption = False
    replace: ReplaceOption = None
    target: TargetOption = None
    exclude: ExcludeOption = None
    full: Annotated[
        bool,
        typer.Option("--full", help="Show plans whole: also tags_all, and every value not known yet."),
    ] = False

    def options(self, *, destroy: bool) -> PlanOptions:
        """Return how plans are made.

        Raises:
            typer.BadParameter: resources are named and no unit is, or units are to be destroyed as well.
        """
        found = options_as_asked(
            refresh_only=self.refresh_only,
            replace=self.replace or (),
            targets=self.target or (),
            excludes=self.exclude or (),
        )
        if found and destroy:
            raise typer.BadParameter(f"leave out either --destroy or {found.flags}")
        if found.named and not self.chosen_selectors:
            hint = "--replace" if found.replace else "--target" if found.targets else "--exclude"
            raise typer.BadParameter("name the units whose resources are meant", param_hint=hint)
        return found
