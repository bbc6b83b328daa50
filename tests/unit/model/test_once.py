from threading import Barrier, Event, Thread

import pytest

from cellwright.model.once import OncePerKey
from patience import PATIENCE


def test_each_key_s_value_is_made_once() -> None:
    kept: OncePerKey[str, object] = OncePerKey()
    first = kept.get("a", object)
    assert kept.get("a", object) is first
    assert kept.get("b", object) is not first


def test_threads_that_ask_at_once_get_the_same_value() -> None:
    kept: OncePerKey[str, object] = OncePerKey()
    together, found = Barrier(4), []

    def ask() -> None:
        together.wait()
        found.append(kept.get("a", object))

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(item) for item in found}) == 1


def test_whoever_makes_one_value_does_not_hold_up_another() -> None:
    kept: OncePerKey[str, int] = OncePerKey()
    began, may_end = Event(), Event()

    def slow() -> int:
        began.set()
        assert may_end.wait(PATIENCE)
        return 1

    thread = Thread(target=lambda: kept.get("slow", slow))
    thread.start()
    assert began.wait(PATIENCE)
    assert kept.get("quick", lambda: 2) == 2
    may_end.set()
    thread.join()
    assert kept.get("slow", lambda: 3) == 1


def test_a_failure_is_not_kept() -> None:
    kept: OncePerKey[str, float] = OncePerKey()
    with pytest.raises(ZeroDivisionError):
        kept.get("a", lambda: 1 / 0)
    assert kept.get("a", lambda: 1.0) == 1.0


def test_what_is_made_while_all_is_cleared_is_given_but_not_kept() -> None:
    kept: OncePerKey[str, str] = OncePerKey()

    def clearing() -> str:
        kept.clear()
        return "old"

    assert kept.get("a", clearing) == "old"
    assert kept.get("a", lambda: "new") == "new"


def test_the_key_that_was_not_asked_for_the_longest_is_dropped() -> None:
    kept: OncePerKey[str, int] = OncePerKey(most=2)
    for number, key in enumerate("aba"):
        kept.get(key, lambda number=number: number)  # type: ignore[misc]  # bound here
    kept.get("c", lambda: 9)
    assert kept.get("a", lambda: 7) == 0
    assert kept.get("b", lambda: 7) == 7
