"""What the policies' own tests showed: which passed, and which rules no test has seen to find anything."""

from dataclasses import dataclass

from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.position import Position

_HOW = (
    "write a test with an input that it finds something in, as docs/policies.md shows: "
    "test_name if count({package}.{rule}) > 0 with input as {{...}}"
)


@dataclass(frozen=True, slots=True)
class TrialResult:
    """The result of one of the policies' own tests."""

    path: str
    name: str
    passed: bool
    fault: str = ""
    """Why it could not be evaluated; empty if it could."""

    def diagnostic(self) -> Diagnostic:
        """Say that it failed."""
        why = f": {self.fault}" if self.fault else ""
        detail = "correct the policy or the test; see it with: cellwright policy test"
        return error(f"the policies' test {self.name} fails{why}", detail, Position(self.path))


@dataclass(frozen=True, slots=True)
class UnseenRule:
    """A `deny`, `violation` or `warn` that found nothing in any test."""

    path: str
    line: int
    column: int
    package: str
    name: str

    def diagnostic(self) -> Diagnostic:
        """Say that it was not seen, and what to write."""
        return error(
            f"no test has seen this rule find anything: {self.package}.{self.name}",
            _HOW.format(package=self.package.rpartition(".")[2], rule=self.name),
            Position(self.path, self.line, self.column),
        )


@dataclass(frozen=True, slots=True)
class Trials:
    """The outcome of all tests of some policies."""

    results: tuple[TrialResult, ...] = ()
    unseen: tuple[UnseenRule, ...] = ()

    @property
    def passed(self) -> bool:
        """Tell whether all tests passed, and every rule was seen to find something."""
        return not self.unseen and all(result.passed for result in self.results)
