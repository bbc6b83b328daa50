"""Signs messages as the Standard Webhooks specification says, and seals the secrets for it."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from cellwright.access.sealing import Sealer, UnsealedError
from cellwright.ledger.key import Key
from cellwright.model.diagnostic import DiagnosticError, error

_PREFIX = "whsec_"
_SECRET_BYTES = 32
_SHOWN = 20
"""Characters of the first part of a path; a longer one may be a secret."""
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


@dataclass(frozen=True, slots=True)
class Confidential:
    """What of a webhook nobody is to read."""

    secret: str = field(repr=False)
    """What its messages are signed with."""
    url: str = field(repr=False)
    """Where they are sent: for Slack and Teams the address is all that is needed to send."""


def seal(text: Confidential, webhook: str, key: Key) -> str:
    """Encrypt with the fleet's key; it can be read under this webhook's id only."""
    return _sealer(key).seal(f"{_PURPOSE} {webhook}", f"{text.secret}\n{text.url}")


def unseal(sealed: str, webhook: str, key: Key | None) -> Confidential:
    """Read what was sealed.

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
        secret, _, url = _sealer(key).unseal(f"{_PURPOSE} {webhook}", sealed).partition("\n")
    except UnsealedError:
        raise DiagnosticError(gone) from None
    return Confidential(secret, url)


def shown_address(url: str) -> str:
    """Give as much of an address as tells where it leads: the rest may be what lets one send there."""
    parts = urlsplit(url)
    first, _, rest = parts.path.lstrip("/").partition("/")
    known = first if len(first) <= _SHOWN else ""
    hidden = rest or parts.query or parts.fragment or first != known
    return f"{parts.scheme}://{parts.netloc}/{known}{'/…' if known and hidden else '…' if hidden else ''}"


def _sealer(key: Key) -> Sealer:
    return Sealer((key.secret, *key.later))
