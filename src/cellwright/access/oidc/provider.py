"""The way to a provider of OpenID Connect and back: authorization code with PKCE, state and nonce."""

import hmac
import secrets
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any
from urllib.parse import quote_plus, urlencode

from authlib.oauth2.client import OAuth2Client
from authlib.oauth2.rfc6749.parameters import prepare_token_request

from cellwright.access.oidc.directory import Directory
from cellwright.access.oidc.faults import AnswerRefusedError, ProviderFault
from cellwright.access.oidc.id_token import TokenRefusedError, UnknownKeyError, checked_claims
from cellwright.access.oidc.identity import GroupsMissingError, Identity, read_identity
from cellwright.access.oidc.metadata import Metadata
from cellwright.model.settings.console_settings import OidcSettings
from cellwright.model.value import Json
from cellwright.web.json_client import UnansweredError

_RANDOM_BYTES = 32
_LONGEST_ANSWER = 8192
_REFUSALS = {
    "access_denied": "the provider did not let you in, or you went back",
    "login_required": "the provider wants you to sign in there first",
    "temporarily_unavailable": "the provider is overloaded",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingSignIn:
    """What must be known when somebody comes back from the provider. Kept on the server, used once."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class OidcProvider:
    """The provider at which people sign in; for any thread."""

    settings: OidcSettings
    directory: Directory
    client_secret: Callable[[], str | None] = field(repr=False)
    """Asked at each sign-in: a secret may be rotated."""
    now: Callable[[], float] = time.time

    def begin(self, redirect_uri: str) -> tuple[str, PendingSignIn]:
        """Give the address to send a browser to, and what to keep until it comes back to `redirect_uri`.

        Raises:
            ProviderFault: the provider can't be used.
        """
        metadata = self.directory.metadata()
        pending = PendingSignIn(
            state=secrets.token_urlsafe(_RANDOM_BYTES),
            nonce=secrets.token_urlsafe(_RANDOM_BYTES),
            verifier=secrets.token_urlsafe(2 * _RANDOM_BYTES),
            redirect_uri=redirect_uri,
        )
        client = OAuth2Client(
            None,
            self.settings.client_id,
            scope=" ".join(self.settings.scopes),
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
        )
        url, _ = client.create_authorization_url(
            metadata.authorization_endpoint,
            state=pending.state,
            nonce=pending.nonce,
            code_verifier=pending.verifier,
        )
        return str(url), pending

    def finish(self, pending: PendingSignIn, answer: Mapping[str, str]) -> Identity:
        """Tell who has come back, by the parameters that the provider sent along.

        Raises:
            AnswerRefusedError: the answer is not to this sign-in, or can't be trusted.
            ProviderFault: the provider can't be used.
        """
        metadata = self.directory.metadata()
        code = self._code(metadata, pending, answer)
        token = self._token(metadata, pending, code)
        id_token, access_token = token.get("id_token"), token.get("access_token")
        if not isinstance(id_token, str):
            raise ProviderFault(
                self.settings, "it gives no id token", "let the client have the scope `openid`"
            )
        claims = self._claims(
            metadata, pending, id_token, access_token if isinstance(access_token, str) else None
        )
        try:
            identity = read_identity(claims, self.settings.groups_claim)
        except GroupsMissingError:
            raise ProviderFault(
                self.settings,
                "it leaves out the groups of somebody who has very many",
                "let it give only the groups that are assigned to this application",
            ) from None
        return replace(identity, id_token=id_token)

    def sign_out_url(self, return_to: str, id_token: str = "") -> str | None:
        """Give the address at which somebody signs out of the provider, too; None if it has none.

        With the id token of the sign-in, the provider knows whom it is about: some ask else, others refuse.

        Raises:
            ProviderFault: the provider can't be used.
        """
        place = self.directory.metadata().end_session_endpoint
        if place is None:
            return None
        given = {"client_id": self.settings.client_id, "post_logout_redirect_uri": return_to}
        query = urlencode(given | ({"id_token_hint": id_token} if id_token else {}))
        return f"{place}{'&' if '?' in place else '?'}{query}"

    def _code(self, metadata: Metadata, pending: PendingSignIn, answer: Mapping[str, str]) -> str:
        if not hmac.compare_digest(answer.get("state", "").encode(), pending.state.encode()):
            raise AnswerRefusedError("the answer belongs to another sign-in")
        named = answer.get("iss")
        if named != metadata.issuer and (named is not None or metadata.names_itself):
            raise AnswerRefusedError("the answer comes from another provider")
        if "error" in answer:
            raise AnswerRefusedError(_REFUSALS.get(answer["error"], "the provider reports an error"))
        code = answer.get("code", "")
        if not 0 < len(code) <= _LONGEST_ANSWER:
            raise AnswerRefusedError("the provider's answer is incomplete")
        return code

    def _token(self, metadata: Metadata, pending: PendingSignIn, code: str) -> Mapping[str, Json]:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        given: dict[str, Any] = {"code_verifier": pending.verifier}
        secret = self.client_secret()
        if secret is None or metadata.secret_in_body:
            given |= {"client_id": self.settings.client_id} | ({"client_secret": secret} if secret else {})
        else:
            headers["Authorization"] = _basic(self.settings.client_id, secret)
        body = prepare_token_request(
            "authorization_code", code=code, redirect_uri=pending.redirect_uri, **given
        )
        try:
            answer = self.directory.http.post(metadata.token_endpoint, headers, str(body))
        except UnansweredError as fault:
            raise ProviderFault(self.settings, fault.why, fault.advice) from None
        document = answer.document if isinstance(answer.document, Mapping) else {}
        if answer.status == HTTPStatus.OK and "error" not in document:
            return document
        if document.get("error") == "invalid_grant":
            raise AnswerRefusedError("the provider's answer is too old, or was used before")
        if document.get("error") in ("invalid_client", "unauthorized_client"):
            advice = "correct `client_id` and `client_secret`, and what the provider knows of this client"
            raise ProviderFault(
                self.settings, "it does not know this client, or not with this secret", advice
            )
        raise ProviderFault(self.settings, f"it answers {answer.status} when asked for an id token")

    def _claims(
        self, metadata: Metadata, pending: PendingSignIn, id_token: str, access_token: str | None
    ) -> Mapping[str, Json]:
        expected = {
            "issuer": metadata.issuer,
            "client_id": self.settings.client_id,
            "nonce": pending.nonce,
        } | ({"access_token": access_token} if access_token else {})

        def check(*, anew: bool) -> Mapping[str, Json]:
            keys = self.directory.keys(anew=anew)
            return checked_claims(id_token, keys, metadata.algorithms, expected, int(self.now()))

        try:
            try:
                claims = check(anew=False)
            except UnknownKeyError:
                claims = check(anew=True)
        except TokenRefusedError as fault:
            raise AnswerRefusedError(f"the provider's id token is not accepted, as {fault}") from None
        return claims if access_token is None else self._with_user_info(metadata, claims, access_token)

    def _with_user_info(
        self, metadata: Metadata, claims: Mapping[str, Json], access_token: str
    ) -> Mapping[str, Json]:
        """Add what some providers tell only where one asks for it: groups, names, addresses."""
        name = self.settings.groups_claim
        if metadata.userinfo_endpoint is None or (name in claims and "name" in claims):
            return claims
        found = self.directory.document(
            metadata.userinfo_endpoint, {"Authorization": f"Bearer {access_token}"}
        )
        if not isinstance(found, Mapping) or found.get("sub") != claims["sub"]:
            raise AnswerRefusedError("the provider tells of two different people")
        return {**found, **claims}


def _basic(client_id: str, secret: str) -> str:
    """Write a client's credentials as RFC 6749 (2.3.1) says; Authlib leaves out the encoding of each part."""
    return "Basic " + b64encode(f"{quote_plus(client_id)}:{quote_plus(secret)}".encode()).decode()
