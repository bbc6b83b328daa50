"""What an editor may do about a finding: write what was meant."""

import re
from dataclasses import dataclass

_MEANT = re.compile(r"did you mean '([^']+)'")


@dataclass(frozen=True, slots=True)
class Fix:
    """A word that takes the place of another."""

    wrong: str
    meant: str

    @property
    def title(self) -> str:
        """What it does, for people."""
        return f"Write '{self.meant}' in place of '{self.wrong}'"


def fix_of(message: str, line: str, start: int) -> tuple[Fix, int] | None:
    """Find what a finding suggests, and where the wrong word stands in the line; None if it suggests nothing.

    `message` is the finding's text, `start` the column (from 0) at which it points.
    """
    meant = _MEANT.search(message)
    if meant is None:
        return None
    for wrong in re.findall(r"'([^']+)'", message[: meant.start()]):
        at = line.find(wrong, start)
        if at >= 0 and wrong != meant[1]:
            return Fix(wrong, meant[1]), at
    return None
