"""The history of address blocks: which cell held which one from when to when, by commits."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from cellwright.fleet.pools import Network


class Claim(NamedTuple):
    """A cell's block in one version of a file."""

    cell: str
    pool: str
    block: Network


@dataclass(frozen=True, slots=True)
class Moment:
    """The commit with which a tenure began or ended."""

    commit: str
    time: str
    """ISO 8601 with an offset: when it was committed."""
    author: str
    subject: str


@dataclass(frozen=True, slots=True)
class CommitClaims:
    """The claims in the files that a commit changed."""

    moment: Moment
    files: Mapping[str, frozenset[Claim]]
    """By path; empty for a file that was removed."""


@dataclass(frozen=True, slots=True)
class Tenure:
    """A time in which a cell held a block without interruption."""

    claim: Claim
    since: Moment | None
    """None where it was never committed."""
    until: Moment | None = None
    """None while it lasts."""
    applied: str | None = None
    """When Terraform first applied something with it, by the ledger; UTC, ISO 8601."""
    destroyed: str | None = None
    """When Terraform last destroyed something with it, by the ledger; UTC, ISO 8601."""


def tenures(history: Iterable[CommitClaims], now: Iterable[Claim]) -> tuple[Tenure, ...]:
    """Turn a history, oldest first, into tenures, in the order in which they began.

    `now` are the claims in the work tree: those that are in no commit are uncommitted tenures.
    """
    files: dict[str, frozenset[Claim]] = {}
    # Counted, because a claim may move between the files of a cell in one commit.
    claim_counts: Counter[Claim] = Counter()
    open_tenures: dict[Claim, int] = {}
    found: list[Tenure] = []
    for change in history:
        changed: set[Claim] = set()
        for path, claims in change.files.items():
            before = files.get(path, frozenset())
            claim_counts.subtract(before)
            claim_counts.update(claims)
            changed |= before | claims
            files[path] = claims
        for claim in sorted(changed, key=str):
            if claim_counts[claim] > 0 and claim not in open_tenures:
                open_tenures[claim] = len(found)
                found.append(Tenure(claim, change.moment))
            elif claim_counts[claim] <= 0 and claim in open_tenures:
                index = open_tenures.pop(claim)
                found[index] = replace(found[index], until=change.moment)
    found += [Tenure(claim, None) for claim in sorted(set(now) - set(open_tenures), key=str)]
    return tuple(found)
