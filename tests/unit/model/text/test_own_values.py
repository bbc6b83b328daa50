"""What is a cell's own is taken out of texts, and nothing else is."""

import re
from ipaddress import IPv4Address, IPv4Network

from hypothesis import example, given, settings
from hypothesis import strategies as st

from cellwright.model.text.own_values import OwnValues
from examples import examples

ACME = OwnValues(
    {
        "name": "acme",
        "account.number": "111122223333",
        "account.region": "eu-west-1",
        "output.network.vpc": "vpc-0a1b2c3d4e5f60718",
        "output.app.arn": "arn:aws:iam::111122223333:role/acme-app",
    },
    {"block.clients": IPv4Network("10.1.0.0/16")},
)
GLOBEX = OwnValues(
    {
        "name": "globex",
        "account.number": "444455556666",
        "account.region": "us-east-2",
        "output.network.vpc": "vpc-0ffffffffffffffff",
        "output.app.arn": "arn:aws:iam::444455556666:role/globex-app",
    },
    {"block.clients": IPv4Network("10.77.0.0/16")},
)
OWN = [*ACME.named.values(), *GLOBEX.named.values(), "10.1.0.0/16", "10.1.3.0/24", "10.77.3.9", "eu-west-1a"]
FOREIGN = ["0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/15", "10.2.3.4", "m5.large", "x", "name", "1", "\0", "10.1.3"]
TEXTS = st.lists(
    st.sampled_from([*OWN, *FOREIGN, "-", "/", ".", ":", " ", "+", "010.1.3.4", "10.1.3.0/024"]) | st.text()
).map("".join)


def restored(text: str, own: OwnValues) -> str:
    """Undo `without`, with the own values of any cell."""

    def value(found: "re.Match[str]") -> str:
        marked = found.group(1)
        if not marked:
            return "\0"
        if marked in own.named:
            return own.named[marked]
        role, place = marked.split("+")
        role, _, _ = role.rpartition("/")
        offset, slash, length = place.partition("/")
        address = IPv4Address(int(own.blocks[role].network_address) + int(offset))
        return f"{address}{slash}{length}"

    return re.sub("\0([^\0]*)\0", value, text)


@given(TEXTS)
@example("\0name\0")
@example("\0\0acme\0")
@settings(max_examples=examples(400))
def test_nothing_is_lost(text: str) -> None:
    for own in (ACME, GLOBEX):
        assert restored(own.without(text), own) == text


@given(TEXTS, TEXTS)
@settings(max_examples=examples(400))
def test_texts_are_alike_only_if_each_is_the_other_with_its_own_values(one: str, other: str) -> None:
    if ACME.without(one) == GLOBEX.without(other):
        assert restored(ACME.without(one), GLOBEX) == other


@given(st.lists(st.sampled_from([*OWN[:5], "10.1.0.0/16", "10.1.3.0/24", "10.1.3.9", "eu-west-1b"])))
def test_two_accounts_with_other_blocks_are_alike(parts: list[str]) -> None:
    text = " ".join(parts)
    assert ACME.without(text) == GLOBEX.without(restored(ACME.without(text), GLOBEX))


@given(TEXTS, st.sampled_from(FOREIGN), st.sampled_from(FOREIGN), TEXTS)
@settings(max_examples=examples(300))
def test_what_is_not_the_cell_s_own_never_disappears(start: str, old: str, new: str, end: str) -> None:
    before, after = f"{start} {old} {end}", f"{start} {new} {end}"
    assert (ACME.without(before) == ACME.without(after)) == (before == after)
    assert f" {old} ".replace("\0", "\0\0") in ACME.without(before)


def test_what_is_taken_out() -> None:
    assert ACME.without("acme-files in eu-west-1a") == "\0name\0-files in \0account.region\0a"
    assert ACME.without("acmefiles, 1111222233334, eu-west-1ab") == "acmefiles, 1111222233334, eu-west-1ab"
    assert ACME.without("10.1.3.0/24") == "\0block.clients/16+768/24\0"
    assert ACME.without("10.1.255.255") == "\0block.clients/16+65535\0"
    assert ACME.without("0.0.0.0/0 10.0.0.0/8 10.2.0.0/16") == "0.0.0.0/0 10.0.0.0/8 10.2.0.0/16"
    assert ACME.without("arn:aws:iam::111122223333:role/acme-app") == "\0output.app.arn\0"
    assert ACME.without("arn:aws:iam::111122223333:role/b") == "arn:aws:iam::\0account.number\0:role/b"


def test_nothing_is_a_cell_s_own() -> None:
    assert OwnValues().without("acme 10.1.0.0/16 \0") == "acme 10.1.0.0/16 \0\0"


def test_of_two_roles_with_one_text_the_first_counts() -> None:
    assert OwnValues({"name": "a", "account.name": "a"}).without("a") == "\0name\0"
