"""Warns where a unit goes back to an older program, or from OpenTofu back to Terraform."""

from packaging.version import InvalidVersion, Version

from cellwright.model.binary import BinaryVersion
from cellwright.model.diagnostic import Diagnostic, warning

_ADVICE = (
    "neither refuses such a state by itself: look at the plan, or run the newer one again; "
    "`cellwright explain UNIT terraform` says where it is chosen"
)
_OLDER = "it is older, and may not understand all that is in the state"
_FOREIGN = "it may not understand what OpenTofu has written into the state"


def binary_warnings(
    recorded: BinaryVersion, now: BinaryVersion, wrote: BinaryVersion | None = None
) -> tuple[Diagnostic, ...]:
    """Warn if what runs now may not understand a state that what ran last has written.

    `wrote` is what the state itself says of that, as somebody may have run another program by hand.
    From Terraform to OpenTofu is the way that OpenTofu is made for, so it is no cause for a warning.
    """
    if why := _why(recorded, now):
        return (warning(f"{recorded} ran here last, {now} runs now: {why}", _ADVICE),)
    if wrote is None or wrote.version == recorded.version:
        return ()
    why = _why(wrote, now)
    if wrote.product is None and now.product == "terraform" and _is_newer(wrote.version, now.version):
        why = _OLDER  # whichever product it was: OpenTofu alone takes what the other one wrote
    known = f" ({recorded} is on record)" if recorded.version else ""
    return (warning(f"{wrote} wrote the state last{known}, {now} runs now: {why}", _ADVICE),) if why else ()


def _why(last: BinaryVersion, now: BinaryVersion) -> str:
    if last.product == now.product:
        return _OLDER if _is_newer(last.version, now.version) else ""
    return _FOREIGN if last.product == "tofu" else ""


def _is_newer(one: str, other: str) -> bool:
    try:
        return Version(one) > Version(other)
    except InvalidVersion:
        return False
