"""Passwords: which ones are good enough, and their hashes (argon2id, through pwdlib)."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock

from pwdlib import PasswordHash
from pwdlib.exceptions import PwdlibError
from pwdlib.hashers.argon2 import Argon2Hasher

from cellwright.access.guessing import is_guessed
from cellwright.model.diagnostic import DiagnosticError, error

SHORTEST = 12
LONGEST = 128
"""Characters: a hash of a book would keep the machine busy."""
_OWN_WORDS = ("cellwright", "console", "fleet")
"""What everybody thinks of who signs in here."""

AT_ONCE = 2
"""So many hashes are made at once: each takes 64 MiB and a processor for a moment."""
WAITED = 5.0
"""Seconds after which whoever waits for their turn is told to come back."""


class TooManySignInsError(DiagnosticError):
    """More people sign in at this moment than hashes can be made for."""

    def __init__(self) -> None:
        super().__init__(error("too many people sign in at this moment", "try again in a few seconds"))


def password_fault(password: str, *names: str) -> str | None:
    """Say why a password is not good enough; None if it is. `names` are those that its owner is known by."""
    if len(password) < SHORTEST:
        return f"a password has at least {SHORTEST} characters; a sentence of a few words is a good one"
    if len(password) > LONGEST:
        return f"a password has at most {LONGEST} characters"
    if not _encodes(password):
        return "the password has characters that can't be stored; type it again"
    words = (*_OWN_WORDS, *(name.casefold() for name in names if len(name) > 2))  # noqa: PLR2004  initials
    rest = password.casefold()
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "")
    if len(rest) < SHORTEST // 2:
        return "the password is little more than your name or this page's; choose another one"
    if is_guessed(password, words):
        return (
            "the password is one of those that are tried first: it has leaked before, or is made of common"
            " words, dates or rows of keys; a sentence of a few words is a good one"
        )
    return None


class Passwords:
    """Makes and checks hashes of passwords, a few at a time."""

    def __init__(
        self, hasher: PasswordHash | None = None, *, at_once: int = AT_ONCE, waits: float = WAITED
    ) -> None:
        """Take another `hasher` for tests, where the work would only be a delay."""
        self._hasher = hasher or PasswordHash((Argon2Hasher(),))
        self._turns = BoundedSemaphore(at_once)
        self._waits = waits
        self._nobodys: str | None = None
        self._guard = Lock()

    def hash(self, password: str) -> str:
        """Make the hash of a password.

        Raises:
            TooManySignInsError: too many hashes are made at this moment.
        """
        with self._turn():
            return self._hasher.hash(password)

    def check(self, password: str, known: str | None) -> tuple[bool, str | None]:
        """Tell whether a password fits a hash, and give a newer hash of it if the known one is outdated.

        With None, which is somebody who does not exist or has no password, it does the same work, so that
        the time it takes tells nothing.

        Raises:
            TooManySignInsError: too many hashes are made at this moment.
        """
        with self._turn():
            # Nothing that nobody could have typed needs to be hashed, but a password is as good as another.
            fitting = password if len(password) <= LONGEST and _encodes(password) else ""
            try:
                good, newer = self._hasher.verify_and_update(fitting, known or self._dummy())
            except PwdlibError:  # a hash that is none: somebody has changed the ledger
                return False, None
        good = good and known is not None and fitting == password
        return good, newer if good else None

    def _dummy(self) -> str:
        with self._guard:
            if self._nobodys is None:
                self._nobodys = self._hasher.hash("the password of nobody")
            return self._nobodys

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=self._waits):
            raise TooManySignInsError
        try:
            yield
        finally:
            self._turns.release()


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
