"""Secrets that the ledger keeps encrypted: no use without the key, for another purpose, or once changed."""

import base64

import pytest

from cellwright.access.sealing import Sealer, UnsealedError

KEY = (b"k" * 32,)


def test_there_and_back() -> None:
    sealed = Sealer(KEY).seal("totp/ada", "secret é")
    assert "secret" not in base64.b64decode(sealed).decode("latin1")
    assert Sealer(KEY).seal("totp/ada", "secret é") != sealed
    assert Sealer(KEY).unseal("totp/ada", sealed) == "secret é"


def test_after_a_secret_was_added_to_the_key() -> None:
    sealed = Sealer(KEY).seal("totp/ada", "secret")
    longer = Sealer((*KEY, b"l" * 32, b"m" * 32))
    assert longer.unseal("totp/ada", sealed) == "secret"
    with pytest.raises(UnsealedError):
        Sealer(KEY).unseal("totp/ada", longer.seal("totp/ada", "secret"))


def test_what_was_sealed_before_is_sealed_anew() -> None:
    sealed = Sealer(KEY).seal("totp/ada", "secret")
    longer = Sealer((*KEY, b"l" * 32))
    newer = longer.renewed("totp/ada", sealed)
    assert newer is not None
    with pytest.raises(UnsealedError):
        Sealer(KEY).unseal("totp/ada", newer)
    assert longer.renewed("totp/ada", newer) is None


@pytest.mark.parametrize("sealed", ["", "x", "é", "AAAA", base64.b64encode(b"x" * 60).decode()])
def test_what_was_never_sealed(sealed: str) -> None:
    with pytest.raises(UnsealedError):
        Sealer(KEY).unseal("totp/ada", sealed)


def test_another_key_another_purpose_another_text() -> None:
    sealed = Sealer(KEY).seal("totp/ada", "secret")
    changed = bytearray(base64.b64decode(sealed))
    changed[-1] ^= 1
    for sealer, purpose, text in (
        (Sealer((b"x" * 32,)), "totp/ada", sealed),
        (Sealer(KEY), "totp/bob", sealed),
        (Sealer(KEY), "totp/ada", base64.b64encode(changed).decode()),
    ):
        with pytest.raises(UnsealedError):
            sealer.unseal(purpose, text)


def test_the_key_is_not_shown() -> None:
    assert "k" * 8 not in repr(Sealer(KEY))
