"""What a provider may answer, and what is refused: each kind of token that is not to be trusted."""

import base64
import hmac
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import OctKey

from cellwright.access.oidc.directory import ASKED_AGAIN_SECONDS, DOWN_SECONDS, Directory
from cellwright.access.oidc.faults import AnswerRefusedError, ProviderFault
from cellwright.access.oidc.provider import OidcProvider
from cellwright.model.settings.console_settings import OidcSettings
from unit.access.oidc.fake_provider import BACK, ISSUER, NOW, FakeProvider, begun, new_key


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def test_the_way_there_is_bound_to_this_browser() -> None:
    provider = FakeProvider()
    settings = OidcSettings(issuer=ISSUER, client_id="console")
    console = OidcProvider(settings, Directory(settings, provider), lambda: None)
    url, pending = console.begin(BACK)
    again, other = console.begin(BACK)

    asked = {name: value[0] for name, value in parse_qs(urlsplit(url).query).items()}
    assert asked["state"] == pending.state
    assert asked["nonce"] == pending.nonce
    assert (asked["code_challenge_method"], asked["response_type"]) == ("S256", "code")
    assert asked["redirect_uri"] == BACK
    assert pending.verifier not in url
    assert (
        len({pending.state, pending.nonce, pending.verifier, other.state, other.nonce, other.verifier}) == 6
    )
    assert pending.state not in again
    for secret in (pending.state, pending.nonce, pending.verifier):
        assert secret not in repr(pending)


def test_a_good_token() -> None:
    provider = FakeProvider(claims={"name": "Ada", "groups": ["a", 3, "b"], "email": "ada@x.example"})
    identity = begun(provider).finish()
    assert (identity.issuer, identity.subject, identity.name) == (ISSUER, "ada", "Ada")
    assert identity.groups == {"a", "b"}
    assert identity.email is None  # the provider does not say that it has verified it


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"iss": "https://other.example.com"}, "it was issued by another provider"),
        ({"aud": "another"}, "it was issued for another application"),
        ({"aud": ["console", "another"]}, "it does not say `azp`"),
        ({"aud": ["console", "another"], "azp": "another"}, "it was issued for another application"),
        ({"exp": NOW - 121}, "it has expired"),
        ({"exp": None}, "`exp` can't be right"),
        ({"exp": "soon"}, "`exp` can't be right"),
        ({"iat": NOW + 121}, "it was issued in the future"),
        ({"nbf": NOW + 121}, "it is not valid yet"),
        ({"nonce": "another"}, "it was issued for another sign-in"),
        ({"nonce": None}, "it was issued for another sign-in"),
        ({"sub": None}, "it does not say `sub`"),
        ({"sub": 7}, "`sub` can't be right"),
        ({"sub": ""}, "`sub` can't be right"),
        ({"at_hash": "x"}, "it belongs to another access token"),
    ],
)
def test_claims_that_are_refused(claims: dict[str, Any], why: str) -> None:
    with pytest.raises(AnswerRefusedError, match=why):
        begun(FakeProvider(claims=claims)).finish()


@pytest.mark.parametrize("claims", [{"exp": NOW - 119}, {"iat": NOW + 119}, {"nbf": NOW + 119}])
def test_clocks_may_differ_a_little(claims: dict[str, Any]) -> None:
    assert begun(FakeProvider(claims=claims)).finish().subject == "ada"


def test_a_token_that_nobody_signed() -> None:
    case = begun(FakeProvider())
    case.provider.token = case.provider.unsigned()
    with pytest.raises(AnswerRefusedError, match="it is not signed"):
        case.finish()


def test_a_token_that_is_signed_with_what_everybody_knows() -> None:
    case = begun(FakeProvider())
    head = json.dumps({"alg": "HS256", "kid": "one"}).encode()
    signed = f"{_encoded(head)}.{_encoded(json.dumps(case.provider.payload()).encode())}"
    public = case.provider.key.as_pem(private=False)
    case.provider.token = f"{signed}.{_encoded(hmac.digest(public, signed.encode(), 'sha256'))}"
    with pytest.raises(AnswerRefusedError, match="not in a way that the provider says"):
        case.finish()


def test_a_token_that_somebody_else_signed() -> None:
    case = begun(FakeProvider())
    signed = case.provider
    mine, signed.key = signed.key, new_key("one")
    signed.token = signed.signed()
    signed.key = mine
    with pytest.raises(AnswerRefusedError, match="its signature is not the provider's"):
        case.finish()


def test_a_token_that_was_changed() -> None:
    case = begun(FakeProvider())
    head, _, signature = case.provider.signed().split(".")
    body = json.dumps({**case.provider.payload(), "sub": "root"}).encode()
    case.provider.token = f"{head}.{_encoded(body)}.{signature}"
    with pytest.raises(AnswerRefusedError, match="its signature is not the provider's"):
        case.finish()


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "a.b", "....", "é.é.é", "x" * 300_000])
def test_no_token_at_all(token: str) -> None:
    case = begun(FakeProvider(token=token))
    with pytest.raises(AnswerRefusedError, match="it is no id token"):
        case.finish()


def test_keys_that_have_changed_are_asked_for_again() -> None:
    provider = FakeProvider()
    case = begun(provider)
    case.finish()
    provider.key = new_key("two")
    now = 0.0
    case.console.directory.clock = lambda: now
    with pytest.raises(AnswerRefusedError, match="a key that the provider does not have"):
        case.finish()  # they were asked for a moment ago
    case.console.directory._keys = (-ASKED_AGAIN_SECONDS - 1, case.console.directory.keys())
    assert case.finish().subject == "ada"
    assert provider.asked.count(f"{ISSUER}/keys") == 2


