"""What a step of the bootstrap is: it looks whether it is done, says what it would do, and does it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from cellwright.app.bootstrap.site import Site
from cellwright.model.diagnostic import Diagnostic


class Standing(Enum):
    """How far a step is."""

    DONE = "done"
    TO_DO = "to do"
    UNWANTED = "not wanted"
    """An answer says that this fleet does without it."""
    WAITS = "waits"
    """For a step before it."""
    BY_HAND = "by hand"
    """This machine can't do it; the steps after it go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a step found in the world and in the fleet's files."""

    standing: Standing
    says: Sequence[str] = ()
    """What it would do, or what there is already; one line each."""
    findings: Sequence[Diagnostic] = ()
    """What a person should know; an error among them keeps the step from being taken."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a step has to know of a person."""

    key: str
    """The key of the answers' file, with dots."""
    text: str
    default: str = ""
    """Empty: there is none, so it has to be answered."""
    choices: Sequence[str] = ()
    listed: bool = False
    """The answer is a list, written with commas."""


class Step(Protocol):
    """One step of the bootstrap."""

    @property
    def name(self) -> str:
        """What it is called on the command line."""

    @property
    def title(self) -> str:
        """What it brings about."""

    def questions(self, site: Site) -> Sequence[Question]:
        """What has to be known before it can look; those that are answered already may be among them.

        Raises:
            DiagnosticError: what a default is made of can't be had.
        """

    def look(self, site: Site) -> Look:
        """Look whether it is done; changes nothing.

        Raises:
            DiagnosticError: that can't be seen.
        """

    def act(self, site: Site) -> Sequence[str]:
        """Do what is left of it, and tell what was done; may be killed at any moment, and repeated.

        Raises:
            DiagnosticError: it can't be done; what was done before stays.
        """


def done(*says: str) -> Look:
    """Make the look of a step that is done."""
    return Look(standing=Standing.DONE, says=says)


def to_do(*says: str, findings: Sequence[Diagnostic] = ()) -> Look:
    """Make the look of a step that has something to do."""
    return Look(standing=Standing.TO_DO, says=says, findings=findings)


def waits(*says: str) -> Look:
    """Make the look of a step that needs another one first."""
    return Look(standing=Standing.WAITS, says=says)


def unwanted(*says: str) -> Look:
    """Make the look of a step that this fleet does without."""
    return Look(standing=Standing.UNWANTED, says=says)
