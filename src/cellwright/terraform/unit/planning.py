"""How a program is told how to make a plan, and what a plan says of how it was made."""

from collections.abc import Callable
from dataclasses import replace

from cellwright.model.runs.plan_options import PlanOptions
from cellwright.terraform.output.plans.plan_reader import refreshed
from cellwright.terraform.output.results import PlanResult


def plan_flags(options: PlanOptions, *, destroy: bool) -> tuple[str, ...]:
    """Give the options of `plan`; one that destroys everything has no others."""
    if destroy:
        return ("-destroy",)
    return (
        *(("-refresh-only",) if options.refresh_only else ()),
        *(f"-replace={address}" for address in options.replace),
        *(f"-target={address}" for address in options.targets),
    )


def as_planned(made: PlanResult, options: PlanOptions, redact: Callable[[str], str]) -> PlanResult:
    """Let a plan say how it was made; one that only refreshes the state has nothing but drift in it."""
    if not options:
        return made
    summary = replace(made.summary, options=options)
    if options.refresh_only and made.document is not None:
        summary = refreshed(summary, made.document.parts, redact)
    return replace(made, summary=summary)
