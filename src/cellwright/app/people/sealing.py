"""The key with which the ledger's small secrets are encrypted."""

from cellwright.access.sealing import Sealer
from cellwright.app.session.session import FleetSession
from cellwright.ledger.key import load_key


def sealer_of(session: FleetSession) -> Sealer:
    """Give what encrypts with the fleet's key, which is made when it is first needed.

    Raises:
        DiagnosticError: the key can't be read or made.
    """
    key = session.find_key() or load_key(session.home.folder, session.environment)
    return Sealer((key.secret, *key.later))
