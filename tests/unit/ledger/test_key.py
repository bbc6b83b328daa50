import base64
import os
import threading
from pathlib import Path

import pytest

from cellwright.ledger.key import KEY_BYTES, VARIABLE, Key, find_key, load_key, save_key, with_secret
from cellwright.model.diagnostic import DiagnosticError

SECRET = bytes(range(200, 200 + KEY_BYTES))
CHECK = "af7c106c36c93d7561127f88d0d4caa8df5e11598e94d0f55a556c0a1c55c282"


@pytest.mark.parametrize(
    "given",
    [
        SECRET.hex(),
        SECRET.hex().upper(),
        f"  {SECRET.hex()}\n",
        base64.b64encode(SECRET).decode(),
        base64.urlsafe_b64encode(SECRET).decode(),
    ],
)
def test_the_environment_gives_the_key_in_hex_or_base64(tmp_path: Path, given: str) -> None:
    key = load_key(tmp_path / "kept", {VARIABLE: given})
    assert key.secret == SECRET
    assert key.origin == VARIABLE
    assert not (tmp_path / "kept").exists()


@pytest.mark.parametrize("given", ["xyzzy", "00" * 31, "00" * 33, "hunter2" * 8, "ключ", "AAAA=", "\0"])
def test_a_key_of_another_shape_is_refused_and_not_repeated(tmp_path: Path, given: str) -> None:
    with pytest.raises(
        DiagnosticError, match="CELLWRIGHT_KEY holds no key: 32 bytes in hex or base64"
    ) as caught:
        load_key(tmp_path, {VARIABLE: given})
    assert given not in str(caught.value)


def test_a_key_is_made_on_first_use_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "kept"
    first = load_key(folder, {})
    assert len(first.secret) == KEY_BYTES
    assert load_key(folder, {VARIABLE: ""}) == first
    assert load_key(tmp_path / "other", {}).secret != first.secret
    (made,) = folder.iterdir()
    assert made.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_of_many_who_make_one_at_once_all_get_the_same(tmp_path: Path) -> None:
    keys: list[Key] = []
    barrier = threading.Barrier(8)

    def load() -> None:
        barrier.wait()
        keys.append(load_key(tmp_path, {}))

    threads = [threading.Thread(target=load) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len({key.secret for key in keys}) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o602])
def test_a_key_file_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    load_key(tmp_path, {})
    (tmp_path / "key").chmod(mode)
    with pytest.raises(DiagnosticError, match="can be read by others; chmod 600"):
        load_key(tmp_path, {})


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"short", b"A" * 5000])
def test_a_damaged_key_file_is_refused_and_kept(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(DiagnosticError, match="holds no key"):
        load_key(tmp_path, {})
    assert path.read_bytes() == content


def test_a_folder_that_can_not_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DiagnosticError, match="check its permissions, or set CELLWRIGHT_KEY"):
        load_key(tmp_path / "file", {})


def test_a_file_system_without_links_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_paths: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    with pytest.raises(DiagnosticError, match="or set CELLWRIGHT_KEY"):
        load_key(tmp_path, {})
    assert list(tmp_path.iterdir()) == []


def test_the_check_identifies_the_key_in_this_and_in_older_versions() -> None:
    assert Key(SECRET, "test").check() == CHECK
    assert Key(SECRET[::-1], "test").check() != CHECK


def test_a_key_does_not_show_itself() -> None:
    key = Key(SECRET, "test")
    assert SECRET.hex() not in repr(key)
    assert str(SECRET) not in repr(key)


def test_a_key_with_an_added_secret_is_kept_and_known_by_either_check(tmp_path: Path) -> None:
    first = load_key(tmp_path, {})
    added = with_secret(first)
    save_key(tmp_path, added)
    assert find_key(tmp_path, {}) == added
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert added.known_as(added.check()) == added
    assert added.known_as(first.check()) == first
    assert first.known_as(added.check()) is None
    assert added.known_as(None) is None


def test_the_environment_gives_several_secrets_with_commas(tmp_path: Path) -> None:
    given = find_key(tmp_path, {VARIABLE: f"{SECRET.hex()},{SECRET[::-1].hex()}"})
    assert given == Key(SECRET, VARIABLE, (SECRET[::-1],))


def test_to_look_for_a_key_makes_none(tmp_path: Path) -> None:
    assert find_key(tmp_path, {}) is None
    assert list(tmp_path.iterdir()) == []