def test_a_secret_key_among_the_keys_signs_nothing() -> None:
    secret = OctKey.import_key("x" * 32, {"kid": "secret"})
    case = begun(FakeProvider(keys={"keys": [secret.as_dict()]}))
    with pytest.raises(ProviderFault, match="its keys can't be read"):
        case.finish()


def test_what_only_user_info_tells() -> None:
    provider = FakeProvider(metadata={"userinfo_endpoint": f"{ISSUER}/me"})
    provider.user_info = {
        "sub": "ada",
        "groups": ["a"],
        "name": "Ada",
        "email": "a@x",
        "email_verified": True,
    }
    identity = begun(provider).finish()
    assert identity.groups == {"a"}
    assert (identity.name, identity.email) == ("Ada", "a@x")


def test_user_info_about_somebody_else() -> None:
    provider = FakeProvider(metadata={"userinfo_endpoint": f"{ISSUER}/me"})
    provider.user_info = {"sub": "root", "groups": ["admins"]}
    with pytest.raises(AnswerRefusedError, match="two different people"):
        begun(provider).finish()


def test_groups_that_are_too_many_to_tell() -> None:
    claims = {"_claim_names": {"groups": "src1"}, "_claim_sources": {"src1": {"endpoint": "https://x"}}}
    with pytest.raises(ProviderFault, match="leaves out the groups"):
        begun(FakeProvider(claims=claims)).finish()


def test_texts_that_people_read_are_one_line() -> None:
    claims = {"name": "Ada\n\u202eevil\x1b[31m" + "x" * 500, "groups": "a"}
    identity = begun(FakeProvider(claims=claims)).finish()
    assert identity.name.isprintable()
    assert len(identity.name) == 200
    assert identity.groups == {"a"}


def test_the_secret_goes_where_the_provider_takes_it() -> None:
    in_head, in_body = (
        FakeProvider(),
        FakeProvider(metadata={"token_endpoint_auth_methods_supported": ["client_secret_post"]}),
    )
    for provider in (in_head, in_body):
        begun(provider, "a+b c").finish()
    assert in_head.bodies[0].startswith("Basic " + base64.b64encode(b"console:a%2Bb+c").decode())
    assert "client_secret" not in in_head.bodies[0]
    assert in_body.bodies[0].startswith("None grant_type=authorization_code")
    assert "client_secret=a%2Bb+c" in in_body.bodies[0]


@pytest.mark.parametrize(
    ("metadata", "why"),
    [
        ({"issuer": ISSUER + "/"}, "it calls itself 'https://login.example.com/'; write `issuer` exactly"),
        ({"issuer": 3}, "it names no issuer"),
        ({"token_endpoint": None}, "it names no token_endpoint"),
        ({"token_endpoint": "http://login.example.com/token"}, "its token_endpoint is no address"),
        ({"token_endpoint": "https://127.0.0.1/token"}, "its token_endpoint is no address"),
        ({"jwks_uri": "https://169.254.169.254/latest"}, "its jwks_uri is no address"),
        ({"jwks_uri": "https://[::1]/keys"}, "its jwks_uri is no address"),
        ({"jwks_uri": "https://intranet/keys"}, "its jwks_uri is no address"),
        ({"jwks_uri": "file:///etc/passwd"}, "its jwks_uri is no address"),
        ({"jwks_uri": "https://a@login.example.com/keys"}, "its jwks_uri is no address"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "its authorization_endpoint is no address"),
        ({"authorization_endpoint": 1}, "its authorization_endpoint is no address"),
        ({"id_token_signing_alg_values_supported": ["HS256", "none"]}, "it signs with HS256, none only"),
    ],
)
def test_descriptions_that_can_not_be_used(metadata: dict[str, Any], why: str) -> None:
    with pytest.raises(ProviderFault, match=why):
        begun(FakeProvider(metadata=metadata))


def test_endpoints_may_lie_on_another_host() -> None:
    elsewhere = {"authorization_endpoint": "https://accounts.example.org/o/auth?tenant=1"}
    settings = OidcSettings(issuer=ISSUER, client_id="console")
    url, _ = OidcProvider(
        settings, Directory(settings, FakeProvider(metadata=elsewhere)), lambda: None
    ).begin(BACK)
    assert url.startswith("https://accounts.example.org/o/auth?tenant=1&")


def test_a_provider_that_is_down_keeps_only_one_person_waiting() -> None:
    provider = FakeProvider(down=True)
    now = [0.0]
    settings = OidcSettings(issuer=ISSUER, client_id="console")
    directory = Directory(settings, provider, lambda: now[0])
    for _ in range(3):
        with pytest.raises(ProviderFault, match="no answer within 10 seconds; see whether it is up"):
            directory.metadata()
    assert len(provider.asked) == 1
    provider.down = False
    now[0] = DOWN_SECONDS
    assert directory.metadata().issuer == ISSUER


def test_answers_that_are_no_answer() -> None:
    case = begun(FakeProvider())
    for answer, why in (
        ({}, "belongs to another sign-in"),
        ({"state": "é"}, "belongs to another sign-in"),
        ({"state": case.pending.state}, "answer is incomplete"),
        ({"state": case.pending.state, "code": "x" * 9000}, "answer is incomplete"),
        ({"state": case.pending.state, "error": "<script>"}, "the provider reports an error"),
    ):
        with pytest.raises(AnswerRefusedError, match=why) as caught:
            case.console.finish(case.pending, answer)
        assert "script" not in str(caught.value)
