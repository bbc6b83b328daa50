"""Passwords: which are refused, that checking does the same work for everybody, a few at a time."""

from threading import Event, Thread
from time import process_time

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from cellwright.access.passwords import LONGEST, Passwords, TooManySignInsError, password_fault
from patience import PATIENCE

GOOD = "correct horse battery"
QUICK = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))


class CountingHasher(Argon2Hasher):
    """Counts how often a password is compared with a hash."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.verified: list[str] = []

    def verify(self, password: str | bytes, hash: str | bytes) -> bool:  # noqa: A002  the library's name
        self.verified.append(str(password))
        return super().verify(password, hash)


@pytest.mark.parametrize(
    "password",
    [GOOD, "Tr0ub4dor&3xyz", "пароль из нескольких слов", "Summer in Uppsala 1987", "p4ss of the mountain"],
)
def test_good_ones(password: str) -> None:
    assert password_fault(password, "ada", "Ada Lovelace") is None


@pytest.mark.parametrize(
    "password",
    [
        "",
        "short",
        "elevenchars",
        "x" * (LONGEST + 1),
        "aaaaaaaaaaaaaaaa",
        "password1234",
        "Password123456",
        "1234567890123456",
        "qwertyuiop12",
        "abcdefghijklmnop",
        "adalovelace1",
        "AdaLovelaceAda",
        "poiuytrewq99",
        "cellwright2026",
        "ada.lovelace2026",
        "adalovelace@console",
        "P@ssw0rd1234!",
        "Welcome2026!!",
        "Summer2024!!!",
        "1q2w3e4r5t6y",
        "trustno1trustno1",
        "drowssapdrowssap",
        "correcthorse",
        "\ud800" * 20 + "abcdef",
    ],
)
def test_bad_ones_say_why(password: str) -> None:
    assert password_fault(password, "adalovelace", "Ada", "Lovelace")


def test_a_hash_is_argon2id_and_checks() -> None:
    passwords = Passwords(QUICK)
    known = passwords.hash(GOOD)
    assert known.startswith("$argon2id$")
    assert passwords.check(GOOD, known) == (True, None)
    assert passwords.check("another one", known) == (False, None)


def test_the_library_recommends_what_is_used() -> None:
    assert Passwords().hash(GOOD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_an_outdated_hash_is_made_anew() -> None:
    newer = Passwords(PasswordHash((Argon2Hasher(time_cost=2, memory_cost=8, parallelism=1),)))
    good, again = newer.check(GOOD, QUICK.hash(GOOD))
    assert good
    assert again is not None
    assert newer.check(GOOD, again) == (True, None)


@pytest.mark.parametrize("known", [None, "no hash at all"])
def test_nobody_gets_in(known: str | None) -> None:
    passwords = Passwords(QUICK)
    assert passwords.check("the password of nobody", known) == (False, None)
    assert passwords.check("", known) == (False, None)


@pytest.mark.parametrize("password", [GOOD, "x" * 1_000_000, "\ud800"])
def test_the_same_work_is_done_for_a_name_that_nobody_has(password: str) -> None:
    hasher = CountingHasher()
    passwords = Passwords(PasswordHash((hasher,)))
    passwords.check(password, None)
    known = passwords.hash(GOOD)
    passwords.check(password, known)
    assert len(hasher.verified) == 2
    assert hasher.verified[0] == hasher.verified[1]
    assert len(hasher.verified[0]) <= LONGEST


def test_a_book_is_not_taken_for_an_empty_password() -> None:
    passwords = Passwords(QUICK)
    assert passwords.check("x" * 1000, QUICK.hash("")) == (False, None)


def test_a_few_at_a_time() -> None:
    begun, let_go = Event(), Event()

    class Slow(CountingHasher):
        def verify(self, password: str | bytes, hash: str | bytes) -> bool:  # noqa: A002  as above
            begun.set()
            let_go.wait(PATIENCE)
            return super().verify(password, hash)

    passwords = Passwords(PasswordHash((Slow(),)), at_once=1, waits=0)
    first = Thread(target=passwords.check, args=(GOOD, QUICK.hash(GOOD)))
    first.start()
    begun.wait(PATIENCE)
    with pytest.raises(TooManySignInsError):
        passwords.check(GOOD, None)
    let_go.set()
    first.join()
    assert passwords.check(GOOD, QUICK.hash(GOOD))[0]


def test_a_password_as_long_as_may_be_is_judged_quickly() -> None:
    began = process_time()
    assert password_fault("a@4e3i1!o0s5$t7+" * 8, "ada") is None
    assert process_time() - began < 5


def test_what_belongs_to_one_person_is_not_held_against_another() -> None:
    password = "okonkwo hill 7x"
    assert password_fault(password, "okonkwo", "hill")
    assert password_fault(password, "ada") is None
