"""What `onboard` and `offboard` take."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from cellwright.cli.arguments.declaring import Act, Everywhere, declare
from cellwright.cli.arguments.selecting import ParallelOption, ReasonOption, YesOption
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
            help="A setting of the client, as often as needed: account=prod-use1, tier=gold, "
            "stacks.app.replicas=6. A value is JSON where it can be read as such, else text.",
            show_default=False,
        ),
    ] = None
    level: Annotated[
        str | None,
        typer.Option("--level", metavar="LEVEL", help="The clients' level, if there are several."),
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


onboard = declare(
    "onboard",
    OnboardArguments,
    Act("clients", "onboard"),
    """Add a client: write its settings, check the fleet, commit, and bring its units up.

    Repeat it, or `resume`, after a failure: what is done is not done again.
    """,
)
offboard = declare(
    "offboard",
    OffboardArguments,
    Act("clients", "offboard"),
    """Let a client go: destroy its units in reverse order, then remove its settings and commit.

    Asks for the client's name to be typed, unless --yes is given.
    """,
)


def parse_settings(given: Sequence[str]) -> Mapping[str, Json]:
    """Read `a.b=1` and the like into a tree.

    Raises:
        typer.BadParameter: one has no key, or contradicts another.
    """
    tree: dict[str, Json] = {}
    for setting in given:
        path, equals, value = setting.partition("=")
        keys = path.split(".")
        if not equals or not all(keys):
            raise _refused(f"'{setting}' is not of the form key=value")
        _put(tree, keys, _parsed(value))
    return tree


def _put(tree: dict[str, Json], keys: Sequence[str], value: Json) -> None:
    *parents, last = keys
    for key in parents:
        inner = tree.setdefault(key, {})
        if not isinstance(inner, dict):
            raise _refused(f"'{key}' is set to a value and to a mapping")
        tree = inner
    if last in tree:
        raise _refused(f"'{'.'.join(keys)}' is set twice")
    tree[last] = value


def _refused(why: str) -> typer.BadParameter:
    return typer.BadParameter(why, param_hint="--set")


def _parsed(text: str) -> Json:
    try:
        parsed: Json = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return parsed
