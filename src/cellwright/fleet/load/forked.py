"""Work on many things, half of it in a second process: the interpreter uses one core only."""

import marshal
import os
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

Item = TypeVar("Item")


def shared(
    items: Sequence[Item],
    work: Callable[[Sequence[Item]], Any],
    *,
    least: int,
    first: Callable[[], None] | None = None,
) -> list[Any]:
    """Give `work` of all items, in one part or in two; its results are built-in types.

    The second process is a copy of this one, so `work` may use whatever is in memory; what it changes there
    stays there. From `least` items on, where there are two cores, and no thread that the copy would lack.
    There `first` is called first, to let go of what two processes can't share.
    A second process that can't be had, or dies, costs time only.
    """
    alone = threading.active_count() > 1 or (os.cpu_count() or 1) < 2  # noqa: PLR2004  two cores
    if len(items) < least or alone or not hasattr(os, "fork"):
        return [work(items)]
    middle = len(items) // 2
    half_one, half_two = items[:middle], items[middle:]
    try:
        reader, writer = os.pipe()
        child = _fork()
    except OSError:
        return [work(items)]
    if child == 0:
        os.close(reader)
        _answer(writer, work, half_two, first)
    os.close(writer)
    with os.fdopen(reader, "rb") as answer:
        try:
            mine = work(half_one)
            theirs = answer.read()
        finally:
            # Closed first: a child that waits to be read must not be waited for.
            answer.close()
            _, status = os.waitpid(child, 0)
    if status == 0:
        return [mine, marshal.loads(theirs)]  # noqa: S302  our own child wrote it
    return [mine, work(half_two)]


def _fork() -> int:
    sys.stdout.flush()
    sys.stderr.flush()
    return os.fork()


def _answer(
    writer: int,
    work: Callable[[Sequence[Item]], Any],
    items: Sequence[Item],
    first: Callable[[], None] | None,
) -> None:
    """Work in the copy; it never comes back from here, whatever happens."""
    code = 1
    try:
        if first is not None:
            first()
        with os.fdopen(writer, "wb") as answer:
            answer.write(marshal.dumps(work(items)))
        code = 0
    except BaseException:  # noqa: BLE001, S110  the first process does the work itself then, and tells
        pass
    finally:
        os._exit(code)
