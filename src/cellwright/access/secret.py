"""Random secrets that a browser or a program keeps, and the digests of them that the ledger keeps."""

import hashlib
import hmac
import secrets

_BYTES = 32
"""256 bits: nobody guesses one, so a plain digest of it needs no salt and no slow hash."""

TOKEN_PREFIX = "cwt"  # noqa: S105  the beginning of every token, by which scanners of code find one
_TOKEN_PARTS = 3


def new_secret() -> str:
    """Make a secret of letters, digits, `-` and `_`."""
    return secrets.token_urlsafe(_BYTES)


def digest_of(secret: str) -> str:
    """Give what the ledger keeps of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def same(one: str, other: str) -> bool:
    """Compare two digests in a time that does not depend on where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())


def form_token(session_secret: str) -> str:
    """Give what each form of a session must hold; its secret can't be told from it."""
    return hmac.new(session_secret.encode(), b"cellwright form", hashlib.sha256).hexdigest()


def write_token(token_id: str, secret: str) -> str:
    """Write an API token: the part that may be shown, then the secret."""
    return f"{TOKEN_PREFIX}_{token_id}_{secret}"


def read_token(text: str) -> tuple[str, str] | None:
    """Give the id and the secret of an API token; None if the text is none."""
    parts = text.split("_", _TOKEN_PARTS - 1)
    if len(parts) != _TOKEN_PARTS or parts[0] != TOKEN_PREFIX or not text.isascii():
        return None
    return parts[1], parts[2]
