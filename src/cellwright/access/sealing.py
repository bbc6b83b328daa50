"""Encrypts small secrets that the ledger keeps, with a key that it does not keep."""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


class UnsealedError(Exception):
    """A text can't be decrypted: it was encrypted with another key or for another purpose, or was changed."""


@dataclass(frozen=True, slots=True)
class Sealer:
    """Encrypts with AES-256-GCM and a key made of the fleet's."""

    parts: Sequence[bytes] = field(repr=False)
    """The secrets of the fleet's key, in the order in which they were added."""

    def seal(self, purpose: str, text: str) -> str:
        """Encrypt a text; it can be decrypted for the same purpose only."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = AESGCM(next(self._keys())).encrypt(nonce, text.encode(), purpose.encode())
        return base64.b64encode(nonce + sealed).decode()

    def unseal(self, purpose: str, sealed: str) -> str:
        """Decrypt a text, also one that was encrypted before secrets were added to the key.

        Raises:
            UnsealedError: it can't be decrypted.
        """
        try:
            content = base64.b64decode(sealed, validate=True)
        except (binascii.Error, ValueError):
            raise UnsealedError from None
        for key in self._keys():
            try:
                return (
                    AESGCM(key)
                    .decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], purpose.encode())
                    .decode()
                )
            except (InvalidTag, ValueError):
                continue
        raise UnsealedError

    def renewed(self, purpose: str, sealed: str) -> str | None:
        """Encrypt a text anew if it was encrypted before secrets were added to the key; None if not.

        Raises:
            UnsealedError: it can't be decrypted.
        """
        text = self.unseal(purpose, sealed)
        content = base64.b64decode(sealed)
        try:
            AESGCM(next(self._keys())).decrypt(
                content[:_NONCE_BYTES], content[_NONCE_BYTES:], purpose.encode()
            )
        except InvalidTag:
            return self.seal(purpose, text)
        return None

    def _keys(self) -> Iterator[bytes]:
        """Yield the key of all secrets, then those of ever fewer of them."""
        for count in range(len(self.parts), 0, -1):
            key = b"sealing\0"
            for part in self.parts[:count]:
                key = hmac.new(part, b"sealing\0" + key, hashlib.sha256).digest()
            yield key
