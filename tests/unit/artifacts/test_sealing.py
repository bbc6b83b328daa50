"""What is sealed can be read by the same fleet under the same name, and by nobody else."""

import pytest

from cellwright.artifacts.sealing import Seal
from cellwright.planning.digest import Digester

SEAL = Seal.of(Digester(b"k" * 32).keyed)
SECRET = b"the database's password"


def test_it_comes_back_and_shows_nothing() -> None:
    sealed = SEAL.close(SECRET, "plans/a")
    assert SECRET not in sealed
    assert SEAL.open(sealed, "plans/a") == SECRET
    assert Seal.of(Digester(b"k" * 32).keyed).open(sealed, "plans/a") == SECRET
    assert SEAL.close(SECRET, "plans/a") != sealed
    assert SEAL.open(SEAL.close(b"", "x"), "x") == b""


def test_another_fleet_s_key_another_name_or_a_changed_byte() -> None:
    sealed = SEAL.close(SECRET, "plans/a")
    assert Seal.of(Digester(b"o" * 32).keyed).open(sealed, "plans/a") is None
    assert SEAL.open(sealed, "plans/b") is None
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        assert SEAL.open(bytes(changed), "plans/a") is None


@pytest.mark.parametrize(
    "content", [b"", b"no seal", b"cellwright-sealed-1\n", b"cellwright-sealed-1\nshort"]
)
def test_what_was_never_sealed(content: bytes) -> None:
    assert SEAL.open(content, "plans/a") is None


def test_the_key_is_not_shown() -> None:
    assert SEAL.secret not in repr(SEAL)
