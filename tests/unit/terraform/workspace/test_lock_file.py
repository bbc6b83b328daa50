from pathlib import Path

import pytest

from cellwright.terraform.workspace.lock_file import LockedProvider, read_lock_file, unbound

AWS = "registry.terraform.io/hashicorp/aws"
NULL = "registry.terraform.io/hashicorp/null"
TEXT = f"""# This file is maintained automatically by "terraform init".
# Manual edits may be lost in future updates.

provider "{AWS}" {{
  version     = "5.100.0"
  constraints = "~> 5.0"
  hashes = [
    "h1:edXOJWE4ORX8Fm+dpVpICzMZJat4AX0VRCAy/xkcOc0=",
    "zh:054b8dd49f0549c9a7cc27d159e45327b7b65cf404da5e5a20da154b90b8a644",
  ]
}}

provider "{NULL}" {{
  version = "3.0.0"
}}
"""


def test_entries_are_read_in_order(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text(TEXT)

    assert read_lock_file(tmp_path / "lock") == (
        LockedProvider(
            AWS,
            "5.100.0",
            frozenset(
                (
                    "h1:edXOJWE4ORX8Fm+dpVpICzMZJat4AX0VRCAy/xkcOc0=",
                    "zh:054b8dd49f0549c9a7cc27d159e45327b7b65cf404da5e5a20da154b90b8a644",
                )
            ),
        ),
        LockedProvider(NULL, "3.0.0"),
    )


@pytest.mark.parametrize(
    "text",
    [
        "# only built-in providers",
        "provider {",
        f'provider "{AWS}" {{\n}}',
        f'provider "{AWS}" {{\n  version = 5\n}}',
        f'provider "{AWS}" {{\n  version = local.version\n}}',
        f'provider "{AWS}" "again" {{\n  version = "5.100.0"\n}}',
    ],
)
def test_what_is_no_entry_is_left_out(tmp_path: Path, text: str) -> None:
    (tmp_path / "lock").write_text(text)

    assert read_lock_file(tmp_path / "lock") == ()


@pytest.mark.parametrize("hashes", ['"h1:x"', "[1, local.x]", "[]"])
def test_hashes_of_another_form_allow_nothing(tmp_path: Path, hashes: str) -> None:
    (tmp_path / "lock").write_text(f'provider "{AWS}" {{\n  version = "5.100.0"\n  hashes = {hashes}\n}}')

    assert read_lock_file(tmp_path / "lock") == (LockedProvider(AWS, "5.100.0"),)


def test_without_a_file_nothing_is_known(tmp_path: Path) -> None:
    assert read_lock_file(tmp_path / "absent") is None
    assert read_lock_file(tmp_path) is None


def test_bytes_that_are_not_text_have_no_entries(tmp_path: Path) -> None:
    (tmp_path / "lock").write_bytes(b"\xff\xfe")

    assert read_lock_file(tmp_path / "lock") == ()


def test_pins_that_did_not_bind_are_found() -> None:
    other = "registry.opentofu.org/hashicorp"
    before = (
        LockedProvider(AWS, "5.99.0"),
        LockedProvider(NULL, "3.2.1"),
        LockedProvider("registry.terraform.io/hashicorp/random", "3.6.0"),
        LockedProvider("registry.terraform.io/hashicorp/gone", "1.0.0"),
    )
    aws, null = LockedProvider(f"{other}/aws", "5.100.0"), LockedProvider(f"{other}/null", "3.2.1")
    random = LockedProvider("registry.terraform.io/hashicorp/random", "3.9.0")

    assert unbound(before, (aws, null, random)) == ((before[0], aws),)
