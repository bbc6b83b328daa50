"""Policies as JSON."""

from collections.abc import Iterable

from cellwright.app.fleet.policy import PolicyInForce
from cellwright.model.value import Json
from cellwright.planning.policy.judging import TrialResult


def policies(found: Iterable[PolicyInForce]) -> Json:
    """`policy`: the rules that are switched on."""
    return {
        "policies": [
            {
                "rule": item.rule,
                "title": item.metadata.title,
                "clause": item.metadata.clause,
                "advice": item.metadata.advice,
                "rules": list(item.levels),
            }
            for item in found
        ]
    }


def policy_tests(found: Iterable[TrialResult]) -> Json:
    """`policy test`: each test; `fault` says why it could not be evaluated."""
    return {
        "tests": [
            {"file": item.path, "name": item.name, "passed": item.passed, "fault": item.fault}
            for item in found
        ]
    }
