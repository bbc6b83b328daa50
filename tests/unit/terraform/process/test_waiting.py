import os
import subprocess
import threading
import time

import pytest

from cellwright.terraform.process.waiting import PidfdWaiter, PollingWaiter, waiter_for


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="the system has no pidfd")
def test_an_end_is_noticed_without_polling() -> None:
    child = subprocess.Popen(["/bin/sleep", "0.2"])
    waiter = waiter_for(child.pid, lambda: False)  # polling would never notice it
    assert isinstance(waiter, PidfdWaiter)

    assert not waiter.ended(0)
    assert waiter.ended(None)
    child.wait()
    waiter.close()
    waiter.close()


def test_without_pidfd_it_polls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "pidfd_open", raising=False)
    over = threading.Event()
    waiter = waiter_for(1, over.is_set)
    assert isinstance(waiter, PollingWaiter)

    assert not waiter.ended(0)
    threading.Timer(0.15, over.set).start()
    assert waiter.ended(None)
    waiter.close()


def test_a_kernel_without_pidfd_is_polled(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(_: int) -> int:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(os, "pidfd_open", unknown, raising=False)

    assert waiter_for(1, lambda: True).ended(None)


def test_polling_ends_at_the_deadline() -> None:
    before = time.monotonic()

    assert not PollingWaiter(lambda: False).ended(0.05)
    assert time.monotonic() > before
