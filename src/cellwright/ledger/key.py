"""The key of the ledger's digests of sensitive values.

The ledger records keyed digests of them, enough to notice a change. The key is kept elsewhere, so that nobody
who reads the ledger can test likely passwords against a digest.

A key is one secret, or several since `cellwright ledger rekey`: each digest is made with the first and
digested again with every later one, so that the newest alone protects all that is recorded.
"""

import base64
import binascii
import hashlib
import hmac
import os
import re
import secrets
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from cellwright.files.atomic import write_file
from cellwright.model.diagnostic import DiagnosticError, error

VARIABLE = "CELLWRIGHT_KEY"
"""The environment variable that gives the key."""

KEY_BYTES = 32

_FILE = "key"
_LARGEST = 65_536
_SEPARATOR = re.compile(r"[,\n]")
_MADE_BY = f"make one with `openssl rand -hex {KEY_BYTES}`"
_SHARED = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Key:
    """A secret of 32 bytes, those that were added to it since, and their origin for messages."""

    secret: bytes = field(repr=False)
    origin: str
    later: tuple[bytes, ...] = field(default=(), repr=False)

    def check(self) -> str:
        """A digest that identifies this key and tells nothing about it."""
        found = hmac.new(self.secret, b"check\0", hashlib.sha256)
        for secret in self.later:
            found = hmac.new(secret, b"check\0" + found.digest(), hashlib.sha256)
        return found.hexdigest()

    def known_as(self, check: str | None) -> "Key | None":
        """As much of this key as `check` identifies: secrets may have been added that are not in use yet."""
        parts = (replace(self, later=self.later[:count]) for count in range(len(self.later) + 1))
        return next((part for part in parts if part.check() == check), None)


def load_key(folder: Path, environment: Mapping[str, str]) -> Key:
    """The key from CELLWRIGHT_KEY (hex or base64), else from a file in `folder`, made on first use.

    Raises:
        DiagnosticError: the key is malformed, its file is readable by others, or it can't be read or made.
    """
    found = find_key(folder, environment)
    while found is None:
        _write(folder, Key(secrets.token_bytes(KEY_BYTES), ""), overwrite=False)
        found = find_key(folder, environment)
    return found


def find_key(folder: Path, environment: Mapping[str, str]) -> Key | None:
    """The key as `load_key` gives it; None if there is none.

    Raises:
        DiagnosticError: as `load_key`.
    """
    if given := environment.get(VARIABLE):
        return _key(given, VARIABLE)
    path = key_file(folder)
    try:
        return _key(_read_private(path), str(path))
    except FileNotFoundError:
        return None
    except OSError as failure:
        raise _unusable(path, failure) from None


def key_file(folder: Path) -> Path:
    """The file that holds the key, unless the environment does."""
    return folder / _FILE


def with_secret(key: Key) -> Key:
    """The key with a new secret added to it."""
    return replace(key, later=(*key.later, secrets.token_bytes(KEY_BYTES)))


def new_key(folder: Path) -> Key:
    """A key in place of one that is lost; nothing is written."""
    return Key(secrets.token_bytes(KEY_BYTES), str(key_file(folder)))


def key_text(key: Key) -> str:
    """Write a key as its file and its variable have it; never to be shown."""
    return "\n".join(secret.hex() for secret in (key.secret, *key.later))


def save_key(folder: Path, key: Key) -> None:
    """Write the key's file, in place of what it held.

    Raises:
        DiagnosticError: it can't be written; it is as it was.
    """
    _write(folder, key, overwrite=True)


def _write(folder: Path, key: Key, *, overwrite: bool) -> None:
    path = key_file(folder).resolve()
    text = "".join(f"{secret.hex()}\n" for secret in (key.secret, *key.later))
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # If two processes make a key at once, the second uses the first one's.
        with suppress(FileExistsError):
            write_file(path, text, durable=True, overwrite=overwrite)
    except OSError as failure:
        raise _unusable(path, failure) from None


def _unusable(path: Path, failure: OSError) -> DiagnosticError:
    reason = failure.strerror or str(failure)
    return DiagnosticError(
        error(
            f"the key file {path} can't be read or made: {reason}",
            f"check its permissions, or set {VARIABLE}",
        )
    )


def _key(text: str, origin: str) -> Key:
    parts = [part for part in _SEPARATOR.split(text) if part.strip()] or [""]
    first, *later = (_decode(part, origin) for part in parts)
    return Key(first, origin, tuple(later))


def _read_private(path: Path) -> str:
    with path.open("rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        if mode & _SHARED:
            raise DiagnosticError(
                error(f"the key file {path} can be read by others", f"chmod 600 {path}, or set {VARIABLE}")
            )
        return file.read(_LARGEST).decode("ascii", "replace")


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
