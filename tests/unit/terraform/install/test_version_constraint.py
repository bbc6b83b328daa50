import pytest
from packaging.version import Version

from cellwright.terraform.install.version_constraint import ConstraintError, parse_constraint


@pytest.mark.parametrize(
    ("text", "version"),
    [
        (">= 1.9", "1.11.4"),
        (">=1.9,<2.0", "1.11.4"),
        ("~> 1.11.0", "1.11.4"),
        ("~> 1.9", "1.11.4"),
        ("~> 1", "2.0.0"),
        ("= 1.11.4", "1.11.4"),
        ("1.11.4", "1.11.4"),
        ("v1.11.4", "1.11.4"),
        ("!= 1.11.3", "1.11.4"),
        ("> 1.11.3, <= 1.11.4", "1.11.4"),
        (">= 1.12.0-beta1", "1.12.0-beta2"),
    ],
)
def test_allows(text: str, version: str) -> None:
    assert parse_constraint(text).allows(Version(version))


@pytest.mark.parametrize(
    ("text", "version"),
    [
        (">= 1.12", "1.11.4"),
        ("~> 1.11.0", "1.12.0"),
        ("~> 1.9", "2.0.0"),
        ("!= 1.11.4", "1.11.4"),
        ("< 1.11.4", "1.11.4"),
        (">= 1.12.0", "1.12.0-beta1"),
        (">= 1.9, < 1.11", "1.11.4"),
    ],
)
def test_refuses(text: str, version: str) -> None:
    assert not parse_constraint(text).allows(Version(version))


@pytest.mark.parametrize("text", ["", "latest", ">= ", "=> 1.9", "1.x", ">= 1.9,", ">= 1.9 < 2"])
def test_a_text_that_is_no_constraint_is_named(text: str) -> None:
    with pytest.raises(ConstraintError, match="no version"):
        parse_constraint(text)
