"""What was found out about one thing that commands need."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from cellwright.model.diagnostic import DiagnosticError


class Standing(Enum):
    """How it is."""

    WELL = "well"
    DOUBTFUL = "doubtful"
    """Commands work, but somebody should look at it."""
    BROKEN = "broken"
    SKIPPED = "skipped"
    """It could not be looked at; what is told says why."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at."""

    topic: str
    standing: Standing
    told: str
    advice: str = ""
    """What to do; empty where nothing is to be done."""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was looked at, in its order."""

    lines: tuple[Line, ...]

    @property
    def broken(self) -> bool:
        """Whether anything is."""
        return any(item.standing is Standing.BROKEN for item in self.lines)


def well(topic: str, told: str) -> Line:
    """Say that something is as it should be."""
    return Line(topic, Standing.WELL, told)


def skipped(topic: str, told: str, advice: str = "") -> Line:
    """Say that something was not looked at, and why."""
    return Line(topic, Standing.SKIPPED, told, advice)


def broken(topic: str, told: str, advice: str) -> Line:
    """Say that something does not work."""
    return Line(topic, Standing.BROKEN, told, advice)


def doubtful(topic: str, told: str, advice: str) -> Line:
    """Say that something should be looked at."""
    return Line(topic, Standing.DOUBTFUL, told, advice)


def examined(topic: str, look: Callable[[], Iterable[Line]]) -> Iterator[Line]:
    """Yield what `look` tells; where it fails, that is told in its place, and the others are looked at.

    Of an error that nobody expected only its kind is told: its text may hold a secret.
    """
    try:
        yield from look()
    except DiagnosticError as fault:
        for item in fault.diagnostics:
            yield broken(topic, item.summary, item.detail or "see what it says above")
    except Exception as fault:  # noqa: BLE001  whatever a machine lacks, the rest is to be looked at
        advice = "nothing else is known of it; please report it if it stays"
        yield broken(topic, f"it can't be looked at ({type(fault).__name__})", advice)
