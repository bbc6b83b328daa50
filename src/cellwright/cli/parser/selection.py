"""Options of several commands, and the arguments that select units and pages of them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from cellwright.app.status.paging import Page
from cellwright.cli.parser import completion
from cellwright.cli.parser.command import CommonArguments
from cellwright.model.address import AddressError, UnitAddress
from cellwright.planning.neighbour_flags import Relatives

ParallelOption = Annotated[
    int | None,
    typer.Option(
        "--parallel",
        min=1,
        metavar="N",
        help="How many units at once; default: as many as the machine has room for.",
    ),
]
ReasonOption = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="The reason, for the audit trail.", show_default=False)
]
NoVerifyOption = Annotated[
    bool,
    typer.Option("--no-verify", help="Commit without running the repository's git hooks."),
]
DestroyOption = Annotated[
    bool,
    typer.Option("--destroy", help="Also destroy units that are switched off or no longer in the fleet."),
]
AcceptStateOption = Annotated[
    str,
    typer.Option(
        "--accept-state",
        metavar="REASON",
        help="Go on with the states of the named units as they are: gone, older or other ones than recorded.",
        show_default=False,
    ),
]
MoveStateOption = Annotated[
    bool,
    typer.Option(
        "--move-state",
        help="Move states whose place the settings have changed, then go on; --yes does so too.",
    ),
]
AllowDirtyOption = Annotated[
    bool,
    typer.Option(
        "--allow-dirty",
        help="Apply settings that are not committed, too; that and a digest of them are recorded.",
    ),
]
RefreshOnlyOption = Annotated[
    bool,
    typer.Option("--refresh-only", help="Change nothing real: let the state take over what is really there."),
]
ReplaceOption = Annotated[
    list[str] | None,
    typer.Option(
        "--replace",
        metavar="ADDRESS",
        help="Destroy this resource and make it anew, in the named units that have it; may be repeated.",
        show_default=False,
    ),
]
TargetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--target",
        metavar="ADDRESS",
        help="Plan this resource or module only; the unit is partly applied then. May be repeated.",
        show_default=False,
    ),
]
ExcludeOption = Annotated[
    list[str] | None,
    typer.Option(
        "--exclude",
        metavar="ADDRESS",
        help="Leave out this resource or module, and what depends on it; the unit is partly applied then. "
        "OpenTofu 1.9 and newer. May be repeated.",
        show_default=False,
    ),
]
TargetFileOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--target-file",
        metavar="FILE",
        help="As --target, for each line of a file; # begins a comment. May be repeated.",
        show_default=False,
    ),
]
ExcludeFileOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--exclude-file",
        metavar="FILE",
        help="As --exclude, for each line of a file. May be repeated.",
        show_default=False,
    ),
]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Approve beforehand; ask nothing.")]
DetachOption = Annotated[
    bool,
    typer.Option("--detach", help="Don't wait: a server or a worker goes on with it."),
]
PlansWaitOption = Annotated[
    bool,
    typer.Option("--plans-wait", help="--yes begins without a question, but plans wait for an approval."),
]
UnitArgument = Annotated[
    str,
    typer.Argument(
        metavar="UNIT",
        help="A unit's address: client/acme/app.",
        show_default=False,
        autocompletion=completion.units,
    ),
]
RunArgument = Annotated[
    str,
    typer.Argument(
        metavar="RUN", help="A run's id; `cellwright runs` lists them.", autocompletion=completion.runs
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionArguments(CommonArguments):
    """Arguments of a command that works on some units or on all."""

    selectors: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SELECTOR]...",
            help="Which units: client/acme, client/*/app, base/**, tier=gold; default: all.",
            show_default=False,
            autocompletion=completion.selectors,
        ),
    ] = None
    with_upstreams: Annotated[
        bool, typer.Option("--with-upstreams", help="Also units that these depend on, directly or not.")
    ] = False
    with_downstreams: Annotated[
        bool, typer.Option("--with-downstreams", help="Also units that depend on these, directly or not.")
    ] = False

    @property
    def chosen_selectors(self) -> tuple[str, ...]:
        """The selectors; none means every unit."""
        return tuple(self.selectors or ())

    def accepting(self, reason: str) -> str:
        """Return the reason for which states are accepted.

        Raises:
            typer.BadParameter: there is one, and no unit is named.
        """
        if reason and not self.chosen_selectors:
            raise typer.BadParameter("name the units whose states are accepted", param_hint="--accept-state")
        return reason

    @property
    def relatives(self) -> Relatives:
        """Whether upstream and downstream units are selected too."""
        return Relatives(upstreams=self.with_upstreams, downstreams=self.with_downstreams)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageArguments(SelectionArguments):
    """Arguments of a command that lists units, of which a fleet may have many."""

    after: Annotated[
        str | None,
        typer.Option(
            "--after",
            metavar="UNIT",
            help="Only units after this address: the last one of the page before.",
            show_default=False,
        ),
    ] = None
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, metavar="N", help="At most this many units.", show_default=False),
    ] = None

    @property
    def page(self) -> Page:
        """The page that is asked for.

        Raises:
            typer.BadParameter: `--after` is no unit's address.
        """
        try:
            after = None if self.after is None else UnitAddress.parse(self.after)
        except AddressError as fault:
            raise typer.BadParameter(str(fault), param_hint="--after") from None
        return Page(after, self.limit)
