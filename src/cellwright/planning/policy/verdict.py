"""What policies found in one plan, and what follows from it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

from cellwright.model.diagnostic import Diagnostic, error, warning


class Level(Enum):
    """What a finding means for the plan."""

    DENY = "deny"
    """It may not be applied."""
    WARN = "warn"
    """It is shown and lets pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a policy says about a plan. Its texts may repeat what the plan says: redact them."""

    rule: str
    """The policy's package: `hipaa.encryption`."""
    level: Level
    message: str
    resource: str = ""
    """Terraform's address of the resource; empty where the finding is about the plan as a whole."""
    clause: str = ""
    """What the rule is there for, as its pack cites it."""
    advice: str = ""
    """What to do."""

    def redacted(self, redact: Callable[[str], str]) -> "Finding":
        """Give the finding with secrets masked in all that a policy can have computed from the plan."""
        return replace(
            self,
            message=redact(self.message),
            resource=redact(self.resource),
            clause=redact(self.clause),
            advice=redact(self.advice),
        )

    def diagnostic(self) -> Diagnostic:
        """Say it: which rule, which resource, which clause, what to do."""
        about = f"{self.resource}: " if self.resource and self.resource not in self.message else ""
        clause = f", {self.clause}" if self.clause else ""
        summary = f"{about}{self.message} ({self.rule}{clause})"
        make = error if self.level is Level.DENY else warning
        return make(summary, self.advice)


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings about one plan, sorted."""

    findings: tuple[Finding, ...] = ()

    @property
    def denials(self) -> tuple[Diagnostic, ...]:
        """What keeps the plan from being applied."""
        return self._said(Level.DENY)

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What lets pass."""
        return self._said(Level.WARN)

    def redacted(self, redact: Callable[[str], str]) -> "Verdict":
        """Give the verdict with secrets masked in every text."""
        return Verdict(tuple(finding.redacted(redact) for finding in self.findings))

    def _said(self, level: Level) -> tuple[Diagnostic, ...]:
        return tuple(finding.diagnostic() for finding in self.findings if finding.level is level)


PASSED = Verdict()
