"""Whether a process runs. One that was killed may still be there for a moment: it is waited for."""

import time
from pathlib import Path

from patience import PATIENCE

_POLL = 0.01


def runs(pid: int) -> bool:
    """Tell whether a process runs; one that has ended may wait for whoever adopts it (a zombie)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def ends(pid: int) -> bool:
    """Wait for the end of a process that was told to end, or killed."""
    until = time.monotonic() + PATIENCE
    while runs(pid):
        if time.monotonic() > until:
            return False
        time.sleep(_POLL)
    return True
