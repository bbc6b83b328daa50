"""Warns where a unit goes back to an older program, or from OpenTofu back to Terraform."""

from packaging.version import InvalidVersion, Version

from cellwright.model.binary import BinaryVersion
from cellwright.model.diagnostic import Diagnostic, warning

_ADVICE = (
    "neither refuses such a state by itself: look at the plan, or run the newer one again; "
    "`cellwright explain UNIT terraform` says where it is chosen"
)


def binary_warnings(recorded: BinaryVersion, now: BinaryVersion) -> tuple[Diagnostic, ...]:
    """Warn if what runs now may not understand a state that what ran last has written.

    From Terraform to OpenTofu is the way that OpenTofu is made for, so it is no cause for a warning.
    """
    if recorded.product == now.product:
        older = _is_newer(recorded.version, now.version)
        why = "it is older, and may not understand all that is in the state"
    else:
        older = recorded.product == "tofu"
        why = "it may not understand what OpenTofu has written into the state"
    if not older:
        return ()
    return (warning(f"{recorded} ran here last, {now} runs now: {why}", _ADVICE),)


def _is_newer(one: str, other: str) -> bool:
    try:
        return Version(one) > Version(other)
    except InvalidVersion:
        return False
