"""Which build a token was signed for, by the claims of GitHub Actions, GitLab and Jenkins."""

from collections.abc import Mapping
from dataclasses import dataclass

from cellwright.model.actor import LONGEST_NAME, STARTED_BY, Voucher, VoucherKind
from cellwright.model.text.visible import visible
from cellwright.model.value import Json

_SYSTEMS: Mapping[str, Mapping[str, str]] = {
    "GitHub Actions": {
        "project": "repository",
        "run": "run_id",
        "attempt": "run_attempt",
        "workflow": "workflow_ref",
        "environment": "environment",
        "commit": "sha",
        STARTED_BY: "actor",
    },
    "GitLab": {
        "project": "project_path",
        "run": "job_id",
        "pipeline": "pipeline_id",
        "environment": "environment",
        "commit": "sha",
        STARTED_BY: "user_login",
    },
    "Jenkins": {"job": "sub", "run": "build_number", STARTED_BY: "build_user"},
}
"""By CI system: the facts that are recorded, and the claims that say them. The first two are always there."""
_SCHEDULE = "schedule"
_NOBODY = frozenset(
    ("timer", "scmchange", "remoterequest", "genericwebhook", "branchindexing", "anonymous", "system")
)
"""What Jenkins' plugin build-user-vars says where no person has started a build."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedBuild:
    """A build whose token was verified."""

    system: str
    issuer: str
    subject: str
    facts: tuple[tuple[str, str], ...]

    @property
    def person(self) -> str:
        """Who had it run, as the CI system knows them; empty if it names nobody."""
        return dict(self.facts).get(STARTED_BY, "")

    def voucher(self) -> Voucher:
        """Give it as what vouches for an actor."""
        facts = (("issuer", self.issuer), ("subject", self.subject), *self.facts)
        shown = tuple((name, visible(text[:LONGEST_NAME])) for name, text in facts)
        return Voucher(VoucherKind.CI_JOB, self.system, checked=True, facts=shown)


def read_build(claims: Mapping[str, Json]) -> VerifiedBuild | None:
    """Tell which build verified claims are of; None if they do not name one."""
    for system, names in _SYSTEMS.items():
        found = {fact: _text(claims.get(claim)) for fact, claim in names.items()}
        if all(found[fact] for fact in list(names)[:2]):
            if not _is_person(system, found, claims):
                found[STARTED_BY] = ""
            return VerifiedBuild(
                system=system,
                issuer=_text(claims.get("iss")),
                subject=_text(claims.get("sub")),
                facts=tuple((fact, text) for fact, text in found.items() if text),
            )
    return None


def _is_person(system: str, found: Mapping[str, str], claims: Mapping[str, Json]) -> bool:
    """Tell whether a token names who had this very build run.

    GitHub's goes on naming whoever began the first attempt, also when somebody else runs it again. A schedule
    has somebody's name at both, who did nothing now.
    """
    if _SCHEDULE in (claims.get("event_name"), claims.get("pipeline_source")):
        return False
    if system == "GitHub Actions":
        return found["attempt"] == "1" and not found[STARTED_BY].endswith("[bot]")
    return found[STARTED_BY].lower() not in _NOBODY


def _text(value: Json) -> str:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""
