"""How clients leave (`offboarding:` in fleet.yaml)."""

from dataclasses import dataclass

from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.offboarding import DEFAULT_HOLD, LONGEST_HOLD

DEFAULT_EXPORT_SECONDS = 3600
LONGEST_EXPORT_SECONDS = 24 * 3600
DAY = 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportSettings:
    """The program that exports a client's data before it is destroyed."""

    command: tuple[str, ...]
    timeout: int = DEFAULT_EXPORT_SECONDS
    """Seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OffboardingSettings:
    """What has to happen before anything of a client is destroyed."""

    hold: int = DEFAULT_HOLD
    """Seconds between the judged plans and the destruction."""
    shortest: int | None = None
    """The shortest hold that may be asked for; None: none that is shorter than `hold`."""
    approvers: int = 0
    """So many people besides the requester have to agree."""
    export: ExportSettings | None = None

    def chosen(self, wanted: int | None) -> int:
        """Give the hold of an offboarding for which one was asked, or none was.

        Raises:
            DiagnosticError: it is shorter than the fleet allows, or longer than a year.
        """
        if wanted is None:
            return self.hold
        least = self.hold if self.shortest is None else self.shortest
        if wanted < least:
            raise DiagnosticError(
                error(
                    f"a hold of {length(wanted)} is shorter than this fleet allows ({length(least)})",
                    "ask for a longer one, or write `offboarding: {shortest: ...}` in fleet.yaml",
                )
            )
        if wanted > LONGEST_HOLD:
            raise DiagnosticError(
                error(f"a hold of {length(wanted)} is longer than a year", "a year is the longest: 366d")
            )
        return wanted


def length(seconds: int) -> str:
    """Write a length of time as people do: `30 days`, `12 hours`, `45 seconds`."""
    for unit, size in (("day", DAY), ("hour", 3600), ("minute", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size} {unit}{'' if seconds == size else 's'}"
    return f"{seconds} seconds" if seconds else "0 days"


def parse_hold(text: str) -> int:
    """Read a hold: `30d`, `12h`, `45m`, `90s`, or `0`.

    Raises:
        ValueError: it is none, or negative; the message says what to write.
    """
    number, unit = (text, "s") if text == "0" else (text[:-1], text[-1:])
    sizes = {"d": DAY, "h": 3600, "m": 60, "s": 1}
    if unit not in sizes or not number.isascii() or not number.isdigit() or len(number) > _DIGITS:
        raise ValueError("a hold is a number of days, hours, minutes or seconds: 30d, 12h, 0d")
    seconds = int(number) * sizes[unit]
    if seconds > LONGEST_HOLD:
        raise ValueError("a year is the longest: 366d")
    return seconds


_DIGITS = 9
