"""Connections to a server that were lost while nobody used them: noticed before somebody does.

Asking the server each time takes as long as a statement. But a server that ends a connection says so, and
then there is something to read where nothing was asked for; only a connection that nobody has used for a
while is asked, as a firewall may have forgotten it without a word.
"""

import select
import time
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError

IDLE = 10.0
"""Seconds without use after which the server is asked."""

_USED = "cellwright_used"


def replace_lost(engine: Engine) -> None:
    """Let `engine` make a connection anew that turns out to be lost when somebody wants it."""

    @event.listens_for(engine, "checkin")
    def note(_connection: object, record: Any) -> None:  # noqa: ANN401  the pool's record
        record.info[_USED] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def check(connection: Any, record: Any, _proxy: object) -> None:  # noqa: ANN401  the driver's connection
        used = record.info.get(_USED)
        if used is None or (time.monotonic() - used < IDLE and not _has_news(connection)):
            return
        driver = engine.dialect.loaded_dbapi
        try:
            alive = engine.dialect.do_ping(connection)
        except driver.Error:
            alive = False
        if not alive:
            raise InvalidatePoolError


def _has_news(connection: Any) -> bool:  # noqa: ANN401  the driver's connection
    try:
        poll = select.poll()
        poll.register(connection.fileno(), select.POLLIN)
        return bool(poll.poll(0))
    except (OSError, ValueError, connection.__class__.OperationalError):
        return True
