"""A plan is judged by the policies that were read when the run began, or not at all."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from cellwright.app.runs.guards.policy_guard import PolicyGuard
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.planning.policy.module import parse_module
from cellwright.planning.policy.verdict import PASSED


def test_policies_that_changed_since_the_run_began_let_nothing_pass() -> None:
    nothing = cast("Any", None)
    policy = parse_module("p.rego", "package p\n")
    guard = PolicyGuard(
        nothing, [policy], nothing, lambda: datetime.now(UTC), lambda: error("a policy has changed")
    )
    with pytest.raises(DiagnosticError, match="a policy has changed"):
        guard(nothing, {})
    assert replace(guard, modules=[])(nothing, {}) == PASSED
