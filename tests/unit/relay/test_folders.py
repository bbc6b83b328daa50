import secrets
import socket
import tempfile
from pathlib import Path

import pytest

from cellwright.relay import folders
from cellwright.relay.folders import (
    FolderError,
    check_socket_path_length,
    daemon_folder,
    default_runtime_folder,
    ensure_private_folder,
)


def test_a_folder_is_made_for_the_user_alone(tmp_path: Path) -> None:
    assert ensure_private_folder(tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700


def test_a_folder_that_others_could_open_is_shut(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir(mode=0o755)
    (tmp_path / "open").chmod(0o755)

    assert ensure_private_folder(tmp_path / "open").stat().st_mode & 0o777 == 0o700


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "target")

    with pytest.raises(FolderError, match="not a folder of this user's"):
        ensure_private_folder(tmp_path / "link")


def test_another_users_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.getuid", lambda: 12345)

    with pytest.raises(FolderError, match="not a folder of this user's"):
        ensure_private_folder(tmp_path)


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(FolderError):
        ensure_private_folder(tmp_path / "file" / "below")


def test_a_path_may_be_too_long_for_sockets() -> None:
    check_socket_path_length(Path("/run/user/1000/cellwright/relay-01234567"))
    with pytest.raises(FolderError, match="too long"):
        check_socket_path_length(Path("/" + "x" * 90))


def test_the_longest_folder_still_holds_a_socket() -> None:
    with tempfile.TemporaryDirectory(prefix="cw") as short:
        room = folders._LONGEST_ADDRESS - 1 - folders._SOCKET_NAME_BYTES - len(short) - 1
        folder = ensure_private_folder(Path(short) / ("x" * room))
        check_socket_path_length(folder)
        address = folder / f"{secrets.token_hex(9)}.sock"
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(address))
            assert address.is_socket()


def test_the_runtime_folder(tmp_path: Path) -> None:
    assert default_runtime_folder({"XDG_RUNTIME_DIR": str(tmp_path)}) == tmp_path / "cellwright"
    assert default_runtime_folder({"XDG_RUNTIME_DIR": str(tmp_path / "no")}).name.startswith("cellwright-")
    assert default_runtime_folder({}).name.startswith("cellwright-")


def test_every_cache_and_every_version_has_a_daemon_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = daemon_folder(tmp_path, tmp_path / "a")
    assert daemon_folder(tmp_path, tmp_path / "a") == first
    assert daemon_folder(tmp_path, tmp_path / "b") != first

    monkeypatch.setattr(folders, "build_id", lambda: "another")
    assert daemon_folder(tmp_path, tmp_path / "a") != first
