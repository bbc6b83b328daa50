"""Codes of an authenticator app (TOTP), and the codes for when it is lost."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime

import pyotp
from pyotp.utils import strings_equal

STEP_SECONDS = 30
DRIFT = 1
"""Steps by which the app's clock may differ."""

DIGITS = 6
RECOVERY_CODES = 10
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
"""Those that nobody takes for another one."""

_GROUPS, _GROUP = 4, 4


def new_secret() -> str:
    """Make a secret for an app, in base32."""
    return pyotp.random_base32()


def app_address(secret: str, login: str, fleet: str) -> str:
    """Give the address with which an app takes up the secret."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=f"Cellwright {fleet}")


def matching_step(secret: str, code: str, now: datetime, last_step: int) -> int | None:
    """Give the time step whose code this is, if it is present and later than the last that was taken."""
    given = "".join(code.split())
    if len(given) != DIGITS or not (given.isascii() and given.isdecimal()):
        return None
    app = pyotp.TOTP(secret)
    present = int(now.timestamp()) // STEP_SECONDS
    found = None
    for step in range(present - DRIFT, present + DRIFT + 1):
        # All of them are compared, so that the time taken tells nothing.
        if strings_equal(app.generate_otp(step), given) and step > last_step and found is None:
            found = step
    return found


def new_recovery_codes() -> tuple[str, ...]:
    """Make codes that each sign in once: 80 bits, in groups of four letters."""
    return tuple(
        "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
        for _ in range(RECOVERY_CODES)
    )


def recovery_digest(code: str) -> str:
    """Give the digest that is kept of a recovery code, however it is written."""
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    return hashlib.sha256(b"recovery code\0" + plain.encode()).hexdigest()


def grouped(secret: str) -> str:
    """Write a secret so that it can be typed from a screen."""
    return " ".join(_cut(secret, _GROUP))


def _cut(text: str, size: int) -> Iterable[str]:
    return (text[place : place + size] for place in range(0, len(text), size))
