"""Arguments as values: what commands have in common, and how a dataclass becomes a Typer command."""

import inspect
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from typing import Any, TypeVar, get_type_hints

import typer
from typer.core import TyperCommand
from typer.main import get_command

from cellwright.cli import errors
from cellwright.cli.help import HelpfulCommand
from cellwright.cli.options import Chosen, FleetOption, JsonOption, LedgerOption, NoRelayOption
from cellwright.cli.session import Session


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


A = TypeVar("A", bound=Everywhere)
Run = Callable[[Session, A], int]


def command(arguments: type[A], **settings: Any) -> Callable[[Run[A]], TyperCommand]:  # noqa: ANN401  Typer's own settings
    """Make a command of a function that takes a session and arguments and returns the exit code."""

    def decorate(run: Run[A]) -> TyperCommand:
        app = typer.Typer(add_completion=False, rich_markup_mode=None)
        app.command(run.__name__, cls=HelpfulCommand, **settings)(callback(run, arguments))
        made = get_command(app)
        if not isinstance(made, TyperCommand):
            raise TypeError(f"{run.__name__} made a {type(made).__name__}, not a command")
        return made

    return decorate


def callback(run: Run[A], arguments: type[A]) -> Callable[..., int]:
    """A function with one parameter per field of `arguments`, which is how Typer wants to see them."""

    def called(ctx: typer.Context, **given: Any) -> int:  # noqa: ANN401  Typer has checked them
        parsed = arguments(**given)
        chosen = (ctx.find_object(Chosen) or Chosen()).refined(parsed.chosen())
        if ctx.invoked_subcommand is not None:
            # A group's own function is called before its sub command's: it only hands on what was chosen.
            ctx.obj = chosen
            return errors.DONE
        try:
            return run(Session.of(chosen), parsed)
        except KeyboardInterrupt:
            raise errors.Interrupted from None

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
    called.__name__, called.__doc__ = run.__name__, run.__doc__
    called.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # read by inspect
    called.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return called
