"""Commands by name: help needs one line about each, and only the one that runs is loaded."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from typer.core import TyperCommand, TyperGroup

from cellwright.cli.help import HelpfulGroup

BEGIN = "Begin"
LOOK = "Look"
CHANGE = "Change"
LOOK_BACK = "Look back"


@dataclass(frozen=True, slots=True)
class Entry:
    """A command that is not loaded yet."""

    module: str
    """Under `cellwright.cli.arguments`; declares the command under its own name."""
    panel: str
    summary: str


COMMANDS: Mapping[str, Entry] = {
    "init": Entry("looking", BEGIN, "Scaffold a fleet repository from the reference fleet."),
    "demo": Entry("demo", BEGIN, "Bring up the reference fleet on an emulated AWS, end to end."),
    "check": Entry("looking", LOOK, "Check the whole fleet's settings, without starting Terraform."),
    "show": Entry("looking", LOOK, "Show resolved inputs."),
    "explain": Entry("looking", LOOK, "Show where an input's value comes from."),
    "graph": Entry("looking", LOOK, "Show the units and their dependencies."),
    "status": Entry("looking", LOOK, "Show what is up to date and what changed, and why."),
    "ip": Entry("addresses", LOOK, "Show and check who holds which block of addresses."),
    "policy": Entry("policies", LOOK, "List the policies that judge every plan; `policy test` tests them."),
    "plan": Entry("running", CHANGE, "Make Terraform plans of the changes."),
    "apply": Entry("running", CHANGE, "Carry out the changes, or a saved plan."),
    "resume": Entry("running", CHANGE, "Go on with a run after a crash or a failure."),
    "onboard": Entry("clients", CHANGE, "Add a client: its settings, its commit, its infrastructure."),
    "offboard": Entry("clients", CHANGE, "Let a client go: destroy its infrastructure, then its settings."),
    "runs": Entry("history", LOOK_BACK, "List the runs."),
    "logs": Entry("history", LOOK_BACK, "Print what Terraform said in a run."),
    "events": Entry("history", LOOK_BACK, "Print the audit trail; `events verify` checks it."),
    "prune": Entry("pruning", LOOK_BACK, "Remove details of old runs; the audit trail stays whole."),
}


class LazyGroup(HelpfulGroup):
    """Lists every command of the table and loads one when it is to run."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401  Typer's own settings, passed through
        super().__init__(**settings)
        for name, entry in COMMANDS.items():
            self.add_command(TyperCommand(name, short_help=entry.summary))

    def panels(self, ctx: Any) -> dict[str, list[tuple[str, str]]]:  # noqa: ANN401, ARG002  the base's parameter
        """The table, under its headings, in aligned columns."""
        width = max(len(name) for name in COMMANDS)
        panels: dict[str, list[tuple[str, str]]] = {}
        for name, entry in COMMANDS.items():
            panels.setdefault(entry.panel, []).append((name.ljust(width), entry.summary))
        return panels

    def resolve_command(
        self,
        ctx: Any,  # noqa: ANN401  the base names private classes
        args: list[str],
    ) -> tuple[str | None, Any, list[str]]:
        """Find the command that `args` start with, as Typer does, and load it in place of its stand-in."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, load(name) if name else None, rest


def load(name: str) -> TyperCommand | TyperGroup:
    """Import the command called `name`.

    Raises:
        TypeError: its module holds something else under that name.
    """
    found = getattr(import_module(f"cellwright.cli.arguments.{COMMANDS[name].module}"), name)
    if not isinstance(found, TyperCommand | TyperGroup):
        raise TypeError(f"{name} is no command")
    return found
