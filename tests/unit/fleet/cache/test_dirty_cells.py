import os
from pathlib import Path

import pytest

from cellwright.fleet.cache.dirty_cells import UNKNOWN, touched
from unit.fleet.workbench import write


@pytest.fixture
def long_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cellwright.fleet.cache.dirty_cells._TICK", -(10**18))


@pytest.mark.usefixtures("long_ago")
def test_everything_that_may_be_a_cell_has_a_mark(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "clients/acme.yaml": "",
            "clients/globex/client.yaml": "",
            "clients/wrong.yml": "",
            "clients/README.md": "",
            "clients/.hidden.yaml": "",
            "clients/.hidden/a.yaml": "",
        },
    )
    marks = touched(tmp_path, "clients")
    assert sorted(marks) == ["acme", "globex", "wrong"]
    assert UNKNOWN not in marks.values()
    assert touched(tmp_path, "clients") == marks


@pytest.mark.usefixtures("long_ago")
def test_another_content_another_mark(tmp_path: Path) -> None:
    write(tmp_path, {"clients/acme.yaml": "a", "clients/globex/a.yaml": "a"})
    for name, path in (("acme", "clients/acme.yaml"), ("globex", "clients/globex/b.yaml")):
        before = touched(tmp_path, "clients")
        write(tmp_path, {path: "more"})
        os.utime(tmp_path / "clients" / "globex", ns=(5, 5))
        after = touched(tmp_path, "clients")
        assert before[name] != after[name]


@pytest.mark.usefixtures("long_ago")
def test_a_file_and_a_folder_of_one_name_have_one_mark_of_both(tmp_path: Path) -> None:
    write(tmp_path, {"clients/acme.yaml": "a", "clients/acme/a.yaml": "a"})
    marks = set()
    for path in ("clients/acme.yaml", "clients/acme"):
        os.utime(tmp_path / path, ns=(7, 7))
        marks.add(touched(tmp_path, "clients")["acme"])
    assert len(marks) == 2


def test_what_was_written_just_now_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"clients/acme.yaml": "a", "clients/acme/a.yaml": "a"})
    monkeypatch.setattr("cellwright.fleet.cache.dirty_cells._TICK", 10**18)
    assert touched(tmp_path, "clients") == {"acme": UNKNOWN}


def test_a_link_that_leads_nowhere_is_unknown(tmp_path: Path) -> None:
    (tmp_path / "clients").mkdir()
    (tmp_path / "clients/acme.yaml").symlink_to("nowhere")
    assert touched(tmp_path, "clients") == {"acme": UNKNOWN}


@pytest.mark.parametrize("folder", ["nowhere", "a\0b"])
def test_a_folder_that_cannot_be_listed_has_nothing(tmp_path: Path, folder: str) -> None:
    assert touched(tmp_path, folder) == {}
