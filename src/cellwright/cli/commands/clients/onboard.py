"""Add a client: its settings, its commit, its infrastructure.

Panel: Clients 240
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cellwright.cli.parser.command import CommonArguments, command
from cellwright.cli.parser.selection import NoVerifyOption, ParallelOption, ReasonOption, YesOption
from cellwright.model.text.json_text import read_json

if TYPE_CHECKING:
    from cellwright.cli.invocation import Invocation
    from cellwright.model.value import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class OnboardArguments(CommonArguments):
    """The arguments of `onboard`."""

    name: Annotated[str, typer.Argument(metavar="NAME", help="The client's name: a-z, 0-9 and hyphens.")]
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="KEY=VALUE",
            help="A setting of the client; repeatable: account=prod-use1, tier=gold, "
            "stacks.app.replicas=6. A value is read as JSON if it is valid JSON, else as text.",
            show_default=False,
        ),
    ] = None
    place: Annotated[
        list[str] | None,
        typer.Option(
            "--place",
            metavar="LABEL=VALUE",
            help="Choose the account by its labels, with room for the client: tier=gold; repeatable. "
            "`--place any` takes any account.",
            show_default=False,
        ),
    ] = None
    level: Annotated[
        str | None,
        typer.Option(
            "--level", metavar="LEVEL", help="The level of the clients, if there are several such levels."
        ),
    ] = None
    again: Annotated[
        bool, typer.Option("--again", help="A client of this name has left: this one may have its name.")
    ] = False
    parallel: ParallelOption = None
    reason: ReasonOption = ""
    no_verify: NoVerifyOption = False
    yes: YesOption = False


@command(OnboardArguments)
def onboard(invocation: Invocation, arguments: OnboardArguments) -> int:
    """Add a client: write its settings, check the fleet, commit, and bring its units up.

    Repeat it, or `resume`, after a failure: what is done is not done again.
    """
    from cellwright.app.clients.onboarding import onboard as use_case
    from cellwright.cli.interaction.commits import telling_commits
    from cellwright.cli.interaction.conversation import open_conversation, print_report

    request = use_case.OnboardRequest(
        name=arguments.name,
        level=arguments.level,
        settings=parse_settings(arguments.settings or ()),
        rule=parse_rule(arguments.place),
        parallel=arguments.parallel,
        reason=arguments.reason,
        hooks=not arguments.no_verify,
        again=arguments.again,
    )
    talking = open_conversation(invocation.error, preapproved=arguments.yes)
    with telling_commits(invocation), talking as terminal:
        report = invocation.act(use_case.onboard, request, terminal.conversation)
    return print_report(invocation, report, terminal.interrupts)


def parse_settings(given: Sequence[str]) -> Mapping[str, Json]:
    """Read settings like `a.b=1` into nested mappings.

    Raises:
        typer.BadParameter: a setting has no key, or contradicts another.
    """
    tree: dict[str, Json] = {}
    for setting in given:
        path, equals, value = setting.partition("=")
        keys = path.split(".")
        if not equals or not all(keys):
            raise _bad_setting(f"'{setting}' is not of the form key=value")
        _put(tree, keys, _parsed(value))
    return tree


def parse_rule(given: Sequence[str] | None) -> Mapping[str, Sequence[str]] | None:
    """Read labels like `tier=gold` into a rule of placement; one label may be given several values.

    Raises:
        typer.BadParameter: one has no label or no value.
    """
    if not given:
        return None
    labels: dict[str, list[str]] = {}
    for item in given:
        label, equals, value = item.partition("=")
        if item == "any":
            continue
        if not equals or not label or not value:
            raise typer.BadParameter(f"'{item}' is not of the form label=value", param_hint="--place")
        labels.setdefault(label, []).append(value)
    return labels


def _put(tree: dict[str, Json], keys: Sequence[str], value: Json) -> None:
    *parents, last = keys
    for key in parents:
        inner = tree.setdefault(key, {})
        if not isinstance(inner, dict):
            raise _bad_setting(f"'{key}' is set to a value and to a mapping")
        tree = inner
    if last in tree:
        raise _bad_setting(f"'{'.'.join(keys)}' is set twice")
    tree[last] = value


def _bad_setting(why: str) -> typer.BadParameter:
    return typer.BadParameter(why, param_hint="--set")


def _parsed(text: str) -> Json:
    try:
        parsed: Json = read_json(text)
    except (ValueError, RecursionError):
        return text
    return parsed
