"""The key with which the ledger's small secrets are encrypted."""

from cellwright.access.sealing import Sealer
from cellwright.app.session.session import FleetSession


def sealer_of(session: FleetSession) -> Sealer:
    """Give what encrypts with the key of the ledger's digests, which is made when it is first needed.

    Raises:
        DiagnosticError: the key can't be read or made, is another ledger's, or is lost.
    """
    digester = session.digester(session.ledger(writing=True))
    return Sealer((digester.key, *digester.later))
