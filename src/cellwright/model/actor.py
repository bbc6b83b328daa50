"""Who acts: the person or job that a run, an approval or an event is recorded for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """A name for the audit trail, and what vouches for it."""

    name: str
    """As the audit trail shows it: `Ada Lovelace <ada@example.com>`, `jenkins-job-42`."""
    vouched_by: str = ""
    """Where the name comes from: `environment`, `git`, `login`; empty where it is unknown."""

    def __str__(self) -> str:
        """The name."""
        return self.name
