"""Signs messages as the Standard Webhooks specification says, and seals the secrets for it."""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping

from cellwright.ledger.key import Key
from cellwright.model.diagnostic import DiagnosticError, error

_PREFIX = "whsec_"
_SECRET_BYTES = 32
_NONCE_BYTES = 12
_PURPOSE = b"cellwright webhook secret\0"


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
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415  slow to import

    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = AESGCM(_sealing_key(key)).encrypt(nonce, secret.encode(), webhook.encode())
    return base64.b64encode(nonce + sealed).decode()


def unseal(sealed: str, webhook: str, key: Key | None) -> str:
    """Read a secret.

    Raises:
        DiagnosticError: the key is gone or another one, or the record was changed.
    """
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415  slow to import
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415  with it

    gone = error(
        f"the secret of webhook {webhook} can't be read",
        "the fleet's key is another one now: remove the webhook and make it anew",
    )
    if key is None:
        raise DiagnosticError(gone)
    try:
        data = base64.b64decode(sealed, validate=True)
        opened = AESGCM(_sealing_key(key)).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], webhook.encode())
    except (InvalidTag, ValueError, binascii.Error):
        raise DiagnosticError(gone) from None
    return opened.decode()


def _sealing_key(key: Key) -> bytes:
    # Secrets that are added to the key later (`ledger rekey`) are for digests: this one stays.
    return hmac.new(key.secret, _PURPOSE, hashlib.sha256).digest()
