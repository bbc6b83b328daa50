import pytest

from cellwright.console.security.returning import local_path


@pytest.mark.parametrize("path", ["/", "/cells?q=a%20b", "/runs/R#units"])
def test_a_path_of_the_console_stays(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "cells",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "/\u2028",
        "///evil.example",
    ],
)
def test_what_could_lead_elsewhere_is_the_start_page(path: str) -> None:
    assert local_path(path) == "/"
