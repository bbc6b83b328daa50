"""Who held which block from when to when: a fold over what the cells' files said, commit by commit."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from cellwright.fleet.pools import Network


class Claim(NamedTuple):
    """That a cell holds a block, as one version of a file says it."""

    cell: str
    pool: str
    block: Network


@dataclass(frozen=True, slots=True)
class Moment:
    """A commit that began or ended something."""

    commit: str
    time: str
    """ISO 8601 with an offset: when it was committed."""
    author: str
    subject: str


@dataclass(frozen=True, slots=True)
class Said:
    """What one commit made of the claims of the files that it touched."""

    moment: Moment
    files: Mapping[str, frozenset[Claim]]
    """Empty for a file that is gone."""


@dataclass(frozen=True, slots=True)
class Tenure:
    """A block held by a cell without interruption."""

    claim: Claim
    since: Moment | None
    """None where it was never committed."""
    until: Moment | None = None
    """None while it lasts."""
    applied: str | None = None
    """When Terraform first built on it, by the ledger; UTC, ISO 8601."""
    destroyed: str | None = None
    """When Terraform last took something of it down, by the ledger; UTC, ISO 8601."""


def tenures(history: Iterable[Said], now: Iterable[Claim]) -> tuple[Tenure, ...]:
    """Fold a history, oldest first, into tenures, in the order in which they began.

    `now` is what the files say at this moment: claims that no commit knows of are uncommitted tenures.
    """
    files: dict[str, frozenset[Claim]] = {}
    # Counted, because a claim may move between the files of a cell in one commit.
    standing: Counter[Claim] = Counter()
    running: dict[Claim, int] = {}
    found: list[Tenure] = []
    for said in history:
        touched: set[Claim] = set()
        for path, claims in said.files.items():
            before = files.get(path, frozenset())
            standing.subtract(before)
            standing.update(claims)
            touched |= before | claims
            files[path] = claims
        for claim in sorted(touched, key=str):
            if standing[claim] > 0 and claim not in running:
                running[claim] = len(found)
                found.append(Tenure(claim, said.moment))
            elif standing[claim] <= 0 and claim in running:
                index = running.pop(claim)
                found[index] = replace(found[index], until=said.moment)
    found += [Tenure(claim, None) for claim in sorted(set(now) - set(running), key=str)]
    return tuple(found)
