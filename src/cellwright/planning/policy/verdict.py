"""The findings of policies about one plan."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from cellwright.model.diagnostic import Diagnostic, error, warning
from cellwright.model.value import Json


class Consequence(Enum):
    """The consequence of a finding."""

    DENY = "deny"
    """The plan may not be applied."""
    WARN = "warn"
    """The finding is shown; the plan may be applied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding of a policy. Its texts may contain values of the plan, so they need redaction."""

    rule: str
    """The policy's package: `hipaa.encryption`."""
    level: Consequence
    message: str
    resource: str = ""
    """Terraform's address of the resource; empty where the finding is about the plan as a whole."""
    clause: str = ""
    """The requirement behind the rule, as its package cites it."""
    advice: str = ""
    """What to do."""

    def redacted(self, redact: Callable[[str], str]) -> "Finding":
        """The finding with secrets masked in all texts that a policy may have computed from the plan."""
        return replace(
            self,
            message=redact(self.message),
            resource=redact(self.resource),
            clause=redact(self.clause),
            advice=redact(self.advice),
        )

    def diagnostic(self) -> Diagnostic:
        """The finding as a diagnostic."""
        about = f"{self.resource}: " if self.resource and self.resource not in self.message else ""
        clause = f", {self.clause}" if self.clause else ""
        summary = f"{about}{self.message} ({self.rule}{clause})"
        make = error if self.level is Consequence.DENY else warning
        return make(summary, self.advice)


@dataclass(frozen=True, slots=True)
class Basis:
    """What a plan was judged by."""

    policies: str
    """A digest of all policies that were in force."""
    rules: tuple[tuple[str, str], ...]
    """Each package with the requirement that it cites."""
    exceptions: tuple[Mapping[str, Json], ...] = ()
    """The exceptions of the unit's cell that may concern it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings about one plan, sorted."""

    findings: tuple[Finding, ...] = ()
    basis: Basis | None = None
    """None where there was nothing to judge, or no policy to judge by."""

    @property
    def denials(self) -> tuple[Diagnostic, ...]:
        """The findings that forbid to apply the plan."""
        return self._diagnostics(Consequence.DENY)

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """The findings that do not block."""
        return self._diagnostics(Consequence.WARN)

    def redacted(self, redact: Callable[[str], str]) -> "Verdict":
        """The verdict with secrets masked in every text."""
        return replace(self, findings=tuple(finding.redacted(redact) for finding in self.findings))

    def _diagnostics(self, level: Consequence) -> tuple[Diagnostic, ...]:
        return tuple(finding.diagnostic() for finding in self.findings if finding.level is level)


PASSED = Verdict()
