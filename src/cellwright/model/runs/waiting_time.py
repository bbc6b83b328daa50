"""How long a run has only waited for people: no part of the time that it took."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

Span = tuple[datetime, datetime]


def working_seconds(started: str, finished: str | None, waited: float) -> float | None:
    """Give how long something took, from ISO 8601 times, without what it waited; None while it goes on."""
    if finished is None:
        return None
    took = datetime.fromisoformat(finished) - datetime.fromisoformat(started)
    return round(max(took.total_seconds() - waited, 0.0), 3)


def seconds_waited(
    waits: Mapping[str, Sequence[Span]], work: Mapping[str, Span], rests: Sequence[Span] = ()
) -> float:
    """Give the seconds in which a plan waited for an answer and no unit was at work, or the run was over.

    `waits` are the questions about each unit's plans, from asking to the answer; `work` is each unit's time
    from its beginning to its end, its own waits among it. `rests` are the times from an end of the run to
    when somebody resumed it.
    """
    asked = [*rests, *(span for spans in waits.values() for span in spans)]
    busy = [part for unit, span in work.items() for part in _without(span, [*rests, *waits.get(unit, ())])]
    return sum((end - begin).total_seconds() for span in _union(asked) for begin, end in _without(span, busy))


def _union(spans: Iterable[Span]) -> Iterator[Span]:
    """Give spans that do not meet each other, and cover the same."""
    current: Span | None = None
    for begin, end in sorted(spans):
        if current is None or begin > current[1]:
            if current is not None:
                yield current
            current = (begin, end)
        else:
            current = (current[0], max(current[1], end))
    if current is not None:
        yield current


def _without(span: Span, others: Iterable[Span]) -> Iterator[Span]:
    """Give what is left of a span."""
    begin, end = span
    for first, last in _union(others):
        if last <= begin or first >= end:
            continue
        if first > begin:
            yield begin, first
        begin = last
    if begin < end:
        yield begin, end
