"""What a check has told."""

from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    """What a check says of a cell."""

    PASSED = "passed"
    FAILED = "failed"
    UNREADABLE = "unreadable"
    """It could not tell: nothing is known of the cell."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A verdict, and why; nothing that the check has printed is in it: that may hold secrets."""

    verdict: Verdict
    why: str = ""


PASSED = Checked(Verdict.PASSED)


def failed(why: str) -> Checked:
    """A cell that is not well."""
    return Checked(Verdict.FAILED, why)


def unreadable(why: str) -> Checked:
    """A check that could not tell."""
    return Checked(Verdict.UNREADABLE, why)
