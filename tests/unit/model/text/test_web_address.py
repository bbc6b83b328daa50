import pytest

from cellwright.model.text.web_address import address_fault


@pytest.mark.parametrize(
    "address", ["https://releases.example", "http://127.0.0.1:8080/terraform/", "https://a.example/b/c"]
)
def test_an_address_below_which_files_are_fetched(address: str) -> None:
    assert address_fault(address) is None


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("releases.example/tofu", "begins with https:// and a host"),
        ("file:///etc", "begins with https:// and a host"),
        ("https://", "begins with https:// and a host"),
        ("https://host:port/", "it is no web address"),
        ("https://[::1", "it is no web address"),
        ("https://ada:secret@releases.example", "user or password"),
        ("https://releases.example/?a=b", "names of files could not follow it"),
        ("https://releases.example/a b", "names of files could not follow it"),
    ],
)
def test_an_address_that_cant_be_used(address: str, fault: str) -> None:
    assert fault in (address_fault(address) or "")
