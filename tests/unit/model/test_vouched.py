"""What stands behind an actor, as people read it."""

from typing import Any

import pytest

from cellwright.model.actor import Actor, Voucher, VoucherKind, vouched

USER = Voucher(VoucherKind.SYSTEM_USER, "runner@vm", checked=True)


def job(*, checked: bool, **facts: str) -> Voucher:
    return Voucher(VoucherKind.CI_JOB, "GitLab", checked=checked, facts=tuple(facts.items()))


def test_a_build_that_was_verified_says_so_and_a_claim_does_not() -> None:
    verified = Actor("lin", "git", (USER, job(checked=True, run="815", started_by="grace")))
    assert vouched(verified.identity()) == "runner@vm, verified GitLab build 815 of grace"
    nobody = Actor("lin", "git", (job(checked=True, run="815"),))
    assert vouched(nobody.identity()) == "verified GitLab build 815"
    claimed = Actor("lin", "git", (job(checked=False, run="815", started_by="grace"),))
    assert vouched(claimed.identity()) == "GitLab"


@pytest.mark.parametrize(
    "identity",
    [
        None,
        {},
        {"vouched_by": 1},
        {"vouched_by": ["x"]},
        {"vouched_by": [{"kind": "ci-job", "proof": "checked"}]},
    ],
)
def test_what_anybody_may_have_written_is_shown_as_far_as_it_goes(identity: Any) -> None:  # noqa: ANN401  anything
    assert isinstance(vouched(identity), str)
