"""Anchors the end of the audit trail outside the ledger, after each command that recorded events."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cellwright.fleet.fleet import AuditSettings
from cellwright.ledger.memory import LedgerMemory, Seen
from cellwright.model.diagnostic import DiagnosticError, error

if TYPE_CHECKING:  # importing git's room and a library for signatures takes longer than most commands
    from cellwright.git.repository import Repository
    from cellwright.ledger.anchors.places import AnchorPlace
    from cellwright.ledger.anchors.signing import SigningKey
    from cellwright.ledger.opening import Ledger

_FILE = "ledger-anchored.json"
"""Remembers, for each place, up to which event it was anchored there from here."""


def end_of(ledger: "Ledger") -> Seen | None:
    """Read how far a ledger has come; None if it has no event, or can't be read any more."""
    if ledger.database.absent:
        return None
    with suppress(DiagnosticError):  # it is remembered from the next command on
        end = ledger.reader.chain_end()
        return Seen(end.sequence, end.hash) if end.sequence else None
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchoring:
    """Where the trail of one fleet is anchored, and with which keys."""

    fleet: str
    settings: AuditSettings
    root: Path
    """The fleet's folder."""
    folder: Path
    """Where the private key lies."""
    ledger: str
    """Which ledger, as `ledger_name` gives it."""
    environment: Mapping[str, str]
    repository: "Callable[[], Repository | None]"

    def places(self) -> "tuple[AnchorPlace, ...]":
        """The places that the settings name."""
        if not self.settings.anchors:
            return ()
        from cellwright.ledger.anchors.places import Surroundings, place_of  # noqa: PLC0415  see above

        around = Surroundings(self.root, self.repository(), self.environment)
        return tuple(place_of(setting, around) for setting in self.settings.anchors)

    def key(self, *, create: bool) -> "SigningKey | None":
        """The private key of this machine.

        Raises:
            DiagnosticError: it can't be used, or made.
        """
        from cellwright.ledger.anchors.signing import load_signing_key  # noqa: PLC0415  see above

        return load_signing_key(self.folder, self.environment, create=create)

    def public_keys(self) -> tuple[str, ...]:
        """The public keys of which one must sign an anchor: those of the settings, else this machine's.

        Raises:
            DiagnosticError: one can't be read.
        """
        from cellwright.ledger.anchors.signing import read_public_key  # noqa: PLC0415  see above

        if self.settings.keys:
            return tuple(read_public_key(self.root / path) for path in self.settings.keys)
        own = self.key(create=False)
        return (own.public(),) if own is not None else ()

    def sign(self, content: bytes) -> str:
        """Give the detached signature of something with this machine's key, which is made where none is.

        Raises:
            DiagnosticError: the key can't be used or made, or the settings list others.
        """
        key = self.key(create=True)
        if key is None:
            raise DiagnosticError(error("there is no key to sign with", "see docs/security.md"))
        signature = key.sign(content)
        self._check_own_key(content, signature)
        return signature

    def write(self, end: Seen, time: str, warn: Callable[[str], None]) -> None:
        """Anchor the trail's end in each place; what fails is warned of, and done next time.

        The events are recorded already, so nothing here may fail the command.
        """
        for place in self._behind(end):
            try:
                self._write(place, end, time)
            except DiagnosticError as failure:
                warn(
                    f"warning: event {end.sequence} of the audit trail is recorded, not anchored: {failure}; "
                    "the next command that records something does it"
                )

    def _behind(self, end: Seen) -> "list[AnchorPlace]":
        return [place for place in self.places() if self._memory(place).recall() != end]

    def _write(self, place: "AnchorPlace", end: Seen, time: str) -> None:
        from cellwright.ledger.anchors.statement import AnchorRecord, Statement  # noqa: PLC0415  see above

        key = self.key(create=True)
        if key is None:  # it is made where there is none
            return
        text = Statement(self.fleet, end.sequence, end.hash, time).text()
        signature = key.sign(text)
        self._check_own_key(text, signature)
        place.append(AnchorRecord(text, signature).line(), end.sequence)
        self._memory(place).keep(end)

    def accepts(self, content: str | bytes, signature: str) -> bool:
        """Tell whether a signature of this machine's key is of one that the settings list; of any if none.

        Raises:
            DiagnosticError: a listed key can't be read.
        """
        from cellwright.ledger.anchors.signing import verify_signature  # noqa: PLC0415  see above

        return not self.settings.keys or verify_signature(content, signature, self.public_keys())

    def _check_own_key(self, text: str | bytes, signature: str) -> None:
        """Refuse to sign with a key that nobody would accept.

        Raises:
            DiagnosticError: the settings list keys, and this machine's is none of them.
        """
        from cellwright.ledger.anchors.signing import foreign_key  # noqa: PLC0415  see above

        if not self.accepts(text, signature):
            raise foreign_key()

    def _memory(self, place: "AnchorPlace") -> LedgerMemory:
        return LedgerMemory(self.folder, f"{self.ledger} {place.name}", _FILE)
