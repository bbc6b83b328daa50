"""Codes of an app: one step of drift, each once; codes for when it is lost."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from cellwright.access.totp import (
    app_address,
    grouped,
    matching_step,
    new_recovery_codes,
    new_secret,
    recovery_digest,
)

NOW = datetime(2026, 11, 26, 12, 0, 10, tzinfo=UTC)
STEP = int(NOW.timestamp()) // 30
SECRET = new_secret()


def code(steps: int = 0) -> str:
    return pyotp.TOTP(SECRET).at(NOW + timedelta(seconds=30 * steps))


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_the_clock_may_differ_by_a_step(steps: int) -> None:
    assert matching_step(SECRET, code(steps), NOW, 0) == STEP + steps


@pytest.mark.parametrize("steps", [-2, 2, 2000])
def test_and_by_no_more(steps: int) -> None:
    assert matching_step(SECRET, code(steps), NOW, 0) is None


def test_each_code_counts_once() -> None:
    assert matching_step(SECRET, code(), NOW, STEP) is None
    assert matching_step(SECRET, code(-1), NOW, STEP) is None
    assert matching_step(SECRET, code(1), NOW, STEP) == STEP + 1


def test_blanks_do_not_matter() -> None:
    assert matching_step(SECRET, f" {code()[:3]} {code()[3:]} ", NOW, 0) == STEP


@pytest.mark.parametrize(
    "given",
    ["", "12345", "1234567", "12345a", "\uff11\uff12\uff13\uff14\uff15\uff16", "-12345", "1" * 100_000],
)
def test_what_is_no_code(given: str) -> None:
    assert matching_step(SECRET, given, NOW, 0) is None


def test_the_address_for_the_app() -> None:
    address = urlsplit(app_address(SECRET, "ada", "med & loop"))
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert parse_qs(address.query) == {"secret": [SECRET], "issuer": ["Cellwright med & loop"]}


def test_recovery_codes() -> None:
    codes = new_recovery_codes()
    assert len({recovery_digest(item) for item in codes}) == 10
    assert all(len(item) == 19 for item in codes)
    assert recovery_digest(codes[0]) == recovery_digest(codes[0].upper().replace("-", " "))
    assert recovery_digest(codes[0]) != recovery_digest(codes[0][:-1])


def test_typed_from_a_screen() -> None:
    assert grouped("ABCDEFGHIJ") == "ABCD EFGH IJ"
