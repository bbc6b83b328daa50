"""Names that no file can have."""

from pathlib import Path

import pytest

from cellwright.cli.failure.unexpected import system_error


@pytest.mark.parametrize("name", ["a" * 300, "b/" * 3_000])
def test_a_name_that_is_too_long_is_no_surprise(tmp_path: Path, name: str) -> None:
    with pytest.raises(OSError, match="too long") as caught:
        (tmp_path / name).read_bytes()
    (found,) = system_error(caught.value).diagnostics
    assert found.summary.endswith("…' is too long a name")
    assert "traceback" not in found.detail
