"""A provider that answers as a test wants: its description, its keys, any token that it is told to give."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from joserfc.jwk import ECKey, KeySet
from joserfc.jwt import encode

from cellwright.access.oidc.directory import Directory
from cellwright.access.oidc.identity import Identity
from cellwright.access.oidc.provider import OidcProvider, PendingSignIn
from cellwright.model.settings.console_settings import OidcSettings
from cellwright.model.value import Json
from cellwright.web.json_client import JsonAnswer, UnansweredError

ISSUER = "https://login.example.com"
BACK = "https://console.example.com/oidc/callback"
NOW = 1_800_000_000


def new_key(name: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": name, "use": "sig", "alg": "ES256"})


@dataclass
class FakeProvider:
    """Stands in for the web: gives each address's answer, and counts what it is asked."""

    key: ECKey = field(default_factory=lambda: new_key("one"))
    metadata: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    user_info: Json = None
    token: str | None = None
    """Given in place of one that is made of `claims`."""
    header: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    down: bool = False
    keys: Json = None
    nonce: str = ""

    def get(self, url: str, headers: Mapping[str, str]) -> JsonAnswer:
        self.asked.append(url)
        if self.down:
            raise UnansweredError("no answer within 10 seconds")
        if url == f"{ISSUER}/.well-known/openid-configuration":
            return JsonAnswer(200, self.described())
        if url == f"{ISSUER}/keys":
            return JsonAnswer(200, self.keys or self.public_keys())
        if url == f"{ISSUER}/me":
            assert headers["Authorization"] == "Bearer access"
            return JsonAnswer(200, self.user_info)
        return JsonAnswer(404, None)

    def post(self, url: str, headers: Mapping[str, str], body: str) -> JsonAnswer:
        assert url == f"{ISSUER}/token"
        self.bodies.append(f"{headers.get('Authorization')} {body}")
        token = self.token if self.token is not None else self.signed()
        return JsonAnswer(200, {"token_type": "Bearer", "access_token": "access", "id_token": token})

    def described(self) -> dict[str, Any]:
        return {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
            "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
        } | self.metadata

    def public_keys(self) -> Json:
        found: Any = KeySet([self.key]).as_dict(private=False)
        answer: Json = found
        return answer

    def payload(self) -> dict[str, Any]:
        usual = {"iss": ISSUER, "sub": "ada", "aud": "console", "iat": NOW, "exp": NOW + 300}
        return usual | {"nonce": self.nonce} | self.claims

    def signed(self) -> str:
        header = {"alg": "ES256", "kid": self.key.kid} | self.header
        return encode(header, self.payload(), self.key)

    def unsigned(self) -> str:
        parts = (json.dumps(part).encode() for part in ({"alg": "none", "typ": "JWT"}, self.payload()))
        return ".".join([*(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts), ""])


@dataclass
class Case:
    """One sign-in at a fake provider."""

    provider: FakeProvider
    console: OidcProvider
    pending: PendingSignIn

    def finish(self) -> Identity:
        return self.console.finish(self.pending, {"state": self.pending.state, "code": "code"})


def begun(provider: FakeProvider, secret: str | None = None) -> Case:
    """Begin a sign-in; the provider's tokens will have its nonce."""
    settings = OidcSettings(issuer=ISSUER, client_id="console")
    console = OidcProvider(settings, Directory(settings, provider), lambda: secret, lambda: NOW)
    _, pending = console.begin(BACK)
    provider.nonce = provider.nonce or pending.nonce
    return Case(provider, console, pending)
