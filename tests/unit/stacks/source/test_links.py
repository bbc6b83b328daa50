from pathlib import Path

import pytest

from cellwright.stacks.source.links import resolved


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    (tmp_path / "real" / "shared" / "stacks" / "s").mkdir(parents=True)
    (tmp_path / "outside" / "s").mkdir(parents=True)
    (tmp_path / "real" / "s").symlink_to("shared/stacks/s")
    (tmp_path / "real" / "stacks").symlink_to("shared/stacks")
    (tmp_path / "real" / "away").symlink_to(tmp_path / "outside" / "s")
    (tmp_path / "fleet").symlink_to("real")
    return tmp_path / "fleet"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("", "."),
        ("./shared/stacks/s", "shared/stacks/s"),
        ("s", "shared/stacks/s"),
        ("stacks/s", "shared/stacks/s"),
        ("s/../s", "shared/stacks/s"),
        ("stacks/..", "shared"),
        ("missing/../s", "shared/stacks/s"),
        ("missing", "missing"),
    ],
)
def test_what_lies_in_the_base_is_named_through_it(fleet: Path, path: str, expected: str) -> None:
    assert resolved(fleet, path) == fleet / expected


@pytest.mark.parametrize("path", ["away", "../outside/s", "away/../s"])
def test_what_lies_outside_is_named_by_where_it_is(fleet: Path, path: str) -> None:
    assert resolved(fleet, path) == fleet.parent / "outside" / "s"
