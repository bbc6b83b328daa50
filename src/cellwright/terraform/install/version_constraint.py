"""Version constraints as Terraform writes them: `>= 1.9, < 2.0`, `~> 1.11.0`."""

from collections.abc import Callable
from dataclasses import dataclass

from packaging.version import InvalidVersion, Version

from cellwright.model.text.version_text import CLAUSE


class ConstraintError(ValueError):
    """The text is no version constraint; the message says which part."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """Every clause must hold."""

    text: str
    clauses: tuple[tuple[str, str], ...]
    """Operator and version."""

    def allows(self, version: Version) -> bool:
        """Tell whether `version` satisfies every clause; pre-releases count like releases."""
        return all(_holds(operator, bound, version) for operator, bound in self.clauses)


def parse_constraint(text: str) -> Constraint:
    """Read a constraint; clauses are joined by commas, a bare version means exactly that one.

    Raises:
        ConstraintError: a clause can't be read.
    """
    clauses = []
    for part in text.split(","):
        found = CLAUSE.match(part)
        if found is None:
            raise ConstraintError(
                f"'{part.strip()}' is no version constraint such as '>= 1.9' or '~> 1.11.0'"
            )
        parse_version(found[2])
        clauses.append((found[1] or "=", found[2]))
    return Constraint(text, tuple(clauses))


def parse_version(text: str) -> Version:
    """Read a version such as 1.11.4 or 1.12.0-beta1.

    Raises:
        ConstraintError: it is none.
    """
    try:
        return Version(text)
    except InvalidVersion:
        raise ConstraintError(f"'{text}' is no version such as 1.11.4") from None


def _holds(operator: str, bound: str, version: Version) -> bool:
    if operator == "~>":
        return Version(bound) <= version and _same_but_last(bound, version)
    return _COMPARE[operator](version, Version(bound))


def _same_but_last(bound: str, version: Version) -> bool:
    """The pessimistic operator: only the last number that the bound names may grow."""
    release = Version(bound).release[:-1]
    return version.release[: len(release)] == release


_COMPARE: dict[str, Callable[[Version, Version], bool]] = {
    "=": Version.__eq__,
    "!=": Version.__ne__,
    ">": Version.__gt__,
    ">=": Version.__ge__,
    "<": Version.__lt__,
    "<=": Version.__le__,
}
