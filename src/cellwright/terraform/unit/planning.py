"""How a program is told how to make a plan, and what a plan says of how it was made."""

from collections.abc import Callable
from dataclasses import replace

from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.runs.plan_options import PlanOptions
from cellwright.terraform.install.binary import Binary
from cellwright.terraform.output.plans.plan_reader import refreshed
from cellwright.terraform.output.results import PlanResult
from cellwright.terraform.unit.dialect import knows_exclude


def refuse_exclude(options: PlanOptions, binary: Binary, unit: UnitAddress) -> None:
    """Refuse to leave something out of the plan of a unit whose program can't.

    Raises:
        DiagnosticError: it can't.
    """
    if options.excludes and not knows_exclude(binary):
        raise DiagnosticError(
            error(
                f"{binary}, which runs {unit}, has no -exclude: OpenTofu has it since 1.9",
                "name with --target what is to be planned, or let such an OpenTofu run the unit",
            )
        )


def plan_flags(options: PlanOptions, *, destroy: bool) -> tuple[str, ...]:
    """Give the options of `plan`; one that destroys everything has no others."""
    if destroy:
        return ("-destroy",)
    return (
        *(("-refresh-only",) if options.refresh_only else ()),
        *(f"-replace={address}" for address in options.replace),
        *(f"-target={address}" for address in options.targets),
        *(f"-exclude={address}" for address in options.excludes),
    )


def as_planned(made: PlanResult, options: PlanOptions, redact: Callable[[str], str]) -> PlanResult:
    """Let a plan say how it was made; one that only refreshes the state has nothing but drift in it."""
    if not options:
        return made
    summary = replace(made.summary, options=options)
    if options.refresh_only and made.document is not None:
        summary = refreshed(summary, made.document.parts, redact)
    return replace(made, summary=summary)
