"""Verifies a build's identity token: who signed it, for whom, for how long, and for which build."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock

from joserfc.errors import (
    BadSignatureError,
    ClaimError,
    ExpiredTokenError,
    InvalidKeyIdError,
    JoseError,
    MissingClaimError,
    UnsupportedAlgorithmError,
)
from joserfc.jws import JWSRegistry, extract_compact
from joserfc.jwt import JWTClaimsRegistry, decode

from cellwright.access.builds.build import VerifiedBuild, read_build
from cellwright.access.builds.faults import TokenFault
from cellwright.access.builds.keys import Http, IssuerKeys, Signing
from cellwright.model.settings.build_settings import BuildIssuer, BuildSettings
from cellwright.model.text.json_text import read_json
from cellwright.model.value import Json

CLOCK_SKEW = 60
"""Seconds by which the issuer's clock may differ from ours."""
LONGEST = 16_384
"""Characters of a token; a header of a request has no more room."""

_MEANS = {
    "iss": ("it was issued by somebody else", "see `builds.issuers` of fleet.yaml"),
    "aud": ("it was made for somebody else", "let the build ask for one with the `audience` of fleet.yaml"),
    "iat": ("it was issued in the future", "see whether this machine's clock is right"),
    "nbf": ("it is not valid yet", "see whether this machine's clock is right"),
}


class _OtherKeyError(Exception):
    """No known key fits: they may have changed. Those of Jenkins keep their name when they do."""


@dataclass(slots=True)
class BuildVerifier:
    """Verifies tokens of the builds that a fleet believes; for any thread, as it keeps the issuers' keys."""

    settings: BuildSettings
    http: Http
    now: Callable[[], float] = time.time
    clock: Callable[[], float] = time.monotonic
    _guard: Lock = field(init=False, repr=False, default_factory=Lock)
    _keys: dict[str, IssuerKeys] = field(init=False, repr=False, default_factory=dict)

    def verify(self, token: str) -> VerifiedBuild:
        """Tell which build a token is of.

        Raises:
            TokenFault: it is not to be trusted.
            IssuerFault: its issuer can't be asked for its keys.
        """
        issuer = self._issuer(token)
        keys = self._keys_of(issuer)
        try:
            claims = self._claims(token, issuer, keys.signing())
        except _OtherKeyError:
            try:
                claims = self._claims(token, issuer, keys.signing(anew=True))
            except _OtherKeyError:
                told = "it is not signed with a key of its issuer"
                raise TokenFault(told, "have the build ask for a new one", issuer) from None
        return _build(claims, issuer)

    def _issuer(self, token: str) -> BuildIssuer:
        """Find whose token it says to be; what it says is not believed before its signature is checked."""
        named = None
        if token.isascii() and len(token) <= LONGEST:
            try:
                claims = read_json(extract_compact(token.encode()).payload)
                named = claims.get("iss") if isinstance(claims, Mapping) else None
            except (JoseError, ValueError, RecursionError):
                named = None
        if not isinstance(named, str):
            raise TokenFault("it is no identity token", "pass on what the CI system gave, as it is")
        for issuer in self.settings.issuers:
            if issuer.issuer == named:
                return issuer
        advice = f"name {named} below `builds.issuers` of fleet.yaml, if its builds are to act"
        raise TokenFault(*((_MEANS["iss"][0], advice) if _is_address(named) else _MEANS["iss"]))

    def _keys_of(self, issuer: BuildIssuer) -> IssuerKeys:
        with self._guard:
            return self._keys.setdefault(issuer.issuer, IssuerKeys(issuer, self.http, self.clock))

    def _claims(self, token: str, issuer: BuildIssuer, signing: Signing) -> Mapping[str, Json]:
        registry = JWSRegistry(algorithms=signing.algorithms, strict_check_header=False)
        expected = JWTClaimsRegistry(
            now=lambda: int(self.now()),
            leeway=CLOCK_SKEW,
            iss={"essential": True, "value": issuer.issuer},
            aud={"essential": True, "value": issuer.audience},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )
        try:
            read = decode(token, signing.keys, registry=registry)
            expected.validate(read.claims)
        except (InvalidKeyIdError, BadSignatureError):
            raise _OtherKeyError from None
        except (JoseError, ValueError, TypeError) as fault:
            raise TokenFault(*_why(fault), issuer) from None
        return dict(read.claims)


def _why(fault: Exception) -> tuple[str, str]:
    """Say what is wrong with a token, and what to do."""
    anew = "have the build ask for a new one"
    if isinstance(fault, UnsupportedAlgorithmError):
        return "it is not signed, or not in a way that its issuer says it signs", anew
    if isinstance(fault, ExpiredTokenError):
        return "it has expired", "begin the job again, or see whether this machine's clock is right"
    if isinstance(fault, MissingClaimError):
        return f"it does not say `{fault.claim}`", anew
    if isinstance(fault, ClaimError):
        return _MEANS.get(fault.claim, (f"its `{fault.claim}` can't be right", anew))
    return "it is no identity token", "pass on what the CI system gave, as it is"


def _build(claims: Mapping[str, Json], issuer: BuildIssuer) -> VerifiedBuild:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not issuer.takes(subject):
        shown = f"'{subject[:200]}'" if isinstance(subject, str) and subject.isprintable() else "its subject"
        advice = "add a pattern to its `subjects` in fleet.yaml, if it is to act"
        raise TokenFault(f"{shown} is no build that may act in this fleet", advice, issuer)
    found = read_build(claims)
    if found is None:
        advice = "GitHub's, GitLab's and Jenkins' do so by themselves; see docs/ci.md#verified-builds"
        raise TokenFault("it does not say for which run it was made", advice, issuer)
    return found


def _is_address(text: str) -> bool:
    return text.startswith("https://") and text.isprintable() and len(text) <= 200  # noqa: PLR2004
