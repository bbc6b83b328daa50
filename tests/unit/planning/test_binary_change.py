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


def test_what_somebody_ran_by_hand_is_warned_of_with_what_is_on_record() -> None:
    (found,) = binary_warnings(terraform("1.11.4"), terraform("1.11.4"), terraform("1.15.9"))
    told = "Terraform 1.15.9 wrote the state last (Terraform 1.11.4 is on record), Terraform 1.11.4 runs now"
    assert found.summary.startswith(told)
    (unknown,) = binary_warnings(UNKNOWN_BINARY, terraform("1.11.4"), terraform("1.15.9"))
    assert unknown.summary.startswith("Terraform 1.15.9 wrote the state last, Terraform 1.11.4 runs now")


@pytest.mark.parametrize(
    ("now", "wrote"),
    [
        (terraform("1.11.4"), None),
        (terraform("1.11.4"), terraform("1.11.4")),
        (terraform("1.11.4"), terraform("1.10.0")),
        (terraform("1.11.4"), BinaryVersion(None, "1.10.0")),
        (tofu("1.12.6"), terraform("1.15.9")),
        (tofu("1.12.6"), BinaryVersion(None, "1.15.9")),
    ],
)
def test_a_state_that_may_well_be_understood_is_not(now: BinaryVersion, wrote: BinaryVersion | None) -> None:
    assert not binary_warnings(now, now, wrote)


@pytest.mark.parametrize(
    ("now", "wrote"),
    [
        (terraform("1.11.4"), BinaryVersion(None, "1.15.9")),
        (terraform("1.15.9"), tofu("1.12.6")),
        (tofu("1.11.4"), tofu("1.12.6")),
    ],
)
def test_a_state_that_may_not_be_understood_is(now: BinaryVersion, wrote: BinaryVersion) -> None:
    (found,) = binary_warnings(now, now, wrote)
    assert f"{wrote} wrote the state last ({now} is on record), {now} runs now" in found.summary


def test_what_cellwright_wrote_itself_is_no_news() -> None:
    """Terraform may be told to take providers from OpenTofu's registry."""
    assert not binary_warnings(terraform("1.11.4"), terraform("1.11.4"), tofu("1.11.4"))


def test_nothing_is_said_twice() -> None:
    (found,) = binary_warnings(terraform("1.15.0"), terraform("1.11.4"), terraform("1.15.9"))
    assert "Terraform 1.15.0 ran here last" in found.summary
