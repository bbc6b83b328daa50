"""How a plan is made, where that is not the usual way: the state alone, some resources only, or made anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.value import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOptions:
    """What every plan of a run is made with. False where all is as usual."""

    refresh_only: bool = False
    """Nothing real is changed: the state takes over what is really there."""
    replace: tuple[str, ...] = ()
    """Addresses of resources that are destroyed and made anew, whatever their settings say."""
    targets: tuple[str, ...] = ()
    """Addresses of the only resources and modules that are planned, besides those that they depend on."""
    excludes: tuple[str, ...] = ()
    """Addresses of resources and modules that are left out of a plan, with those that depend on them."""

    def __post_init__(self) -> None:
        """Refuse what can't be asked for together, or is no address.

        Raises:
            DiagnosticError: it is so.
        """
        if self.refresh_only and self.named:
            raise DiagnosticError(
                error(
                    "a plan that only refreshes the state replaces nothing, and is for the whole of it",
                    "leave out either --refresh-only, or --replace, --target and --exclude",
                )
            )
        if self.targets and self.excludes:
            raise DiagnosticError(
                error(
                    "a plan either is for some resources only, or leaves some out",
                    "leave out either --target or --exclude",
                )
            )
        for address in self.named:
            if not address or address.startswith("-") or not address.isprintable():
                raise DiagnosticError(
                    error(
                        f"{address!r} is no address of a resource", "write it as the plan does: aws_vpc.this"
                    )
                )

    def __bool__(self) -> bool:
        """Tell whether anything is unusual."""
        return self.refresh_only or bool(self.named)

    @property
    def named(self) -> tuple[str, ...]:
        """Every address that is named; only units that have one of them are meant."""
        return (*self.replace, *self.targets, *self.excludes)

    @property
    def in_part(self) -> bool:
        """Tell whether a plan is for a part of its unit only."""
        return bool(self.targets or self.excludes)

    @property
    def flags(self) -> str:
        """Write them as the command line has them."""
        parts = ["--refresh-only"] if self.refresh_only else []
        parts += [f"--replace {item}" for item in self.replace]
        parts += [f"--target {item}" for item in self.targets]
        return " ".join([*parts, *(f"--exclude {item}" for item in self.excludes)])

    def told(self, *, applyable: bool) -> str:
        """Say how a plan was made, and what that means for the unit; empty if it was made as usual.

        A plan that is not `applyable` changes nothing, and leaves the unit what it is.
        """
        if not self:
            return ""
        partly = ", for a part of the unit only"
        partly += ": it does not count as up to date afterwards" if applyable else ""
        return f"made with {self.flags}{partly if self.in_part else ''}"


USUAL = PlanOptions()


def options_as_asked(
    *,
    refresh_only: bool = False,
    replace: Sequence[str] = (),
    targets: Sequence[str] = (),
    excludes: Sequence[str] = (),
) -> PlanOptions:
    """Give what a person asks for, each address as the programs write it.

    Raises:
        DiagnosticError: texts are no addresses, each of which is named, or it can't be asked for together.
    """
    # Imported when it is needed: most plans name nothing, and every command that plans starts with this.
    from cellwright.model.runs.asked_parts import asked_parts, asked_resources  # noqa: PLC0415

    faults: list[Diagnostic] = []
    options = PlanOptions(
        refresh_only=refresh_only,
        replace=asked_resources(replace, faults),
        targets=asked_parts(targets, faults),
        excludes=asked_parts(excludes, faults),
    )
    if faults:
        raise DiagnosticError(*faults)
    return options


def options_to_json(options: PlanOptions) -> dict[str, Json]:
    """Write down what is unusual; empty if nothing is."""
    return {
        **({"refresh_only": True} if options.refresh_only else {}),
        **({"replace": list(options.replace)} if options.replace else {}),
        **({"targets": list(options.targets)} if options.targets else {}),
        **({"excludes": list(options.excludes)} if options.excludes else {}),
    }


def options_from_json(text: Any) -> PlanOptions:  # noqa: ANN401  what `options_to_json` wrote, read back
    """Read what `options_to_json` wrote."""
    fields: Mapping[str, Any] = text or {}
    return PlanOptions(
        refresh_only=bool(fields.get("refresh_only")),
        replace=tuple(fields.get("replace", ())),
        targets=tuple(fields.get("targets", ())),
        excludes=tuple(fields.get("excludes", ())),
    )
