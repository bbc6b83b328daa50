"""Encrypts what may hold secrets, with a key that is derived from the fleet's.

AES-256-GCM: whoever changes a byte, or puts one content in place of another, is found out.
"""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cellwright.model.diagnostic import DiagnosticError, error

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_MAGIC = b"cellwright-sealed-1\n"
_NONCE = 12


@dataclass(frozen=True, slots=True)
class Seal:
    """Encrypts and decrypts; made for one fleet."""

    secret: str = field(repr=False)
    """What the fleet's key alone can make."""

    @classmethod
    def of(cls, keyed: Callable[[str, str], str]) -> "Seal":
        """Derive the key; `keyed` makes digests with the fleet's key."""
        return cls(f"{keyed('first half', 'artifacts')}{keyed('second half', 'artifacts')}")

    def close(self, content: bytes, name: str) -> bytes:
        """Encrypt the content that will be stored under this name.

        Raises:
            DiagnosticError: the library for it is not installed.
        """
        nonce = os.urandom(_NONCE)
        return _MAGIC + nonce + self._cipher().encrypt(nonce, content, name.encode())

    def open(self, sealed: bytes, name: str) -> bytes | None:
        """Decrypt; None if it was not encrypted with this key under this name, or was changed since.

        Raises:
            DiagnosticError: the library for it is not installed.
        """
        cipher = self._cipher()
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415  an extra

        start = len(_MAGIC) + _NONCE
        if not sealed.startswith(_MAGIC) or len(sealed) < start:
            return None
        try:
            return cipher.decrypt(sealed[len(_MAGIC) : start], sealed[start:], name.encode())
        except InvalidTag:
            return None

    def _cipher(self) -> "AESGCM":
        try:
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415  an extra
        except ImportError:
            summary = "plans can't be encrypted: the library cryptography is not installed"
            raise DiagnosticError(error(summary, "pip install 'cellwright[worker]'")) from None
        return AESGCM(hashlib.sha256(self.secret.encode()).digest())
