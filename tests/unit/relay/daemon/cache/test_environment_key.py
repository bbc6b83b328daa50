from pathlib import Path

from cellwright.relay.daemon.cache.environment_key import EnvironmentKeys

ENVIRONMENT = {b"TOKEN": b"one", b"HOME": b"/home/me"}


def test_a_name_depends_on_the_question_and_the_environment(tmp_path: Path) -> None:
    keys = EnvironmentKeys(tmp_path)
    names = {
        keys.key((b"a", b"b"), ENVIRONMENT),
        keys.key((b"ab",), ENVIRONMENT),
        keys.key((b"a", b"b"), {**ENVIRONMENT, b"TOKEN": b"two"}),
        keys.key((b"a", b"b"), {b"HOME": b"/home/me"}),
    }

    assert len(names) == 4
    assert keys.key((b"a", b"b"), {**ENVIRONMENT, b"TF_LOG": b"TRACE", b"PWD": b"/"}) in names


def test_of_some_variables_only_their_presence_counts(tmp_path: Path) -> None:
    keys, some = EnvironmentKeys(tmp_path), (b"TOKEN",)
    name = keys.key((), ENVIRONMENT, some)

    assert keys.key((), {**ENVIRONMENT, b"TOKEN": b"two"}, some) == name
    assert keys.key((), {**ENVIRONMENT, b"TOKEN": b""}, some) != name


def test_the_secret_is_kept_and_names_mean_nothing_without_it(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"

    assert EnvironmentKeys(first).key((), ENVIRONMENT) == EnvironmentKeys(first).key((), ENVIRONMENT)
    assert EnvironmentKeys(first).key((), ENVIRONMENT) != EnvironmentKeys(second).key((), ENVIRONMENT)
    assert (first / "key").stat().st_mode & 0o777 == 0o600
