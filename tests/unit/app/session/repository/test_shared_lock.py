"""Many read at once, or one writes alone."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from cellwright.app.session.repository.shared_lock import SharedLock
from patience import PATIENCE


def in_thread(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_readers_share_and_writers_do_not() -> None:
    lock, state, faults = SharedLock(), {"readers": 0, "writers": 0, "most": 0}, []
    guard, met = threading.Lock(), threading.Barrier(2)

    def change(name: str, by: int) -> None:
        with guard:
            state[name] += by
            state["most"] = max(state["most"], state["readers"])
            if state["writers"] > 1 or (state["writers"] and state["readers"]):
                faults.append(dict(state))

    def read(*, first: bool) -> None:
        with lock.reading():
            change("readers", 1)
            if first:
                met.wait(PATIENCE)
            change("readers", -1)

    def write() -> None:
        with lock.writing():
            change("writers", 1)
            change("writers", -1)

    with ThreadPoolExecutor(8) as threads:
        for work in [threads.submit(read, first=True) for _ in range(2)]:
            work.result(PATIENCE)
        late = partial(read, first=False)
        for work in [threads.submit(late if number % 3 else write) for number in range(300)]:
            work.result(PATIENCE)
    assert faults == []
    assert state["most"] >= 2


def test_a_writer_who_waits_is_not_overtaken_but_whoever_reads_may_read_again() -> None:
    lock, order = SharedLock(), []
    waiting = threading.Event()

    def write() -> None:
        waiting.set()
        with lock.writing():
            order.append("write")

    def read() -> None:
        with lock.reading():
            order.append("late read")

    with lock.reading():
        writer = in_thread(write)
        waiting.wait(PATIENCE)
        while lock._writers == 0:
            pass
        reader = in_thread(read)
        with lock.reading():
            order.append("nested read")
    writer.join(PATIENCE)
    reader.join(PATIENCE)
    assert order == ["nested read", "write", "late read"]
