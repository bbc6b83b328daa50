"""What is said of units that are written otherwise than the tree has them."""

from collections.abc import Iterator, Mapping, Sequence

from cellwright.foreign.documents import TODO
from cellwright.foreign.order import LEVEL
from cellwright.foreign.tree import ForeignUnit, Unreadable
from cellwright.model.diagnostic import Diagnostic, error, warning


def not_written(name: str, problem: Unreadable, units: Sequence[str]) -> Diagnostic:
    """Tell of an input that is left out."""
    more = f" and {len(units) - 1} more" if len(units) > 1 else ""
    return warning(
        f"'{name}' of {units[0]}{more} is not written: {problem.why}",
        f"it is written as: {problem.text}; set it where the fleet has a {TODO}",
        problem.position,
    )


def of_stateless(units: Sequence[ForeignUnit], addresses: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Tell of units that may have their states elsewhere: what applies them may give another backend."""
    if not units:
        return
    more = f" and {len(units) - 1} more" if len(units) > 1 else ""
    yield warning(
        f"{addresses[units[0].key]}{more}: no state is where the tree says, in a local file",
        "a unit without a state is new. If it is applied already, something gives it another backend "
        "(-backend-config, a file that is copied): write that into fleet.yaml first",
        units[0].backend.position,
    )


def of_refused(
    faults: Sequence[Diagnostic], units: Sequence[ForeignUnit], addresses: Mapping[str, str]
) -> Diagnostic:
    """Tell of units that are switched off, since `check` would refuse them."""
    first = addresses[units[0].key]
    who = f"{first} and {len(units) - 1} more are" if len(units) > 1 else f"{first} is"
    more = len(faults) - 1
    rest = f" (and {more} more fault{'s' if more > 1 else ''})" if more else ""
    file = f"{LEVEL}/{first.split('/')[1]}.yaml"
    return error(
        f"{who} switched off: {faults[0].summary}{rest}",
        f"{faults[0].detail}; then write `enabled: true` into {file}",
        units[0].position,
    )
