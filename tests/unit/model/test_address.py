import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellwright.model.address import AddressError, CellAddress, UnitAddress
from cellwright.model.names import MAX_LENGTH, name_fault

names = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)


@given(names, names, names)
def test_an_address_reads_back_what_it_writes(level: str, cell: str, stack: str) -> None:
    address = UnitAddress(level, cell, stack)
    assert UnitAddress.parse(str(address)) == address
    assert CellAddress.parse(str(address.of_cell)) == address.of_cell


@pytest.mark.parametrize(
    "text", ["", "client", "client/acme", "a/b/c/d", "a//c", "A/b/c", "a/../c", "a/b/c\n", "a/é/c"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(AddressError):
        UnitAddress.parse(text)


@pytest.mark.parametrize(
    "name",
    ["", "a/b", "a.b", "a b", "..", "Acme", "ümlaut", "a" * 200, "-a", "a-", "a_b", "a\n", "\u0661"],
)
def test_a_bad_name_is_told_why(name: str) -> None:
    assert name_fault(name)


@pytest.mark.parametrize("name", ["a", "0", "acme", "prod-use1", "a" * MAX_LENGTH])
def test_a_good_name_has_no_fault(name: str) -> None:
    assert name_fault(name) is None
