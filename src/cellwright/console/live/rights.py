"""Tells whether whoever follows a stream is still signed in, and may see what they could when it began."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from cellwright.access.visitor import PermissionRefusedError, Visitor
from cellwright.console.visitor import visitor_or_none
from cellwright.model.diagnostic import DiagnosticError, UnavailableError


@dataclass(frozen=True, slots=True)
class SameRights:
    """Asks the people's table again: for an expired token, a session that was ended, a grant that was taken.

    Rights that are others now end the stream, even if it may begin again at once: what a viewer sees was
    settled by the rights that they had when it began.
    """

    request: Request
    visitor: Visitor
    demand: Callable[[Visitor], object]
    """Refuses them, as they are now, what they may not see: that can change without any grant, with a tag."""

    def __call__(self) -> bool:
        """Tell whether the stream may go on.

        While the ledger is out of reach it may: what is new comes from there, as the answer does.
        """
        try:
            now = visitor_or_none(self.request)
            if now is None or _rights(now) != _rights(self.visitor):
                return False
            self.demand(now)
        except UnavailableError:
            return True
        except (DiagnosticError, PermissionRefusedError):
            return False
        return True


class AskedAgain:
    """Asks from time to time whether a stream may go on."""

    def __init__(self, still_allowed: Callable[[], bool], seconds: float) -> None:
        self._still_allowed, self._seconds = still_allowed, seconds
        self._asked = time.monotonic()

    async def refused(self) -> bool:
        """Tell whether it may not, asking if that was last done so many seconds ago."""
        if time.monotonic() - self._asked < self._seconds:
            return False
        allowed = await run_in_threadpool(self._still_allowed)
        self._asked = time.monotonic()
        return not allowed


def audience_of(visitor: Visitor) -> str:
    """Name who sees the same: the same session or token, with the same rights."""
    return repr(_rights(visitor))


def _rights(visitor: Visitor) -> object:
    limits = visitor.limits
    return (
        visitor.id,
        visitor.session,
        frozenset(visitor.grants),
        None if limits is None else frozenset(limits),
    )
