"""What a clone remembers of its ledger, in a file outside it: that there was one, and how far it went.

An emptied or replaced ledger can't tell by itself that it is one. Nothing here imports SQLAlchemy.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cellwright.files.atomic import save_text
from cellwright.ledger.database.damage import DAMAGE
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.text.json_text import read_json
from cellwright.model.text.url_credentials import without_credentials

_SQLITE = "sqlite:///"
SEEN_FILE = "ledger-seen.json"


@dataclass(frozen=True, slots=True)
class Seen:
    """The newest event that this clone knows of a ledger."""

    sequence: int
    hash: str


@dataclass(frozen=True, slots=True)
class LedgerMemory:
    """The file that remembers, in the fleet's own folder; a missing or damaged one remembers nothing."""

    folder: Path
    ledger: str
    """Which ledger, as `ledger_name` gives it."""
    file: str = SEEN_FILE

    def recall(self) -> Seen | None:
        """What is remembered of the ledger; None if nothing is."""
        match self._entries().get(self.ledger):
            case [int(sequence), str(digest)] if sequence > 0:
                return Seen(sequence, digest)
            case _:
                return None

    def keep(self, seen: Seen) -> None:
        """Remember this from now on; changes nothing if it is remembered already.

        Raises:
            DiagnosticError: the file can't be written.
        """
        known, entry = self._entries(), [seen.sequence, seen.hash]
        if seen.sequence > 0 and known.get(self.ledger) != entry:
            save_text(self._path, json.dumps({**known, self.ledger: entry}) + "\n")

    def forget(self) -> None:
        """Remember nothing of the ledger any more.

        Raises:
            DiagnosticError: the file can't be written.
        """
        known = dict(self._entries())
        if known.pop(self.ledger, None) is not None:
            save_text(self._path, json.dumps(known) + "\n")

    @property
    def _path(self) -> Path:
        return self.folder / self.file

    def _entries(self) -> dict[str, object]:
        try:
            known = read_json(self._path.read_bytes())
        except (OSError, *DAMAGE):
            return {}
        return known if isinstance(known, dict) else {}


def ledger_name(url: str, folder: Path) -> str:
    """Tell a ledger from others: by its path, within `folder` if it lies there, or by server and database."""
    path = url.removeprefix(_SQLITE)
    if path != url:
        inside = Path(path).is_relative_to(folder)
        return str(Path(path).relative_to(folder)) if inside else path
    with suppress(ValueError):  # no URL: opening the ledger says so
        parts = urlsplit(without_credentials(url, of_database=True))
        return f"{parts.hostname or ''}:{parts.port or ''}{parts.path}"
    return ""


def refuse_changed(seen: Seen, found: str | None, location: Callable[[], object]) -> None:
    """Refuse a ledger that does not go on from where this clone has seen it.

    `found` is the hash of the event with the number that was seen; None if there is none.

    Raises:
        DiagnosticError: it was emptied, replaced, or is an older copy.
    """
    if found == seen.hash:
        return
    raise DiagnosticError(
        error(
            f"the ledger {location()} is not the one that this clone has used: it lacks event "
            f"{seen.sequence}, so it was emptied, replaced, or restored from an older backup",
            "restore the newest backup: what it lacks may be created again; if it is meant to be as it is: "
            "cellwright events accept --reason REASON",
        )
    )
