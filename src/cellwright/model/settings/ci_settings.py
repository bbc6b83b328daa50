"""What fleet.yaml says of the pipelines that carry it out (`ci:`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

DEFAULT_BRANCH = "main"
DEFAULT_ENVIRONMENT = "production"
DEFAULT_SESSION = 3600
"""What any role of AWS allows."""
DEFAULT_DRIFT = "17 3 * * *"


@dataclass(frozen=True, slots=True, kw_only=True)
class CiSettings:
    """Who a job is in the cloud, what it needs, and what it runs on."""

    region: str
    plan_role: str
    """The role that jobs take which change nothing; any branch may have them run."""
    apply_role: str
    """The role of jobs that somebody has approved."""
    branch: str = DEFAULT_BRANCH
    """What is merged into it is applied."""
    environment: str = DEFAULT_ENVIRONMENT
    """Whose reviewers approve."""
    secrets: Mapping[str, str] = field(default_factory=dict)
    """Variables of jobs, and the secrets of AWS Secrets Manager that they are set to."""
    comment_token: str | None = None
    """The secret of AWS Secrets Manager whose token may comment on GitLab's merge requests."""
    image: str | None = None
    """The container image of jobs; None: the runner has Cellwright."""
    runner: tuple[str, ...] = ()
    """Labels (GitHub) or tags (GitLab) of the runners; empty: those of the system for everybody."""
    session: int = DEFAULT_SESSION
    """Seconds for which a job that applies may act; the role has to allow so many."""
    drift: str = DEFAULT_DRIFT
    """Five fields: when drift is looked for, in UTC."""
