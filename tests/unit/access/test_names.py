"""Names of people: what looks like somebody else's is refused."""

import pytest

from cellwright.access.names import (
    LONGEST_LOGIN,
    LONGEST_NAME,
    email_fault,
    login_fault,
    login_of,
    name_fault,
)


@pytest.mark.parametrize("login", ["ada", "ada.lovelace", "ada@example.com", "a", "ada+ci_2"])
def test_a_login(login: str) -> None:
    assert login_fault(login) is None


@pytest.mark.parametrize(
    "login",
    [
        "",
        " ",
        "Ada",
        "\u0430da",
        "a\u200bda",
        "a da",
        ".ada",
        "ada-",
        "a" * (LONGEST_LOGIN + 1),
        "a/b",
        "<b>",
        "ada\n",
    ],
)
def test_no_login(login: str) -> None:
    assert login_fault(login)


def test_a_login_is_kept_in_lower_case() -> None:
    assert login_of(" Ada@Example.com ") == "ada@example.com"


@pytest.mark.parametrize(
    "name",
    [
        "Ada Lovelace",
        "Zoë Müller-O'Brien",
        "Łukasz",
        "Владимир Ильин",
        "山田 はなこ",
        "김철수",
        "Nguyễn Văn A",
    ],
)
def test_a_name(name: str) -> None:
    assert name_fault(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "",
        "  ",
        " Ada",
        "Ada  Lovelace",
        "\u0410da Lovelace",  # a Cyrillic A
        "Ada\u200bLovelace",
        "Ada\u202eecalevoL",
        "Ada\nLovelace",
        "Ada Love\u00adlace",
        "\uff21da",
        "\ufb01ona",
        "Ada <root@example.com>",
        "Ada (grace)",
        "<script>alert(1)</script>",
        "A" * (LONGEST_NAME + 1),
        "\ud800",
    ],
)
def test_no_name(name: str) -> None:
    assert name_fault(name)


@pytest.mark.parametrize("email", ["ada@example.com", "ada.l+x@mail.example.co.uk"])
def test_a_mail_address(email: str) -> None:
    assert email_fault(email) is None


@pytest.mark.parametrize(
    "email", ["", "ada", "ada@", "a b@c.de", "ada@example.com>", "ada@exämple.com", "a@b..c", "x" * 255]
)
def test_no_mail_address(email: str) -> None:
    assert email_fault(email)
