"""Secrets and tokens as texts."""

import pytest

from cellwright.access.secret import digest_of, form_token, new_secret, read_token, same, write_token


def test_a_token_is_read_as_it_was_written() -> None:
    secret = new_secret()
    assert read_token(write_token("ab12", secret)) == ("ab12", secret)


@pytest.mark.parametrize("text", ["", "cwt", "cwt_a", "ghp_a_b", "a_cwt_b", "cwt_ä_b"])
def test_another_text_is_no_token(text: str) -> None:
    assert read_token(text) is None


def test_two_secrets_differ_and_so_do_their_digests() -> None:
    one, other = new_secret(), new_secret()
    assert one != other
    assert same(digest_of(one), digest_of(one))
    assert not same(digest_of(one), digest_of(other))
    assert form_token(one) not in (one, digest_of(one), form_token(other))
