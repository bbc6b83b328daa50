"""Who signs the manifest: this machine's key of the audit trail, if the fleet accepts it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cellwright.app.session.session import FleetSession
from cellwright.evidence.judging import Gap
from cellwright.evidence.sorting import Row
from cellwright.model.diagnostic import DiagnosticError

if TYPE_CHECKING:
    from cellwright.ledger.anchors.signing import SigningKey

_PROBE = "cellwright evidence\n"


@dataclass(frozen=True, slots=True)
class Signer:
    """The key that signs, or why there is none."""

    key: "SigningKey | None" = None
    public: str = ""
    listed: bool = False
    """fleet.yaml lists it under `audit.keys`."""
    gaps: tuple[Gap, ...] = ()

    def rows(self) -> Iterator[Row]:
        """Give a row for the key."""
        if self.key is not None:
            from cellwright.ledger.anchors.signing import fingerprint  # noqa: PLC0415  it brings a large library

            told = "is listed under `audit.keys`" if self.listed else "is this machine's own"
            yield {"key": fingerprint(self.public), "found": told}


def find_signer(session: FleetSession) -> Signer:
    """Give the key of this machine; where none counts, the reason is a gap."""
    try:
        anchoring = session.anchoring()
        key = anchoring.key(create=False)
        if key is None:
            return Signer()
        if not anchoring.accepts(_PROBE, key.sign(_PROBE)):
            advice = "commit what `cellwright events key` prints and list the file under `audit.keys`"
            return Signer(gaps=(Gap("this machine's key is not among `audit.keys`", advice),))
        return Signer(key, key.public(), listed=bool(anchoring.settings.keys))
    except DiagnosticError as fault:
        first = fault.diagnostics[0]
        return Signer(gaps=(Gap(f"the manifest can't be signed: {first.summary}", first.detail),))
