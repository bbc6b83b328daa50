"""The public keys of an issuer of tokens, read from its document of keys."""

from collections.abc import Mapping
from typing import Any, cast

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from cellwright.model.value import Json


def read_keys(document: Json) -> KeySet:
    """Read a provider's public keys.

    Raises:
        ValueError: there are none that can be used.
    """
    listed = document.get("keys") if isinstance(document, Mapping) else None
    # A secret key among them would let anybody sign.
    keys = [item for item in listed if _is_public(item)] if isinstance(listed, list) else []
    try:
        return KeySet.import_key_set(cast("Any", {"keys": keys}))
    except (JoseError, ValueError, TypeError, KeyError) as fault:
        raise ValueError(str(fault)) from None


def _is_public(key: object) -> bool:
    return (
        isinstance(key, Mapping) and key.get("kty") in ("RSA", "EC", "OKP") and key.get("use", "sig") == "sig"
    )
