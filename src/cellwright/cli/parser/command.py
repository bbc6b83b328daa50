"""Makes a Typer command of a function and a dataclass of its arguments."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from typing import TYPE_CHECKING, Any, TypeVar, cast, get_type_hints

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from cellwright.cli import exit_codes
from cellwright.cli.failure.exceptions import CommandInterruptedError, FleetFailedError, OutputClosedError
from cellwright.cli.options import (
    CommonOptions,
    FleetOption,
    JsonOption,
    LedgerOption,
    NoRelayOption,
    ServerOption,
)
from cellwright.cli.parser.conversion import convert_where_needed
from cellwright.cli.parser.help import SectionedCommand, SectionedGroup
from cellwright.cli.parser.output_format import with_format
from cellwright.model.diagnostic import DiagnosticError

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonArguments:
    """The arguments of every command; options given before the command's name apply too."""

    fleet: FleetOption = None
    ledger: LedgerOption = None
    no_relay: NoRelayOption = False
    server: ServerOption = None
    json: JsonOption = False

    def common(self) -> CommonOptions:
        """The options that every command takes, without the command's own."""
        return CommonOptions(
            fleet=self.fleet,
            ledger=self.ledger,
            no_relay=self.no_relay,
            server=self.server,
            json=self.json,
        )


Arguments = TypeVar("Arguments", bound=CommonArguments)


def command(
    arguments: type[Arguments], *, of: TyperGroup | None = None, name: str = ""
) -> Callable[[Callable[[Invocation, Arguments], int]], TyperCommand]:
    """Declare a function as the command of its name, or as a subcommand of the group `of`.

    The function returns the exit code; its docstring is the help text. `name` is for a command whose name
    Python has taken already.
    """

    def declare(function: Callable[[Invocation, Arguments], int]) -> TyperCommand:
        app = typer.Typer(add_completion=False, rich_markup_mode=None)
        own = name or function.__name__.replace("_", "-")
        app.command(own, cls=SectionedCommand, help=inspect.getdoc(function))(_callback(arguments, function))
        made = cast("TyperCommand", get_command(app))  # Typer makes no group of a single command
        convert_where_needed(made, get_type_hints(arguments, include_extras=True))
        if of is not None:
            of.add_command(made)
        return made

    return declare


def group(arguments: type[Arguments]) -> Callable[[Callable[[Invocation, Arguments], int]], TyperGroup]:
    """Declare a function as a command that has subcommands; it runs when none of them is named."""

    def declare(function: Callable[[Invocation, Arguments], int]) -> TyperGroup:
        app = typer.Typer(name=function.__name__, add_completion=False, rich_markup_mode=None)
        app.callback(cls=SectionedGroup, invoke_without_command=True, help=inspect.getdoc(function))(
            _callback(arguments, function)
        )
        made = cast("TyperGroup", get_command(app))  # Typer makes a group of an app with a callback
        convert_where_needed(made, get_type_hints(arguments, include_extras=True))
        return made

    return declare


def _callback(
    arguments: type[Arguments], function: Callable[[Invocation, Arguments], int]
) -> Callable[..., int]:
    """Wrap `function` so that it has one parameter per field of `arguments`, as Typer wants it."""

    def callback(ctx: typer.Context, **given: Any) -> int:  # noqa: ANN401  Typer has checked them
        parsed = arguments(**given)
        common = (ctx.find_object(CommonOptions) or CommonOptions()).overridden(parsed.common())
        common = with_format(common, parsed)
        if ctx.invoked_subcommand is not None:
            # Typer calls a group's own function before its subcommand's: here it only passes the options on.
            ctx.obj = common
            return exit_codes.DONE
        return _run(function, common, parsed)

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
    callback.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # read by inspect
    callback.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return callback


def _run(
    function: Callable[[Invocation, Arguments], int], common: CommonOptions, arguments: Arguments
) -> int:
    # Imported here, because `--help` and a usage error need no fleet and no screen.
    from cellwright.cli.invocation import Invocation  # noqa: PLC0415

    try:
        with Invocation.of(common) as invocation:
            return _carried_out(function, invocation, arguments)
    except KeyboardInterrupt:
        raise CommandInterruptedError from None
    except BrokenPipeError:
        # Under another name, because Typer turns a BrokenPipeError into exit code 1 by itself.
        raise OutputClosedError from None


def _carried_out(
    function: Callable[[Invocation, Arguments], int], invocation: Invocation, arguments: Arguments
) -> int:
    try:
        return function(invocation, arguments)
    except DiagnosticError as failure:
        if invocation.error.excerpts is None:
            raise
        raise FleetFailedError(failure, invocation.error.excerpts) from failure
