"""`cellwright onboard` and `offboard`: the life of a client cell."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from cellwright.app.clients import OnboardRequest
from cellwright.app.clients import offboard as offboard_client
from cellwright.app.clients import onboard as onboard_client
from cellwright.cli.approval import confirm_farewell
from cellwright.cli.arguments import Everywhere, command
from cellwright.cli.attendance import attended, exit_code
from cellwright.cli.selection import ParallelOption, ReasonOption, YesOption
from cellwright.cli.session import Session
from cellwright.cli.views.document import runs as document
from cellwright.cli.views.text import runs as text
from cellwright.engine.approval import Uninterrupted
from cellwright.model.value import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class OnboardArguments(Everywhere):
    """What `onboard` takes."""

    name: Annotated[str, typer.Argument(metavar="NAME", help="The client's name: a-z, 0-9 and hyphens.")]
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="KEY=VALUE",
            help="A setting of the client: account=prod-use1, tier=gold, stacks.app.replicas=6. "
            "Values are JSON where they parse as such, else text.",
            show_default=False,
        ),
    ] = None
    parallel: ParallelOption = None
    reason: ReasonOption = ""
    yes: YesOption = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OffboardArguments(Everywhere):
    """What `offboard` takes."""

    name: Annotated[str, typer.Argument(metavar="NAME", help="The client's name.")]
    reason: ReasonOption = ""
    yes: YesOption = False


@command(OnboardArguments)
def onboard(session: Session, arguments: OnboardArguments) -> int:
    """Add a client: write its settings, check the fleet, commit, and bring its units up.

    Repeat it, or `resume`, after a failure: what is done is not done again.
    """
    request = OnboardRequest(
        name=arguments.name,
        settings=parse_settings(arguments.settings or ()),
        reason=arguments.reason,
        parallel=arguments.parallel,
    )
    with attended(session.error, preapproved=arguments.yes) as attendance:
        report = onboard_client(session.location, request, attendance.talk)
    session.answer(lambda: text.carried_out(report), lambda: document.report(report))
    return exit_code(report, attendance.interrupts)


@command(OffboardArguments)
def offboard(session: Session, arguments: OffboardArguments) -> int:
    """Let a client go: destroy its units in reverse order, then remove its settings and commit.

    Asks for the client's name to be typed, unless --yes is given.
    """
    if not arguments.yes:
        confirm_farewell(session.error, arguments.name, Uninterrupted())
    with attended(session.error, preapproved=True) as attendance:
        report = offboard_client(session.location, arguments.name, arguments.reason, attendance.talk)
    session.answer(lambda: text.carried_out(report), lambda: document.report(report))
    return exit_code(report, attendance.interrupts)


def parse_settings(given: Sequence[str]) -> Mapping[str, Json]:
    """Read `a.b=1` and the like into a tree.

    Raises:
        typer.BadParameter: one has no key, or contradicts another.
    """
    tree: dict[str, Json] = {}
    for text_of_one in given:
        path, equals, value = text_of_one.partition("=")
        keys = path.split(".")
        if not equals or not all(keys):
            raise typer.BadParameter(f"'{text_of_one}' is not of the form key=value", param_hint="--set")
        _put(tree, keys, _parsed(value))
    return tree


def _put(tree: dict[str, Json], keys: Sequence[str], value: Json) -> None:
    *parents, last = keys
    for key in parents:
        inner = tree.setdefault(key, {})
        if not isinstance(inner, dict):
            raise typer.BadParameter(f"{key} is set to a value and to a mapping", param_hint="--set")
        tree = inner
    if last in tree:
        raise typer.BadParameter(f"{'.'.join(keys)} is set twice", param_hint="--set")
    tree[last] = value


def _parsed(text_of_value: str) -> Json:
    try:
        parsed: Json = json.loads(text_of_value)
    except ValueError:
        return text_of_value
    return parsed
