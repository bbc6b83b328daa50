"""The key of the ledger's digests of sensitive values.

The ledger records keyed digests of them, enough to notice a change. The key is kept elsewhere, so that nobody
who reads the ledger can test likely passwords against a digest.
"""

import base64
import binascii
import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.files.atomic import write_file
from cellwright.model.diagnostic import DiagnosticError, error

VARIABLE = "CELLWRIGHT_KEY"
"""The environment variable that gives the key."""

KEY_BYTES = 32

_FILE = "key"
_MADE_BY = f"make one with `openssl rand -hex {KEY_BYTES}`"
_SHARED = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Key:
    """A secret of 32 bytes, and its origin for messages."""

    secret: bytes = field(repr=False)
    origin: str

    def check(self) -> str:
        """A digest that identifies this key and tells nothing about it."""
        return hmac.new(self.secret, b"check\0", hashlib.sha256).hexdigest()


def load_key(folder: Path, environment: Mapping[str, str]) -> Key:
    """The key from CELLWRIGHT_KEY (hex or base64), else from a file in `folder`, made on first use.

    Raises:
        DiagnosticError: the key is malformed, its file is readable by others, or it can't be read or made.
    """
    if given := environment.get(VARIABLE):
        return Key(_decode(given, VARIABLE), VARIABLE)
    path = folder / _FILE
    try:
        if not path.exists():
            _make(path)
        return Key(_decode(_read_private(path), str(path)), str(path))
    except OSError as failure:
        reason = failure.strerror or str(failure)
        raise DiagnosticError(
            error(
                f"the key file {path} can't be read or made: {reason}",
                f"check its permissions, or set {VARIABLE}",
            )
        ) from None


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # If two processes make a key at once, the second uses the first one's.
    with suppress(FileExistsError):
        write_file(path, secrets.token_hex(KEY_BYTES) + "\n", durable=True, overwrite=False)


def _read_private(path: Path) -> str:
    with path.open("rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        if mode & _SHARED:
            raise DiagnosticError(
                error(f"the key file {path} can be read by others", f"chmod 600 {path}, or set {VARIABLE}")
            )
        return file.read(1024).decode("ascii", "replace")


def _decode(text: str, origin: str) -> bytes:
    compact = text.strip()
    secret = _from_hex(compact) or _from_base64(compact)
    if secret is None:
        raise DiagnosticError(
            error(f"{origin} holds no key: {KEY_BYTES} bytes in hex or base64 are expected", _MADE_BY)
        )
    return secret


def _from_hex(text: str) -> bytes | None:
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        return None
    return secret if len(secret) == KEY_BYTES else None


def _from_base64(text: str) -> bytes | None:
    try:
        secret = base64.b64decode(text, altchars=b"-_" if {"-", "_"} & set(text) else None, validate=True)
    except (binascii.Error, ValueError):
        return None
    return secret if len(secret) == KEY_BYTES else None
