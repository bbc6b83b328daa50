"""Who acts: the person or job that a run, an approval or an event is recorded for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.text.visible import is_visible, visible
from cellwright.model.value import Json

LONGEST_NAME = 200
"""Characters of a name: it stands in every event."""


STARTED_BY = "started_by"
"""The fact of a CI job that names the person who had it run."""


FOR_OTHERS = "act-for"
"""Where a name comes from that a program gives, with a token that may act for others."""


class VoucherKind(Enum):
    """What can vouch for an actor's name."""

    SYSTEM_USER = "system-user"
    """The operating system says under whose account the process runs."""
    CI_JOB = "ci-job"
    """A job of a CI system: by its identity token, or a claim by what its environment says."""
    SESSION = "console-session"
    """A person who has signed in."""
    TOKEN = "api-token"  # noqa: S105  the name of a kind
    ASSISTANT = "mcp-client"
    """A program that asked through the MCP server, as it introduced itself: always a claim."""


@dataclass(frozen=True, slots=True)
class Voucher:
    """One thing that stands behind the name of an actor."""

    kind: VoucherKind
    name: str
    """`ada@laptop`, `GitHub Actions`."""
    checked: bool
    """False: it is a claim, too; whoever sets the environment can set it."""
    facts: tuple[tuple[str, str], ...] = ()
    """What else it says: the job's repository and number."""

    def to_json(self) -> Json:
        """Write it down."""
        return {
            "kind": self.kind.value,
            "name": self.name,
            "proof": "checked" if self.checked else "claimed",
            **({"facts": dict(self.facts)} if self.facts else {}),
        }


@dataclass(frozen=True, slots=True)
class Actor:
    """A name for the audit trail, which is a claim, and what vouches for it."""

    name: str
    """As the audit trail shows it: `Ada Lovelace <ada@example.com>`, `jenkins-job-42`."""
    named_by: str = ""
    """Where the name comes from: `environment`, `git`, `login`, `build`, `ledger`; empty if it is unknown."""
    vouchers: tuple[Voucher, ...] = field(default=())

    def __str__(self) -> str:
        """The name."""
        return self.name

    def identity(self) -> Mapping[str, Json]:
        """What an event records besides the name; empty if nothing is known."""
        if not self.named_by and not self.vouchers:
            return {}
        return {"named_by": self.named_by, "vouched_by": [item.to_json() for item in self.vouchers]}


def checked_name(name: str, source: str) -> str:
    """Give the name of an actor, if it can be shown as it is; `source` says where to change it.

    Raises:
        DiagnosticError: it has a line break or another character that can't be seen, or is too long.
    """
    if not is_visible(name):
        raise DiagnosticError(
            error(f"the name of who acts, '{visible(name)}', has characters that can't be seen", source)
        )
    if len(name) > LONGEST_NAME:
        raise DiagnosticError(
            error(f"the name of who acts has {len(name)} characters, at most {LONGEST_NAME} can be", source)
        )
    return name


def vouched(identity: Any) -> str:  # noqa: ANN401  what an event holds, which anybody may have written
    """Name what vouches for an actor, from what an event records; empty if nothing does."""
    found = identity.get("vouched_by") if isinstance(identity, Mapping) else None
    items = found if isinstance(found, list) else []
    return ", ".join(_shown(item) for item in items if isinstance(item, Mapping))


def _shown(item: Mapping[str, Any]) -> str:
    """Name one voucher: a build whose token was verified says so, and which it is."""
    name = str(item.get("name", ""))
    if item.get("kind") != VoucherKind.CI_JOB.value or item.get("proof") != "checked":
        return name
    facts = item.get("facts")
    known = facts if isinstance(facts, Mapping) else {}
    whose = f" of {known[STARTED_BY]}" if known.get(STARTED_BY) else ""
    return f"verified {name} build {known.get('run', '')}{whose}"
