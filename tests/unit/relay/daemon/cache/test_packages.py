import base64
import os
from hashlib import sha256
from pathlib import Path

import pytest

from cellwright.relay.daemon.cache.packages import PackageError, PackageVerifier


def make(folder: Path, **files: str) -> frozenset[str]:
    """A package with these files, `demo_1` being the program; returns its hashes as a lock file has them."""
    folder.mkdir(parents=True)
    lines = ""
    named = {name.replace("__", "/").replace("demo", "terraform-provider-demo"): name for name in files}
    for relative in sorted(named):
        content, path = files[named[relative]], folder / relative
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
        path.chmod(0o755)
        lines += f"{sha256(content.encode()).hexdigest()}  {relative}\n"
    return frozenset(("zh:other", "h1:" + base64.b64encode(sha256(lines.encode()).digest()).decode()))


def test_a_package_of_the_lock_file(tmp_path: Path) -> None:
    hashes = make(tmp_path / "package", LICENSE="free", demo_1="program", docs__x="text")

    package = PackageVerifier(tmp_path / "cache").check(tmp_path / "package", "demo", hashes)

    assert package.program.name == "terraform-provider-demo_1"
    assert package.digest in hashes
    package.check()


def test_a_link_to_a_package(tmp_path: Path) -> None:
    hashes = make(tmp_path / "package", demo="program")
    (tmp_path / "link").symlink_to(tmp_path / "package")

    package = PackageVerifier(tmp_path / "cache").check(tmp_path / "link", "demo", hashes)

    assert package.program == tmp_path / "package" / "terraform-provider-demo"


def test_a_package_with_another_file_is_refused(tmp_path: Path) -> None:
    hashes = make(tmp_path / "package", demo="program")
    (tmp_path / "package" / "extra").write_text("")

    with pytest.raises(PackageError, match="not one that the lock file names"):
        PackageVerifier(tmp_path / "cache").check(tmp_path / "package", "demo", hashes)


@pytest.mark.parametrize("fresh", [True, False])
def test_a_changed_file_is_noticed(tmp_path: Path, fresh: bool) -> None:  # noqa: FBT001 - a case
    hashes = make(tmp_path / "package", demo="program")
    packages = PackageVerifier(tmp_path / "cache")
    package = packages.check(tmp_path / "package", "demo", hashes)
    stat = package.program.stat()
    package.program.write_text("Program")
    os.utime(package.program, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    with pytest.raises(PackageError, match="has changed"):
        package.check()
    with pytest.raises(PackageError, match="not one that the lock file names"):
        (PackageVerifier(tmp_path / "cache") if fresh else packages).check(
            tmp_path / "package", "demo", hashes
        )


def test_a_file_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hashes = make(tmp_path / "package", demo="program")
    PackageVerifier(tmp_path / "cache").check(tmp_path / "package", "demo", hashes)
    monkeypatch.setattr(
        "cellwright.relay.daemon.cache.packages._read_digest", lambda _path: pytest.fail("read again")
    )

    PackageVerifier(tmp_path / "cache").check(tmp_path / "package", "demo", hashes)


@pytest.mark.parametrize("name", ["other", "dem"])
def test_a_package_without_the_program_is_refused(tmp_path: Path, name: str) -> None:
    hashes = make(tmp_path / "package", demo_1="program")

    with pytest.raises(PackageError, match="no file named"):
        PackageVerifier(tmp_path / "cache").check(tmp_path / "package", name, hashes)


def test_a_program_that_cannot_run_is_refused(tmp_path: Path) -> None:
    hashes = make(tmp_path / "package", demo="program")
    (tmp_path / "package" / "terraform-provider-demo").chmod(0o644)

    with pytest.raises(PackageError, match="not executable"):
        PackageVerifier(tmp_path / "cache").check(tmp_path / "package", "demo", hashes)


def test_a_package_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="cannot be read"):
        PackageVerifier(tmp_path / "cache").check(tmp_path / "nowhere", "demo", frozenset())


def test_a_package_with_a_special_file_is_refused(tmp_path: Path) -> None:
    hashes = make(tmp_path / "package", demo="program")
    os.mkfifo(tmp_path / "package" / "pipe")

    with pytest.raises(PackageError, match="not a regular file"):
        PackageVerifier(tmp_path / "cache").check(tmp_path / "package", "demo", hashes)
