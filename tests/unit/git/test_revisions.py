"""Another revision's files: their ids, and all but some of them written out."""

import os
import subprocess
from pathlib import Path

import pytest

from cellwright.git.repository import Repository
from cellwright.git.revisions import Revisions, blob_id

STRANGE = "a\nb.txt"


def git(root: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=test", "-c", "user.email=test@example.com")
    command = ["git", *identity, *arguments]
    return subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout.strip()


def revisions(root: Path, object_format: str = "sha1") -> Revisions:
    root.mkdir()
    git(root, "init", "-q", f"--object-format={object_format}")
    for name in ("one.txt", STRANGE, "run.sh"):
        (root / name).write_text(f"{name}\n")
    (root / "run.sh").chmod(0o755)
    (root / "link").symlink_to("one.txt")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "all")
    repository = Repository.containing(root, os.environ)
    assert repository is not None
    return Revisions(repository)


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_ids_of_files_are_those_of_their_content(tmp_path: Path, object_format: str) -> None:
    root = tmp_path / "repository"
    found = revisions(root, object_format).blobs("HEAD")
    assert found["link"] == ""
    for name in ("one.txt", STRANGE, "run.sh"):
        assert blob_id((root / name).read_bytes(), found[name]) == found[name]
        assert blob_id(b"other", found[name]) != found[name]


def test_some_files_are_not_written_out(tmp_path: Path) -> None:
    found = revisions(tmp_path / "repository")
    status = git(found.repository.root, "status", "--porcelain")
    found.write_out("HEAD", tmp_path / "out", [STRANGE, "link"])
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["one.txt", "run.sh"]
    assert git(found.repository.root, "status", "--porcelain") == status
