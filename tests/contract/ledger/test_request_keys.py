"""Keys of requests."""

from dataclasses import replace
from datetime import timedelta

from cellwright.ledger.opening import Ledger
from cellwright.ledger.request_keys import KnownRequest, RequestKey
from contract.ledger.conftest import SetClock

KEY = RequestKey("ada", "k1", "digest")


def test_a_request_is_carried_out_once_and_its_answer_kept_for_a_day(ledger: Ledger, clock: SetClock) -> None:
    keys = ledger.request_keys
    assert keys.begin(KEY) is None
    assert keys.begin(KEY) == KnownRequest(same=True, status=None)
    keys.end(KEY, 202, '{"run": "1"}')
    clock.pass_by(23 * 3600)
    assert keys.begin(KEY) == KnownRequest(same=True, status=202, answer='{"run": "1"}')
    clock.pass_by(2 * 3600)
    assert keys.begin(KEY) is None


def test_another_request_under_the_same_key_is_seen_as_such(ledger: Ledger) -> None:
    ledger.request_keys.begin(KEY)
    found = ledger.request_keys.begin(replace(KEY, request="other"))
    assert found is not None
    assert not found.same
    assert ledger.request_keys.begin(replace(KEY, who="grace")) is None


def test_one_that_failed_may_be_sent_again(ledger: Ledger) -> None:
    keys = ledger.request_keys
    keys.begin(KEY)
    keys.drop(KEY)
    assert keys.begin(KEY) is None


def test_one_that_takes_long_is_not_carried_out_a_second_time(ledger: Ledger, clock: SetClock) -> None:
    keys = ledger.request_keys
    keys.begin(KEY)
    clock.pass_by(121)
    assert keys.begin(KEY) == KnownRequest(same=True, status=None, slow=True)
    keys.end(KEY, 202, "{}")
    assert keys.begin(KEY) == KnownRequest(same=True, status=202, answer="{}")


def test_what_may_be_done_twice_outlives_whoever_began_it(ledger: Ledger, clock: SetClock) -> None:
    keys, minute = ledger.request_keys, timedelta(minutes=1)
    first, second = replace(KEY, request="first"), replace(KEY, request="second")
    assert keys.begin(first, minute) is None
    clock.pass_by(59)
    assert keys.begin(second, minute) is not None
    clock.pass_by(2)
    assert keys.begin(second, minute) is None
    keys.drop(first)  # the first was only slow: it does not end the second one's turn
    assert keys.begin(first, minute) is not None
    keys.drop(second)
    assert keys.begin(first, minute) is None
