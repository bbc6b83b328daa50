import pytest

from cellwright.model.binary import UNKNOWN_BINARY, BinaryVersion, Product
from cellwright.planning.binary_change import binary_warnings


def terraform(version: str) -> BinaryVersion:
    return BinaryVersion("terraform", version)


def tofu(version: str) -> BinaryVersion:
    return BinaryVersion("tofu", version)


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (terraform("1.12.0"), terraform("1.11.4")),
        (terraform("1.10.0"), terraform("1.9.8")),
        (tofu("1.12.6"), tofu("1.12.6-beta1")),
        (tofu("1.9.0"), terraform("1.15.0")),
    ],
)
def test_going_back_is_warned_of_and_names_both(before: BinaryVersion, now: BinaryVersion) -> None:
    (found,) = binary_warnings(before, now)
    assert f"{before} ran here last, {now} runs now" in found.summary


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (terraform("1.9.8"), terraform("1.10.0")),
        (terraform("1.11.4"), terraform("1.11.4")),
        (terraform("1.15.0"), tofu("1.12.6")),
        (UNKNOWN_BINARY, terraform("1.11.4")),
        (BinaryVersion(None, "1.15.0"), terraform("1.11.4")),
        (tofu("something"), tofu("1.12.6")),
    ],
)
def test_going_on_is_not(before: BinaryVersion, now: BinaryVersion) -> None:
    assert binary_warnings(before, now) == ()


def test_a_product_that_was_not_recorded_is_no_product() -> None:
    products: list[Product] = ["terraform", "tofu"]
    assert [binary_warnings(UNKNOWN_BINARY, BinaryVersion(item, "1.9.0")) for item in products] == [(), ()]
