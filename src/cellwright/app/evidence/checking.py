"""Check evidence with the keys that were named, else with those of the fleet that is here, if one is."""

from collections.abc import Sequence
from pathlib import Path

from cellwright.app.evidence.verifying import EvidenceChecked, verify_evidence
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.fleet.load.entry import find_root
from cellwright.ledger.anchors.signing import read_public_key
from cellwright.model.diagnostic import DiagnosticError


def check_evidence(folder: Path, named: Sequence[Path], location: Location) -> EvidenceChecked:
    """Check the evidence in a folder.

    Raises:
        DiagnosticError: a key can't be read, the fleet may not be obeyed, or the folder holds no evidence.
    """
    return verify_evidence(folder, _keys(named, location))


def _keys(named: Sequence[Path], location: Location) -> tuple[str, ...]:
    if named:
        return tuple(read_public_key(path) for path in named)
    try:
        find_root(location.fleet)
    except DiagnosticError:  # an auditor's machine has no fleet
        return ()
    with FleetSession(location) as session:
        return session.anchoring().public_keys()
