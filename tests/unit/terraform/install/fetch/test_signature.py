from pathlib import Path

import pytest

from cellwright.terraform.install.fetch.signature import SignatureError, check_signature

HERE = Path(__file__).with_name("signatures")
"""One key, made for this test: valid until 2021 as first published, renewed in 2024 until 2050."""
FIRST = HERE / "until-2021.asc"
RENEWED = HERE / "until-2050.asc"
CONTENT = b"the list\n"


@pytest.mark.parametrize(
    ("keys", "made", "genuine"),
    [
        ((FIRST,), "2020", True),  # it has run out since
        ((FIRST,), "2024", False),  # it had run out
        ((RENEWED,), "2020", False),  # this copy says nothing of that year
        ((RENEWED,), "2024", True),
        ((FIRST, RENEWED), "2020", True),
        ((FIRST, RENEWED), "2024", True),
    ],
)
def test_a_key_must_have_been_valid_when_it_signed(
    keys: tuple[Path, ...], made: str, *, genuine: bool
) -> None:
    signature = (HERE / f"of-{made}.sig").read_bytes()

    if genuine:
        check_signature(CONTENT, signature, keys)
    else:
        with pytest.raises(
            SignatureError, match="made with the key F4ED187C45127570AF5F464151FD724C749645C5"
        ):
            check_signature(CONTENT, signature, keys)


def test_nothing_is_genuine_without_keys() -> None:
    with pytest.raises(SignatureError):
        check_signature(CONTENT, (HERE / "of-2020.sig").read_bytes(), ())


def test_the_content_is_what_was_signed() -> None:
    with pytest.raises(SignatureError):
        check_signature(CONTENT + b" ", (HERE / "of-2020.sig").read_bytes(), (FIRST,))
