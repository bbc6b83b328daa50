"""What a provider of OpenID Connect says of itself: its endpoints, and how it signs."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from cellwright.model.value import Json

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""How an id token may be signed: with a key of the provider's own, of which we know the public half."""

_REQUIRED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_OPTIONAL = ("userinfo_endpoint", "end_session_endpoint")


class MetadataError(Exception):
    """What a provider says of itself can't be used: why, and what to do."""

    def __init__(self, why: str, advice: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.advice = advice


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """A provider's endpoints and abilities."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    end_session_endpoint: str | None
    algorithms: tuple[str, ...]
    """Of ours, those with which it signs."""
    secret_in_body: bool
    """It takes a client's secret in the body of a request only."""
    names_itself: bool
    """It says in each answer which provider it is (RFC 9207)."""


def discovery_url(issuer: str) -> str:
    """Give the address at which a provider describes itself."""
    return f"{issuer.rstrip('/')}/.well-known/openid-configuration"


def read_metadata(document: Json, issuer: str) -> Metadata:
    """Check what the provider with this issuer says of itself.

    Raises:
        MetadataError: it is another provider, lacks something, or names an address that may not be asked.
    """
    if not isinstance(document, Mapping):
        raise MetadataError("it does not describe itself as a provider of OpenID Connect")
    named = document.get("issuer")
    if named != issuer:
        raise MetadataError(
            f"it calls itself '{named}'" if isinstance(named, str) else "it names no issuer",
            "write `issuer` exactly as the provider does, with or without a slash at its end",
        )
    found = {name: _endpoint(document, name, issuer) for name in (*_REQUIRED, *_OPTIONAL)}
    if missing := [name for name in _REQUIRED if found[name] is None]:
        raise MetadataError(f"it names no {missing[0]}")
    signs = _texts(document, "id_token_signing_alg_values_supported") or ("RS256",)
    algorithms = tuple(name for name in ALGORITHMS if name in signs)
    if not algorithms:
        raise MetadataError(
            f"it signs with {', '.join(signs)} only",
            f"let it sign id tokens with one of {', '.join(ALGORITHMS)}",
        )
    methods = _texts(document, "token_endpoint_auth_methods_supported") or ("client_secret_basic",)
    return Metadata(
        issuer=issuer,
        authorization_endpoint=found["authorization_endpoint"] or "",
        token_endpoint=found["token_endpoint"] or "",
        jwks_uri=found["jwks_uri"] or "",
        userinfo_endpoint=found["userinfo_endpoint"],
        end_session_endpoint=found["end_session_endpoint"],
        algorithms=algorithms,
        secret_in_body="client_secret_basic" not in methods and "client_secret_post" in methods,
        names_itself=document.get("authorization_response_iss_parameter_supported") is True,
    )


def _endpoint(document: Mapping[str, Json], name: str, issuer: str) -> str | None:
    value = document.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not may_be_asked(value, issuer):
        raise MetadataError(
            f"its {name} is no address that it may send us to",
            "it must begin with https:// and a public host",
        )
    return value


def may_be_asked(url: str, issuer: str) -> bool:
    """Tell whether an address is on the provider's own host, or on the internet by name and over https."""
    try:
        parts, home = urlsplit(url), urlsplit(issuer)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return False
    if parts.username is not None or parts.fragment or any(letter.isspace() for letter in url):
        return False
    if (parts.scheme, parts.hostname) == (home.scheme, home.hostname):
        return True
    return parts.scheme == "https" and "." in host and not _is_number(host)


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _texts(document: Mapping[str, Json], name: str) -> tuple[str, ...]:
    value = document.get(name)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()
