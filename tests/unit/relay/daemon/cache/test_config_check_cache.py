import os
from pathlib import Path

import pytest

from cellwright.relay.daemon.cache import config_check_cache as prepared
from cellwright.relay.daemon.cache.config_check_cache import ConfigCheckCache, clean_answer
from cellwright.relay.daemon.cache.environment_key import EnvironmentKeys

METHOD = "/tfplugin5.Provider/PrepareProviderConfig"
ENVIRONMENT = {b"AWS_REGION": b"eu-west-1", b"HOME": b"/home/me", b"AWS_ACCESS_KEY_ID": b"AKIA1"}


def cache_in(folder: Path) -> ConfigCheckCache:
    return ConfigCheckCache(folder, EnvironmentKeys(folder))


def key(answers: ConfigCheckCache, environment: dict[bytes, bytes] | None = None) -> str:
    return answers.key("h1:x", METHOD, b"request", ENVIRONMENT if environment is None else environment)


def test_entries_outlive_the_process(tmp_path: Path) -> None:
    first = cache_in(tmp_path)
    first.add(key(first), 2.5)
    second = cache_in(tmp_path)

    assert key(second) == key(first)
    assert second.seconds(key(second)) == 2.5


@pytest.mark.parametrize(
    "change",
    [
        {b"AWS_REGION": b"eu-west-2"},
        {b"AWS_PROFILE": b"other"},
        {b"HOME": b"/home/you"},
        {b"HTTPS_PROXY": b"http://proxy"},
        {b"AWS_ACCESS_KEY_ID": b""},
        {b"AWS_SESSION_TOKEN": b"now there is one"},
    ],
)
def test_another_environment_gives_another_key(tmp_path: Path, change: dict[bytes, bytes]) -> None:
    answers = cache_in(tmp_path)

    assert key(answers, ENVIRONMENT | change) != key(answers)


@pytest.mark.parametrize(
    "change",
    [
        {b"AWS_ACCESS_KEY_ID": b"AKIA2"},
        {b"TF_REATTACH_PROVIDERS": b"{}"},
        {b"TF_VAR_name": b"x"},
        {b"TF_LOG": b"TRACE"},
        {b"PWD": b"/elsewhere"},
    ],
)
def test_variables_that_change_with_each_command_are_not_in_the_key(
    tmp_path: Path, change: dict[bytes, bytes]
) -> None:
    answers = cache_in(tmp_path)

    assert key(answers, ENVIRONMENT | change) == key(answers)


def test_parts_of_the_key_are_kept_apart(tmp_path: Path) -> None:
    answers = cache_in(tmp_path)

    assert answers.key("h1:x", METHOD, b"ab", {b"c": b"d"}) != answers.key(
        "h1:x", METHOD, b"a", {b"bc": b"d"}
    )
    assert answers.key("h1:x", METHOD, b"", {b"a": b"", b"b": b""}) != answers.key(
        "h1:x", METHOD, b"", {b"a": b"b"}
    )


def test_another_provider_or_request_gives_another_key(tmp_path: Path) -> None:
    answers = cache_in(tmp_path)
    keys = {
        answers.key("h1:x", METHOD, b"request", {}),
        answers.key("h1:y", METHOD, b"request", {}),
        answers.key("h1:x", METHOD + "2", b"request", {}),
        answers.key("h1:x", METHOD, b"requests", {}),
    }

    assert len(keys) == 4


def test_another_users_secret_gives_another_key(tmp_path: Path) -> None:
    assert key(cache_in(tmp_path / "a")) != key(cache_in(tmp_path / "b"))


def test_only_the_user_can_read_the_secret(tmp_path: Path) -> None:
    first = key(cache_in(tmp_path))
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600

    (tmp_path / "key").chmod(0o644)

    assert key(cache_in(tmp_path)) != first, "a key that others could read is replaced"


def test_an_old_entry_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = cache_in(tmp_path)
    first.add(key(first), 1.0)
    monkeypatch.setattr(prepared, "_SECONDS_KEPT", -1.0)

    assert cache_in(tmp_path).seconds(key(first)) is None


def test_the_oldest_entries_are_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared, "_ENTRIES_KEPT", 2)
    answers = cache_in(tmp_path)
    for age, name in enumerate(("new", "middle", "old")):
        answers.add(name, 1.0)
        os.utime(tmp_path / "prepared" / name, (10**9 - age, 10**9 - age))

    cache_in(tmp_path)

    assert sorted(path.name for path in (tmp_path / "prepared").iterdir()) == ["middle", "new"]


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    answers = cache_in(tmp_path / "file" / "below")
    answers.add(key(answers), 1.0)

    assert answers.seconds(key(answers)) == 1.0


def test_clean_answers() -> None:
    assert clean_answer(5, b"config") == b"config"
    assert clean_answer(6, b"config") == b""
