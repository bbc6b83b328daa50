"""Signs messages as the Standard Webhooks specification says, and seals the secrets for it."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping

from cellwright.access.sealing import Sealer, UnsealedError
from cellwright.ledger.key import Key
from cellwright.model.diagnostic import DiagnosticError, error

_PREFIX = "whsec_"
_SECRET_BYTES = 32
_PURPOSE = "webhook"


def new_secret() -> str:
    """Make a secret, as receivers' libraries take it."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def signed_headers(secret: str, message: str, timestamp: int, body: bytes) -> Mapping[str, str]:
    """Give the headers with which a receiver can tell that the message is ours, and new."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    content = b".".join((message.encode(), str(timestamp).encode(), body))
    signature = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{signature}",
    }


def seal(secret: str, webhook: str, key: Key) -> str:
    """Encrypt a webhook's secret with the fleet's key; it can be read under this webhook's id only."""
    return _sealer(key).seal(f"{_PURPOSE} {webhook}", secret)


def unseal(sealed: str, webhook: str, key: Key | None) -> str:
    """Read a secret.

    Raises:
        DiagnosticError: the key is gone or another one, or the record was changed.
    """
    gone = error(
        f"the secret of webhook {webhook} can't be read",
        "the fleet's key is another one now: remove the webhook and make it anew",
    )
    if key is None:
        raise DiagnosticError(gone)
    try:
        return _sealer(key).unseal(f"{_PURPOSE} {webhook}", sealed)
    except UnsealedError:
        raise DiagnosticError(gone) from None


def _sealer(key: Key) -> Sealer:
    return Sealer((key.secret, *key.later))
