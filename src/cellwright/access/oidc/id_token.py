"""Checks an id token: signature, issuer, audience, times, nonce. Authlib does it; the faults get names."""

from collections.abc import Mapping

from authlib.oidc.core import CodeIDToken
from joserfc.errors import (
    BadSignatureError,
    ClaimError,
    ExpiredTokenError,
    InvalidKeyIdError,
    JoseError,
    MissingClaimError,
    UnsupportedAlgorithmError,
)
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from joserfc.jwt import decode

from cellwright.model.value import Json

CLOCK_SKEW = 120
"""Seconds by which the provider's clock may differ from ours."""

_MEANS = {
    "iss": "it was issued by another provider",
    "aud": "it was issued for another application",
    "azp": "it was issued for another application",
    "nonce": "it was issued for another sign-in",
    "iat": "it was issued in the future",
    "nbf": "it is not valid yet",
    "at_hash": "it belongs to another access token",
}


class TokenRefusedError(Exception):
    """An id token is not to be trusted, and why."""


class UnknownKeyError(TokenRefusedError):
    """It is signed with a key that is not among those known: they may have changed."""


def checked_claims(
    token: str, keys: KeySet, algorithms: tuple[str, ...], expected: Mapping[str, str], now: int
) -> Mapping[str, Json]:
    """Give what an id token says, if it can be trusted.

    Args:
        token: as the provider gave it.
        keys: the provider's.
        algorithms: with which it may be signed.
        expected: `issuer`, `client_id`, `nonce` and, if there is one, `access_token`.
        now: seconds since 1970.

    Raises:
        UnknownKeyError: its key is not among the provider's.
        TokenRefusedError: it can't be trusted.
    """
    registry = JWSRegistry(algorithms=algorithms, strict_check_header=False)
    try:
        read = decode(token, keys, registry=registry)
        claims = CodeIDToken(
            read.claims,
            read.header,
            options={
                "iss": {"essential": True, "value": expected["issuer"]},
                "aud": {"essential": True, "value": expected["client_id"]},
                "sub": {"essential": True},
            },
            params=dict(expected),
        )
        claims.validate(now=now, leeway=CLOCK_SKEW)
    except InvalidKeyIdError:
        raise UnknownKeyError("it is signed with a key that the provider does not have") from None
    except BadSignatureError:
        raise TokenRefusedError("its signature is not the provider's") from None
    except UnsupportedAlgorithmError:
        raise TokenRefusedError("it is not signed, or not in a way that the provider says it signs") from None
    except ExpiredTokenError:
        raise TokenRefusedError("it has expired, or this machine's clock is wrong") from None
    except MissingClaimError as fault:
        raise TokenRefusedError(f"it does not say `{fault.claim}`") from None
    except ClaimError as fault:
        raise TokenRefusedError(_MEANS.get(fault.claim, f"its `{fault.claim}` can't be right")) from None
    except (JoseError, ValueError, TypeError):
        raise TokenRefusedError("it is no id token") from None
    return dict(claims)
