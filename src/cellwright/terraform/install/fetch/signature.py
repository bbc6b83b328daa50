"""Checks the OpenPGP signature of a file of which we hold the signer's keys."""

from collections.abc import Sequence
from pathlib import Path


class SignatureError(Exception):
    """It is no signature, not by one of the keys, or not of this content; the message says what it is."""


def check_signature(content: bytes, signature: bytes, keys: Sequence[Path]) -> None:
    """Check that one of the keys made the detached signature of `content`.

    A key must have been valid when it signed. So what was signed before a key ran out stays genuine, and what
    is signed after that is not.

    Raises:
        SignatureError: it is not so.
        OSError: a key can't be read.
    """
    # Imported late: only a download needs it, and it is 9 MB.
    from pysequoia import Cert, Sig, verify  # noqa: PLC0415

    trusted = [Cert.from_bytes(key.read_bytes()) for key in keys]
    try:
        signed = Sig.from_bytes(signature)
    except RuntimeError:
        raise SignatureError("there is no OpenPGP signature in it") from None
    try:
        found = verify(bytes=content, store=lambda _: trusted, signature=signed)
    except RuntimeError:  # its message is a stack trace
        raise SignatureError(_description(signed.issuer_fingerprint)) from None
    if not found.valid_sigs:
        raise SignatureError(_description(signed.issuer_fingerprint))


def _description(signer: str | None) -> str:
    return f"it claims to be made with the key {signer.upper() if signer else 'of nobody'}"
