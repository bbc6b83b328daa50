"""What fleet.yaml says of builds that act in the fleet (`builds:`): whose identity tokens are believed."""

import re
from dataclasses import dataclass
from functools import cached_property

from cellwright.model.position import Position

DEFAULT_AUDIENCE = "cellwright"
EVERYBODYS = ("https://token.actions.githubusercontent.com", "https://gitlab.com")
"""Issuers that sign tokens for builds of anybody in the world."""


@dataclass(frozen=True, kw_only=True)
class BuildIssuer:
    """A CI system that signs a token for each of its builds, and which of them may act."""

    issuer: str
    """Exactly as it stands in the tokens."""
    subjects: tuple[str, ...]
    """Patterns of the subjects whose builds may act; `*` is any text."""
    audience: str = DEFAULT_AUDIENCE
    """For whom the tokens are made."""
    position: Position | None = None

    def takes(self, subject: str) -> bool:
        """Tell whether a build with this subject may act."""
        return self._pattern.fullmatch(subject) is not None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        parts = (".*".join(map(re.escape, text.split("*"))) for text in self.subjects)
        return re.compile("|".join(f"(?:{part})" for part in parts), re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildSettings:
    """Whose builds are believed, and whether others may act."""

    issuers: tuple[BuildIssuer, ...] = ()
    required: bool = False
    """Whoever changes the fleet, and has not signed in, is a build whose token was verified."""

    def audience_at(self, system: str) -> str:
        """Give for whom tokens are made by a system's issuer: the one that has its name, else the first."""
        for issuer in (*(item for item in self.issuers if system in item.issuer), *self.issuers):
            return issuer.audience
        return DEFAULT_AUDIENCE


def subject_fault(issuer: str, subject: str) -> str | None:
    """Tell why a pattern of subjects would let in builds of strangers; None if it would not."""
    fixed = subject.split("*", maxsplit=1)[0]
    if not fixed:
        return "it would let in every build: begin with what is yours, as in repo:medloop/fleet:*"
    if issuer.rstrip("/") in EVERYBODYS and "/" not in fixed:
        return "it would let in builds of strangers: name the organization and `/` before the first `*`"
    return None
