"""Policies as JSON."""

from collections.abc import Iterable

from cellwright.app.fleet.policy import PolicyInForce
from cellwright.model.value import Json
from cellwright.planning.policy.trials import Trials


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


def policy_tests(found: Trials) -> Json:
    """`policy test`: each test (`fault`: why it can't be evaluated), and each rule that none has seen."""
    return {
        "tests": [
            {"file": item.path, "name": item.name, "passed": item.passed, "fault": item.fault}
            for item in found.results
        ],
        "unseen": [
            {"file": item.path, "line": item.line, "rule": f"{item.package}.{item.name}"}
            for item in found.unseen
        ],
    }
