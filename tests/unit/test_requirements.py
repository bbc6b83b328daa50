"""What is installed is what was pinned: each package by the SHA-256 of its files, from no address of ours."""

import re
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_PINNED = (_ROOT / "requirements" / "development.txt").read_text()
_PIN = re.compile(r"^(?P<name>[a-z0-9.-]+)==(?P<rest>(?:.*\\\n)*.*)$", re.MULTILINE)


def test_every_package_is_pinned_by_its_files() -> None:
    pins = list(_PIN.finditer(_PINNED))
    assert len(pins) > 50
    assert [pin["name"] for pin in pins if not re.search(r"--hash=sha256:[0-9a-f]{64}$", pin["rest"])] == []


def test_nothing_says_where_from() -> None:
    assert not re.search(r"://|--(?:extra-)?index-url|--find-links|--trusted-host", _PINNED)


def test_set_up_checks_them_and_the_lock_is_made_with_them() -> None:
    makefile = (_ROOT / "Makefile").read_text()
    assert "--require-hashes --requirement requirements/development.txt" in makefile
    assert "--generate-hashes" in makefile
