"""Whether each clause was seen in a period, and the list of what is missing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from cellwright.evidence.clause import Clause
from cellwright.evidence.topics import BY_KEY

RULES = "rules"
"""The topic of which a clause is shown only what cites it."""


class Standing(Enum):
    """What was seen of a clause."""

    SEEN = "seen"
    """Every topic that must have something has it."""
    NOTHING = "nothing happened"
    """No gap, and nothing that would have left a trace."""
    PARTLY = "partly seen"
    GAP = "gap"
    """Nothing was seen of it."""
    CUSTOMER = "customer's duty"
    """Nothing here can show it."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is missing, and the clauses that ask for it."""

    what: str
    advice: str
    clauses: tuple[str, ...] = ()
    """None: it concerns the evidence as a whole."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A clause with what was seen of it."""

    clause: Clause
    standing: Standing
    counts: tuple[tuple[str, int], ...]
    """Rows by topic, in the order in which the clause asks for them."""
    gaps: tuple[Gap, ...]


def judge(
    clauses: Iterable[Clause], counts: Mapping[str, int], cited: Mapping[str, int] | None = None
) -> tuple[Judged, ...]:
    """Judge each clause by how many rows its topics have; `cited` are the rules that cite a clause."""
    rules = cited or {}
    return tuple(_judge(clause, {**counts, RULES: rules.get(clause.cite, 0)}) for clause in clauses)


def gaps_of(judged: Iterable[Judged], others: Iterable[Gap] = ()) -> tuple[Gap, ...]:
    """Give each gap once, with all clauses that have it; those of the whole evidence come first."""
    found: dict[tuple[str, str], list[str]] = {}
    for item in judged:
        for gap in item.gaps:
            found.setdefault((gap.what, gap.advice), []).append(item.clause.cite)
    merged = [Gap(what, advice, tuple(cites)) for (what, advice), cites in found.items()]
    return (*others, *sorted(merged, key=lambda gap: (-len(gap.clauses), gap.what)))


def _judge(clause: Clause, counts: Mapping[str, int]) -> Judged:
    if not clause.wants:
        return Judged(clause, Standing.CUSTOMER, (), ())
    seen = tuple((want.topic, counts.get(want.topic, 0)) for want in clause.wants)
    gaps = tuple(_gaps(clause, counts))
    some = any(count for _, count in seen)
    if gaps:
        standing = Standing.PARTLY if some else Standing.GAP
    else:
        standing = Standing.SEEN if some else Standing.NOTHING
    return Judged(clause, standing, seen, gaps)


def _gaps(clause: Clause, counts: Mapping[str, int]) -> Iterator[Gap]:
    for want in clause.wants:
        if want.topic not in BY_KEY:
            raise KeyError(want.topic)
        # Without any verdict, that no rule cites the clause says nothing more.
        idle = want.topic == RULES and not counts.get("verdicts", 0)
        if want.missing and not counts.get(want.topic, 0) and not (idle and _asks_for_verdicts(clause)):
            yield Gap(want.missing, want.advice, (clause.cite,))


def _asks_for_verdicts(clause: Clause) -> bool:
    return any(want.topic == "verdicts" and want.missing for want in clause.wants)
