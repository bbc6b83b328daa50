"""Which rules of policies were in force for how many plans, and what they found."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from cellwright.evidence.sorting import Row, text_of
from cellwright.model.runs.event import PLAN_JUDGED, Event

_SECTION = re.compile(r"164\.\d{3}")
_PART = re.compile(r"(?:\([A-Za-z0-9]{1,5}\))+")


@dataclass(slots=True)
class RulesSeen:
    """Sees events go by; counts the plans of a period by rule."""

    _rules: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """By digest of the policies: each package with the requirement that it cites."""
    _plans: Counter[str] = field(default_factory=Counter)
    _found: Counter[tuple[str, str]] = field(default_factory=Counter)

    def learn(self, event: Event) -> None:
        """Take an event of any time: the rules stand in one of a run's verdicts only."""
        if event.action != PLAN_JUDGED:
            return
        rules = event.detail.get("rules")
        if isinstance(rules, Mapping):
            digest = text_of(event.detail.get("policies"))
            self._rules[digest] = {text_of(name): text_of(clause) for name, clause in rules.items()}

    def see(self, event: Event) -> None:
        """Take an event of the period."""
        if event.action != PLAN_JUDGED:
            return
        self._plans[text_of(event.detail.get("policies"))] += 1
        found = event.detail.get("findings")
        for item in found if isinstance(found, list) else ():
            if isinstance(item, Mapping):
                self._found[(text_of(item.get("rule")), text_of(item.get("level")))] += 1

    def rows(self) -> Iterator[Row]:
        """Give a row for each rule that was in force for a plan."""
        plans: Counter[str] = Counter()
        clauses: dict[str, str] = {}
        for digest, count in sorted(self._plans.items()):
            for rule, clause in self._rules.get(digest, {}).items():
                plans[rule] += count
                clauses[rule] = clause
        for rule in sorted(plans):
            yield {
                "rule": rule,
                "clause": clauses[rule],
                "plans": plans[rule],
                "denied": self._found[(rule, "deny")],
                "warned": self._found[(rule, "warn")],
            }


def cites_of(text: str) -> tuple[str, ...]:
    """The clauses that a text cites: `45 CFR 164.312(e)(1) and (e)(2)(ii)` are two."""
    found: list[str] = []
    sections = list(_SECTION.finditer(text))
    for number, section in enumerate(sections):
        end = sections[number + 1].start() if number + 1 < len(sections) else len(text)
        parts = _PART.findall(text[section.end() : end])
        found.extend(f"{section[0]}{part}" for part in parts)
    return tuple(found)
