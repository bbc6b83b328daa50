"""Passkeys: what a browser is asked, and whether its answer is good. `webauthn` does the checking."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

LONGEST_ANSWER = 65_536
"""Bytes of what a browser answers; a usual answer has one or two thousand."""

LONGEST_ID = 1024


class PasskeyRefusedError(Exception):
    """A browser's answer is not accepted, and why."""


class PasskeyCopiedError(PasskeyRefusedError):
    """A passkey counts its uses backwards, as a copy of it would."""


@dataclass(frozen=True, slots=True)
class PasskeySite:
    """The site that passkeys are made for: they are of no use on another one."""

    rp_id: str
    """Its host's name."""
    origin: str
    """Its address as a browser tells it."""
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """What is kept of a passkey: ids and keys in base64url, nothing secret."""

    id: str
    public_key: str
    sign_count: int
    transports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What a browser is asked."""

    options: str
    """JSON, as `navigator.credentials` takes it."""
    challenge: str
    """In base64url; kept on the server, and good for one answer."""


def site_of(url: str, name: str) -> PasskeySite | None:
    """Give the site that the console is under this address; None if browsers make no passkeys for it."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if _is_number(host) or (parts.scheme != "https" and host != "localhost"):
        return None
    return PasskeySite(host, f"{parts.scheme}://{parts.netloc}", name)


def registration_question(
    site: PasskeySite, person: str, login: str, name: str, known: Iterable[Passkey]
) -> Question:
    """Ask for a new passkey of a person; one that is `known` is not made again on the same device."""
    options = generate_registration_options(
        rp_id=site.rp_id,
        rp_name=site.name,
        user_id=person.encode(),
        user_name=login,
        user_display_name=name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_described(known),
    )
    return Question(options_to_json(options), bytes_to_base64url(options.challenge))


def registered_passkey(site: PasskeySite, challenge: str, answer: str) -> Passkey:
    """Give the passkey that a browser has made.

    Raises:
        PasskeyRefusedError: it was made for another site or question, or without asking the person.
    """
    document = _read(answer)
    try:
        found = verify_registration_response(
            credential=document,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except Exception as fault:  # noqa: BLE001  its parsers raise whatever strange bytes make them raise
        raise PasskeyRefusedError(str(fault) or type(fault).__name__) from None
    return Passkey(
        id=bytes_to_base64url(found.credential_id),
        public_key=bytes_to_base64url(found.credential_public_key),
        sign_count=found.sign_count,
        transports=_transports(document),
    )


def sign_in_question(site: PasskeySite, known: Iterable[Passkey] = ()) -> Question:
    """Ask for any passkey of this site; or for one of a person's, where it is known who signs in."""
    options = generate_authentication_options(
        rp_id=site.rp_id,
        allow_credentials=_described(known),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return Question(options_to_json(options), bytes_to_base64url(options.challenge))


def named_passkey(answer: str) -> str:
    """Give the id of the passkey that an answer says it is made with; nothing of it is checked.

    Raises:
        PasskeyRefusedError: it names none.
    """
    found = _read(answer).get("id")
    if not isinstance(found, str) or not 0 < len(found) <= LONGEST_ID:
        raise PasskeyRefusedError("it names no passkey")
    return found


def checked_sign_in(site: PasskeySite, challenge: str, answer: str, passkey: Passkey, person: str) -> int:
    """Check that an answer is made with a passkey of this person; gives the passkey's new count of uses.

    Raises:
        PasskeyCopiedError: the passkey counts backwards.
        PasskeyRefusedError: the answer is not good.
    """
    document = _read(answer)
    if document.get("id") != passkey.id:
        raise PasskeyRefusedError("it is made with another passkey")
    response = document.get("response")
    handle = response.get("userHandle") if isinstance(response, dict) else None
    if handle and handle != bytes_to_base64url(person.encode()):
        raise PasskeyRefusedError("it is another person's passkey")
    try:
        found = verify_authentication_response(
            credential=document,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except Exception as fault:  # noqa: BLE001  as above
        why = str(fault) or type(fault).__name__
        if "sign count" in why:
            raise PasskeyCopiedError(
                "the passkey counts its uses backwards: there may be a copy of it"
            ) from None
        raise PasskeyRefusedError(why) from None
    return found.new_sign_count


def _described(known: Iterable[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    values = {item.value for item in AuthenticatorTransport}
    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(item.id),
            transports=[AuthenticatorTransport(name) for name in item.transports if name in values],
        )
        for item in known
    ]


def _read(answer: str) -> dict[str, object]:
    if len(answer) > LONGEST_ANSWER:
        raise PasskeyRefusedError("it is too long")
    try:
        found = json.loads(answer)
    except (ValueError, RecursionError):
        raise PasskeyRefusedError("it is no JSON") from None
    if not isinstance(found, dict):
        raise PasskeyRefusedError("it is no JSON object")
    return found


def _transports(document: dict[str, object]) -> tuple[str, ...]:
    response = document.get("response")
    listed = response.get("transports") if isinstance(response, dict) else None
    known = {item.value for item in AuthenticatorTransport}
    return (
        tuple(sorted(known.intersection(item for item in listed if isinstance(item, str))))
        if isinstance(listed, list)
        else ()
    )


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
