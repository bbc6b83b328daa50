"""Completion as a shell asks for it: the whole command line, in this process."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cellwright.cli.main import main
from every_command import answer
from unit.app.kit import NOBODY, ledger_of, make_fleet, make_run

Complete = Callable[..., list[str]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "fleet"
    make_fleet(root, acme="tier: gold\n", bolt="tier: silver\n")
    return root


@pytest.fixture
def complete(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Complete:
    def asked(*words: str, folder: Path = root) -> list[str]:
        environment = {
            **NOBODY,
            "XDG_CACHE_HOME": str(tmp_path / "cache"),
            "_CELLWRIGHT_COMPLETE": "complete_bash",
            "COMP_WORDS": " ".join(("cellwright", *words)),
            "COMP_CWORD": str(len(words)),
        }
        with monkeypatch.context() as patch:
            patch.chdir(folder)
            for name, value in environment.items():
                patch.setenv(name, value)
            with pytest.raises(SystemExit) as end:
                main([])
        assert end.value.code == 0
        return capsys.readouterr().out.split()

    return asked


@pytest.fixture
def loaded(root: Path, tmp_path: Path) -> None:
    """The fleet was looked at once."""
    code, _ = answer(("check",), root, {**NOBODY, "XDG_CACHE_HOME": str(tmp_path / "cache")})
    assert code == 0


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("status", "cli"), ["client/acme", "client/bolt"]),
        (("status", "client/acme/"), ["client/acme/app", "client/acme/extra"]),
        (("plan", "ti"), ["tier=gold", "tier=silver"]),
        (("apply", "client/acme", "client/bo"), ["client/bolt"]),
        (("explain", "client/acme/app", "s"), ["settings", "size"]),
        (("offboard", "b"), ["bolt"]),
        (("legal-hold", "a"), ["acme"]),
        (("rename", "client/a"), ["client/acme"]),
        (("status", "client/none/"), []),
        (("explain", "client/acme/none", ""), []),
    ],
)
def test_what_is_named_in_the_fleet_is_offered(
    complete: Complete, words: tuple[str, ...], offered: list[str]
) -> None:
    assert complete(*words) == offered


@pytest.mark.usefixtures("loaded")
def test_a_fleet_elsewhere_is_meant_by_its_option(complete: Complete, root: Path, tmp_path: Path) -> None:
    assert complete("status", "--fleet", str(root), "cli", folder=tmp_path) == ["client/acme", "client/bolt"]
    assert complete("status", "cli", folder=tmp_path) == []


def test_runs_are_offered_newest_first_of_a_ledger_in_a_file(complete: Complete, root: Path) -> None:
    with ledger_of(root) as ledger:
        for number in range(3):
            ledger.recorder.start_run(make_run(f"20261122-21481{number}-3f9a"))
    assert complete("logs", "2026") == [f"20261122-21481{number}-3f9a" for number in range(3)]
    assert complete("logs", "2026", "cli") == []


def test_without_a_load_and_without_a_ledger_nothing_is_offered(complete: Complete, root: Path) -> None:
    assert complete("status", "cli") == []
    assert complete("logs", "2") == []
    assert [path.name for path in root.iterdir() if path.name == ".cellwright"] == []


@pytest.mark.usefixtures("loaded")
def test_a_damaged_cache_offers_nothing(complete: Complete, tmp_path: Path) -> None:
    (names,) = (tmp_path / "cache").glob("cellwright/fleets/*/names")
    names.write_bytes(b"nothing that was written by us")
    assert complete("status", "cli") == []


def test_of_very_many_those_are_offered_that_tell_what_all_begin_with() -> None:
    from cellwright.cli.parser.completion import _offered  # noqa: PLC0415  private

    found = _offered((f"client/c{number:05}" for number in range(10_000)), "client/")
    assert (len(found), found[0], found[-1]) == (500, "client/c00000", "client/c09999")
