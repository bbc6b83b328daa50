"""Names of people: what they sign in with, how they are shown, their mail addresses.

A name that looks like another one, by a letter of another alphabet or one that nobody sees, is refused: an
approval must not seem to be somebody else's.
"""

import re
import unicodedata

from cellwright.model.text.visible import is_visible

LONGEST_LOGIN = 64
LONGEST_NAME = 100
LONGEST_EMAIL = 254
LONGEST_TAG = 200

_LOGIN = re.compile(r"[a-z0-9](?:[a-z0-9._+@-]*[a-z0-9])?\Z")
_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\Z")
_MARKUP = frozenset('<>()"\\')
"""What sets a mail address or a login apart from the name before it."""


def login_of(text: str) -> str:
    """Give what was typed as a name to sign in with, as it is kept: without blanks around, in lower case."""
    return text.strip().lower()


def login_fault(login: str) -> str | None:
    """Say why a name is none to sign in with; None if it is."""
    if not login:
        return "a name to sign in with is needed"
    if len(login) > LONGEST_LOGIN:
        return f"a name to sign in with has at most {LONGEST_LOGIN} characters"
    if not _LOGIN.match(login):
        return "a name to sign in with has letters a-z, digits, and . _ + @ - between them"
    return None


def name_fault(name: str) -> str | None:
    """Say why a name can't be shown for a person; None if it can."""
    if not name.strip():
        return "a name is needed"
    if len(name) > LONGEST_NAME:
        return f"a name has at most {LONGEST_NAME} characters"
    if not _MARKUP.isdisjoint(name):
        return 'a name has none of < > ( ) " \\'
    return _disguise(name)


def tag_fault(tag: str) -> str | None:
    """Say why a text can't be a tag that a role is limited to; None if it can."""
    if len(tag) > LONGEST_TAG:
        return f"a tag has at most {LONGEST_TAG} characters"
    if not _MARKUP.isdisjoint(tag):
        return 'a tag has none of < > ( ) " \\'
    return _disguise(tag, "it")


def _disguise(name: str, what: str = "the name") -> str | None:
    """Say why a name may look like another one; None if it can't."""
    if name != name.strip() or "  " in name:
        return f"{what} has blanks that nobody sees; leave them out"
    if not is_visible(name):
        return f"{what} has characters that can't be seen; type it again"
    if unicodedata.normalize("NFKC", name) != name:
        return f"{what} has letters in an unusual form; type it on a plain keyboard"
    if len(scripts := _scripts(name)) > 1:
        return f"{what} mixes letters of {' and '.join(sorted(scripts))}, which can look alike; use one"
    return None


def email_fault(email: str) -> str | None:
    """Say why a text is no mail address; None if it is one."""
    if len(email) > LONGEST_EMAIL or not _EMAIL.match(email) or ".." in email:
        return "a mail address looks like ada@example.com"
    return None


_MIXED = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"})
"""Alphabets that are written side by side, and don't look alike."""


def _scripts(name: str) -> set[str]:
    """Name the alphabets of a name's letters, as the first words of their Unicode names say them."""
    found = {
        unicodedata.name(letter, "UNKNOWN").split(" ")[0].split("-")[0].title()
        for letter in name
        if unicodedata.category(letter).startswith("L")
    }
    return {"East Asian" if script.upper() in _MIXED else script for script in found}
