"""One call of a tool: whether its client still waits, and how far it has come."""

import threading
from dataclasses import dataclass, field


@dataclass(slots=True)
class Call:
    """Shared by the coroutine that answers and the thread that works."""

    cancelled: threading.Event = field(default_factory=threading.Event)
    """Set once the client has cancelled the call, or is gone."""
    told: str = ""
    """What is being done, in a few words."""
    done: int = 0
    total: int | None = None
    after_all: list[str] = field(default_factory=list)
    """What a client has to know that has cancelled the call: what was begun all the same."""

    def progress(self, told: str, done: int = 0, total: int | None = None) -> None:
        """Say how far the work is."""
        self.told, self.done, self.total = told, done, total
