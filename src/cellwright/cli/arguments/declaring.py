"""How a dataclass becomes a Typer command, and where its work is done."""

import inspect
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from importlib import import_module
from typing import Any, get_type_hints

import typer
from typer.core import TyperCommand
from typer.main import get_command

from cellwright.cli import errors
from cellwright.cli.help import HelpfulCommand
from cellwright.cli.options import Chosen, FleetOption, JsonOption, LedgerOption, NoRelayOption


@dataclass(frozen=True, slots=True, kw_only=True)
class Everywhere:
    """What every command takes; what was said before the command holds too."""

    fleet: FleetOption = None
    ledger: LedgerOption = None
    no_relay: NoRelayOption = False
    json: JsonOption = False

    def chosen(self) -> Chosen:
        """The same, apart from the parsing."""
        return Chosen(fleet=self.fleet, ledger=self.ledger, no_relay=self.no_relay, json=self.json)


@dataclass(frozen=True, slots=True)
class Act:
    """The function that carries a command out: takes a session and the arguments, returns the exit code.

    Named, not imported: what it needs (the engine, the database, Rich) is loaded when it runs.
    """

    module: str
    """Under `cellwright.cli.commands`."""
    function: str

    def load(self) -> Callable[[Any, Any], int]:
        """Import the function."""
        found: Callable[[Any, Any], int] = getattr(
            import_module(f"cellwright.cli.commands.{self.module}"), self.function
        )
        return found


def declare(name: str, arguments: type[Everywhere], act: Act, text: str) -> TyperCommand:
    """Make the command `name`; `text` is its help."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(name, cls=HelpfulCommand, help=text)(callback(arguments, act))
    made = get_command(app)
    if not isinstance(made, TyperCommand):
        raise TypeError(f"{name} made a {type(made).__name__}, not a command")
    return made


def callback(arguments: type[Everywhere], act: Act) -> Callable[..., int]:
    """A function with one parameter per field of `arguments`, which is how Typer wants to see them."""

    def called(ctx: typer.Context, **given: Any) -> int:  # noqa: ANN401  Typer has checked them
        parsed = arguments(**given)
        chosen = (ctx.find_object(Chosen) or Chosen()).refined(parsed.chosen())
        if ctx.invoked_subcommand is not None:
            # A group's own function is called before its sub command's: it only hands on what was chosen.
            ctx.obj = chosen
            return errors.DONE
        return _carry_out(act, chosen, parsed)

    hints = get_type_hints(arguments, include_extras=True)
    parameters = [inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)]
    parameters += [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if field.default is MISSING else field.default,
            annotation=hints[field.name],
        )
        for field in fields(arguments)
    ]
    called.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # read by inspect
    called.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return called


def _carry_out(act: Act, chosen: Chosen, arguments: Everywhere) -> int:
    # Imported here, because `--help` and a usage error should not wait for Rich to load.
    from cellwright.cli.session import Session  # noqa: PLC0415

    try:
        with Session.of(chosen) as session:
            return act.load()(session, arguments)
    except KeyboardInterrupt:
        raise errors.Interrupted from None
    except BrokenPipeError:
        # Under another name, because Typer has an answer of its own to this one: exit code 1.
        raise errors.OutputGone from None
