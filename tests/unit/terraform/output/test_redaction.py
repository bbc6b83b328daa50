import json
import re
from base64 import b64encode, urlsafe_b64encode
from typing import SupportsIndex
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellwright.terraform.output.many_forms import ManyForms
from cellwright.terraform.output.redaction import MASK, Redactor
from cellwright.terraform.workspace.variables import expression

SECRET = 'c4n4ry "q" \\ <b>&\n${x} é😀'


@pytest.mark.parametrize(
    "shown",
    [
        SECRET,
        json.dumps(SECRET),
        json.dumps(SECRET, ensure_ascii=False),
        json.dumps(SECRET, ensure_ascii=False)
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("&", "\\u0026"),
        json.dumps({"value": {"nested": [SECRET]}}),
        expression(SECRET),
    ],
)
def test_a_secret_is_masked_in_every_spelling(shown: str) -> None:
    masked = Redactor([SECRET])(f"before {shown} after")

    assert "c4n4ry" not in masked
    assert masked.startswith("before ")
    assert masked.endswith(" after")


def test_the_lines_of_a_long_secret_are_masked_one_by_one() -> None:
    masked = Redactor(["-----BEGIN KEY-----\nMIIEvQIBADAN\n-----END KEY-----"])("  MIIEvQIBADAN")

    assert masked == f"  {MASK}"


def test_leaves_of_any_value_are_masked() -> None:
    redact = Redactor([{"a": ["hunter2", 123456, True, None, {"b": "swordfish"}]}])

    assert redact("hunter2 123456 true null swordfish") == f"{MASK} {MASK} true null {MASK}"


def test_the_longer_secret_is_masked_whole() -> None:
    assert Redactor(["abcd", "abcdefgh"])("abcdefgh") == MASK


def test_short_values_and_no_values_change_nothing() -> None:
    assert Redactor(["abc", "", "  \n ", 42])("abc 42") == "abc 42"
    assert Redactor([])("anything") == "anything"


@given(
    st.lists(st.text("abc\n", min_size=4, max_size=9), min_size=1, max_size=6),
    st.text("abc", max_size=40),
)
def test_very_many_secrets_are_masked_like_few(forms: list[str], text: str) -> None:
    pattern = re.compile("|".join(map(re.escape, sorted(forms, key=len, reverse=True))))
    assert ManyForms(forms)(text) == pattern.sub(MASK, text)


class Counted(str):
    """A text that counts the characters that are taken from it."""

    __slots__ = ("taken",)

    def __getitem__(self, part: SupportsIndex | slice) -> str:
        found = super().__getitem__(part)
        self.taken = getattr(self, "taken", 0) + len(found)
        return found


LENGTHS = 400
MANY_LINES = [f"    key {number:05}: {'v' * (number % LENGTHS)}" for number in range(2_000)]
"""Lines that begin alike, of very different lengths, as in a file of keys."""


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"  + {line}\n" for line in MANY_LINES),
        "".join(f"{line}?\n" for line in MANY_LINES),
        "    key and no secret\n" * 2_000,
        "\n".join(MANY_LINES[1:]),
    ],
    ids=["shown", "longer", "alike", "all but the first"],
)
def test_the_work_does_not_grow_with_the_number_of_secrets(text: str) -> None:
    counted = Counted(text)
    masked = ManyForms(["\n".join(MANY_LINES), *MANY_LINES])(counted)
    assert "v" * 10 not in masked
    assert counted.taken < 20 * len(text)


def test_texts_that_begin_with_one_another_are_masked_as_far_as_they_go() -> None:
    forms = ["pass" + "y" * number for number in range(2_000)]
    counted = Counted("passyyyz and pass " * 200)
    assert ManyForms(forms)(counted) == f"{MASK}z and {MASK} " * 200
    assert counted.taken < 20 * len(counted)


def test_the_forms_of_a_long_secret_are_as_long_as_the_secret() -> None:
    lines = [f"line {number:07} of the <secret>" for number in range(2_000)]
    redact = Redactor(["\n".join(lines)])
    assert redact("".join(f"  + {line}\n" for line in lines)) == f"  + {MASK}\n" * 2_000


CANARY = "canary-Typed/7Qx2+é"


@pytest.mark.parametrize("before", ["", "u", "us", "user:"])
@pytest.mark.parametrize("after", ["", "\n", "@host"])
def test_base64_of_a_secret_is_masked_wherever_it_begins(before: str, after: str) -> None:
    whole = f"{before}{CANARY}{after}".encode()
    for written in (b64encode(whole).decode(), urlsafe_b64encode(whole).decode()):
        masked = Redactor([CANARY])(f"it is {written}.")
        assert MASK in masked
        # What is left holds a few bits of the secret's first and last letter at most.
        assert not any(part in masked for part in (written[8:16], written[10:18]))


@pytest.mark.parametrize(
    "shown",
    [
        CANARY.upper(),
        CANARY.lower(),
        quote(CANARY),
        quote(CANARY, safe=""),
        quote_plus(CANARY),
        quote(CANARY, safe="").replace("%2F", "%2f").replace("%2B", "%2b").replace("%C3%A9", "%c3%a9"),
        CANARY.encode().hex(),
    ],
)
def test_other_spellings_of_a_secret_are_masked(shown: str) -> None:
    assert Redactor([CANARY])(f"<{shown}>") == f"<{MASK}>"


def test_a_short_secret_masks_no_other_spelling() -> None:
    assert Redactor(["Test"])("Test TEST test") == f"{MASK} TEST test"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("client/acme/app", "client/acme/app"),
        ('name = "acme-logs"', 'name = "acme-logs"'),
        ("acmes and xacme", f"{MASK}s and x{MASK}"),
        # What is more than the name, or another secret, is none of its spellings.
        ("acme-hush", MASK),
        ("acme/own", f"ac{MASK}"),
        ("prod", MASK),
    ],
)
def test_a_public_name_stays_readable_though_it_is_a_secret_too(text: str, shown: str) -> None:
    redact = Redactor(["acme", "acme-hush", "me/own", "prod"], public=["acme", "acme-prod"])
    assert redact(text) == shown
    assert redact("client/acme-prod/app") == "client/acme-prod/app"
    assert Redactor(["acme"])("client/acme/app") == f"client/{MASK}/app"
