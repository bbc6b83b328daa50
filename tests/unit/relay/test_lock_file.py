from pathlib import Path

from cellwright.relay.lock_file import LockedProvider, read_lock_file

TEXT = """# This file is maintained automatically by "terraform init".
# Manual edits may be lost in future updates.

provider "registry.terraform.io/hashicorp/aws" {
  version     = "5.100.0"
  constraints = "~> 5.0"
  hashes = [
    "h1:edXOJWE4ORX8Fm+dpVpICzMZJat4AX0VRCAy/xkcOc0=",
    "zh:054b8dd49f0549c9a7cc27d159e45327b7b65cf404da5e5a20da154b90b8a644",
  ]
}

provider "registry.terraform.io/hashicorp/random" {
  version = "3.7.2"
  hashes = [
    "h1:x",
  ]
}

provider "registry.terraform.io/hashicorp/null" {
  version = "3.0.0"
}
"""


def test_reads_the_entries_that_have_all(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text(TEXT)

    aws, random = read_lock_file(tmp_path / "lock")

    assert aws == LockedProvider(
        "registry.terraform.io/hashicorp/aws",
        "5.100.0",
        frozenset(
            (
                "h1:edXOJWE4ORX8Fm+dpVpICzMZJat4AX0VRCAy/xkcOc0=",
                "zh:054b8dd49f0549c9a7cc27d159e45327b7b65cf404da5e5a20da154b90b8a644",
            )
        ),
    )
    assert random.version == "3.7.2"


def test_a_file_that_says_nothing_has_none(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe")

    assert read_lock_file(tmp_path / "absent") == ()
    assert read_lock_file(tmp_path / "binary") == ()
