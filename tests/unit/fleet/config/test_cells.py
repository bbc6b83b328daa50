"""Which cells there are, and what their own files may not do."""

import os
from pathlib import Path

import pytest

from cellwright.model.address import CellAddress
from unit.fleet.workbench import ONE_LEVEL, briefly, load, told, unit, values, write

FLEET = {"fleet.yaml": ONE_LEVEL}


def names(root: Path, files: dict[str, str | bytes]) -> tuple[list[str], list[str]]:
    fleet = load(root, {**FLEET, **files})
    return [address.cell for address in fleet.cells], told(fleet)


def test_files_and_folders_are_cells_in_the_order_of_their_names(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "accounts/b.yaml": "{}",
        "accounts/a-b.yaml": "{}",
        "accounts/a/any.yaml": "{}",
        "accounts/README.md": "no cell",
        "accounts/.hidden.yaml": "no cell",
        "accounts/.git/config.yaml": "no cell",
        "accounts/c/notes.txt": "no setting",
        "accounts/c/one.yaml": "{}",
        "accounts/c/sub/deeper.yaml": "no setting",
    }
    assert names(tmp_path, files) == (["a", "a-b", "b", "c"], [])


def test_a_cell_tells_where_it_lies(tmp_path: Path) -> None:
    fleet = load(tmp_path, {**FLEET, "accounts/a/x.yaml": "# hello\nk: 1", "accounts/b.yaml": "{}"})
    cells = {address.cell: cell for address, cell in fleet.cells.items()}
    assert (cells["a"].path, str(cells["a"].position)) == ("accounts/a", "accounts/a/x.yaml:2:1")
    assert cells["b"].path == "accounts/b.yaml"
    assert cells["a"].address == CellAddress("base", "a")


@pytest.mark.parametrize("name", ["Prod", "a.b", "a b", "é", "a_b", "-a", "a" * 200])
def test_names_that_can_not_be(tmp_path: Path, name: str) -> None:
    found, findings = names(
        tmp_path, {f"accounts/{name}.yaml": "{}", f"accounts/{name}x/a.yaml": "{}", "accounts/a.yaml": "{}"}
    )
    assert found == ["a"]
    assert [line for line in findings if "can't name a cell: a name" in line] == findings
    assert len(findings) == 2


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    write(tmp_path, FLEET)
    (tmp_path / "accounts").mkdir()
    (tmp_path / os.fsdecode(b"accounts/a\xff.yaml")).write_text("{}")
    found, findings = names(tmp_path, {})
    assert not found
    assert "a\\udcff" in findings[0]
    assert findings[0].encode()


def test_wrong_suffix(tmp_path: Path) -> None:
    found, findings = names(
        tmp_path, {"accounts/a.yml": "{}", "accounts/b/c.yml": "{}", "accounts/b/d.yaml": "{}"}
    )
    assert found == ["b"]
    assert [line.split(": error")[0] for line in findings] == ["accounts/a.yml:1:1", "accounts/b/c.yml:1:1"]


def test_a_folder_without_settings_is_no_cell(tmp_path: Path) -> None:
    found, findings = names(tmp_path, {"accounts/a/readme.md": ""})
    assert not found
    assert len(findings) == 1
    assert findings[0].startswith(
        "accounts/a:1:1: warning: the folder holds no *.yaml, so it is no cell; put a"
    )


def test_both_a_file_and_a_folder(tmp_path: Path) -> None:
    _, findings = names(tmp_path, {"accounts/a.yaml": "{}", "accounts/a/a.yaml": "{}"})
    assert findings == [
        "accounts/a.yaml:1:1: error: the cell 'a' has both a file and a folder; keep it or accounts/a"
    ]


def test_links_out_of_the_repository(tmp_path: Path) -> None:
    root = write(tmp_path / "fleet", {**FLEET, "accounts/a.yaml": "{}", "other/b.yaml": "{k: 1}"})
    write(tmp_path / "outside", {"x.yaml": "{}"})
    (root / "accounts/file.yaml").symlink_to("../../outside/x.yaml")
    (root / "accounts/folder").symlink_to("../../outside")
    (root / "accounts/inside.yaml").symlink_to("../other/b.yaml")
    (root / "accounts/circle").symlink_to("circle")
    found, findings = names(root, {})
    assert found == ["a", "inside"]
    assert [line.split(";")[0] for line in findings] == [
        "accounts/file.yaml:1:1: error: the path leaves the fleet repository",
        "accounts/folder:1:1: error: the path leaves the fleet repository",
    ]


def test_a_folder_that_can_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {**FLEET, "accounts/a/x.yaml": "{}"})
    scandir = os.scandir

    def refused(path: Path) -> "os._ScandirIterator[str]":
        if str(path).endswith("accounts/a"):
            raise PermissionError(13, "Permission denied")
        return scandir(str(path))

    monkeypatch.setattr(os, "scandir", refused)
    _, findings = names(tmp_path, {})
    assert (
        "accounts/a:1:1: error: the folder can't be read: Permission denied; check its permissions"
        in findings
    )


def test_a_folder_s_files_are_one_document(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "accounts/a/one.yaml": "k: 1\nstacks: {one: {a: 1}}",
        "accounts/a/two.yaml": "stacks: {one: {b: '${cell.k}'}, two: {a: 2}}",
    }
    fleet = load(tmp_path, {**FLEET, **files})
    assert not fleet.diagnostics
    assert values(fleet, "base/a/one") == {"a": 1, "b": 1}
    assert values(fleet, "base/a/two") == {"a": 2}
    assert str(unit(fleet, "base/a/one").inputs["b"].origin.position) == "accounts/a/two.yaml:1:19"


def test_a_key_in_two_files_of_a_cell(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "accounts/a/one.yaml": "k: 1\nl: {x: 1}\nstacks:\n  one:\n    a: 1\n    m: {x: 1}\n",
        "accounts/a/two.yaml": "k: 1\nl: 2\nstacks:\n  one:\n    a: 2\n    m: !replace {y: 1}\n",
    }
    _, findings = names(tmp_path, files)
    assert [line.split(";")[0] for line in findings if "two files" in line] == [
        "accounts/a/two.yaml:1:1: error: two files of one cell set 'k'",
        "accounts/a/two.yaml:2:1: error: two files of one cell set 'l'",
        "accounts/a/two.yaml:5:5: error: two files of one cell set 'a'",
        "accounts/a/two.yaml:6:5: error: two files of one cell set 'm'",
    ]
    assert "it is already set at accounts/a/one.yaml:5:5" in findings[2]


def test_a_cell_whose_file_is_broken_is_told_once_and_breaks_nothing_else(tmp_path: Path) -> None:
    fleet = load(
        tmp_path,
        {
            **FLEET,
            "accounts/a.yaml": "a: {",
            "accounts/b.yaml": "stacks: {one: {a: '${output.base/a/one.id}'}}",
        },
    )
    assert [line.split(":")[0] for line in told(fleet)] == ["accounts/a.yaml"]
    assert [str(address) for address in fleet.cells] == ["base/b"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("stack: {one: {a: 1}}", "unknown key 'stack'; did you mean 'stacks'?"),
        ("level: {client: {}}", "unknown key 'level'; did you mean 'levels'?"),
        ("exception: [{rule: x}]", "unknown key 'exception'; did you mean 'exceptions'?"),
        ("lifecyle: suspended", "unknown key 'lifecyle'; did you mean 'lifecycle'?"),
        ("stack: one", ""),
        ("level: 3", ""),
        ("lifecyle: long", ""),
    ],
)
def test_a_slip_in_a_key_with_a_meaning_is_an_error_and_a_label_is_none(
    tmp_path: Path, text: str, found: str
) -> None:
    fleet = load(tmp_path, {**FLEET, "accounts/a.yaml": f"{text}\n"})
    assert told(fleet) == ([f"accounts/a.yaml:1:1: error: {found}"] if found else [])


def test_shapes(tmp_path: Path) -> None:
    text = """
        stakcs: {one: {}}
        environment: {A: 1, B: null, "C D": x, E: [1], F: "${cell.x}"}
        stacks:
          one: 3
          two: {enabled: yes, version: 1.5}
          tow: {}
        levels:
          client: {}
        x: y
        """
    fleet = load(tmp_path, {**FLEET, "accounts/a.yaml": text})
    assert [line.removeprefix("accounts/a.yaml:") for line in briefly(fleet)] == [
        "1:1: error: unknown key 'stakcs'",
        "2:18: error: environment variable 'A' must be a string, not a number",
        "2:24: error: environment variable 'B' must be a string, not null",
        "2:30: error: 'C D' can't name an environment variable",
        "2:43: error: environment variable 'E' must be a string, not a list",
        "4:8: error: the settings of stack 'one' must be a mapping, not a number",
        "5:18: error: 'enabled' must be true or false, not a string",
        "5:32: error: 'version' must be a string, not a number",
        "6:3: error: unknown stack 'tow'",
        "8:3: error: no level 'client' is placed in cells",
    ]
    details = [item.detail for item in fleet.diagnostics]
    assert details[:3] == ["did you mean 'stacks'?", "quote it", "write a text, or !unset"]
    assert details[-2] == "did you mean 'two'?"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[]", "1:1: error: the document must be a mapping, not a list"),
        ("text", "1:1: error: the document must be a mapping, not a string"),
        ("stacks: [a]", "1:9: error: 'stacks' must be a mapping, not a list"),
        ("stacks:", "1:8: error: 'stacks' must be a mapping, not null"),
        ("environment: x", "1:14: error: 'environment' must be a mapping, not a string"),
        ("levels: 1", "1:9: error: 'levels' must be a mapping, not a number"),
    ],
)
def test_sections_of_the_wrong_kind(tmp_path: Path, text: str, expected: str) -> None:
    _, findings = names(tmp_path, {"accounts/a.yaml": text})
    assert len(findings) == 1
    assert findings[0].startswith(f"accounts/a.yaml:{expected}")


def test_every_fault_of_yaml_is_told_at_its_place(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "accounts/binary.yaml": b"\x7fELF\x00\xff",
        "accounts/deep.yaml": "a: " + "[" * 10_000,
        "accounts/empty.yaml": "",
        "accounts/huge.yaml": "a: 1\n" * 2_000_000,
        "accounts/tab.yaml": "a:\n\tb: 1\n",
        "accounts/twice.yaml": "a: 1\na: 2\n",
        "accounts/two.yaml": "a: 1\n---\nb: 1\n",
    }
    _, findings = names(tmp_path, files)
    assert [line.split(":")[0] for line in findings] == list(files)


@pytest.mark.parametrize("hidden", ["accounts", "accounts/b"])
def test_what_can_not_be_looked_at_is_not_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hidden: str
) -> None:
    write(tmp_path, {**FLEET, "elsewhere/x.yaml": "{}", "accounts/a.yaml": "{}"})
    (tmp_path / "accounts/b").symlink_to(tmp_path / "elsewhere")
    real = Path.stat

    def stat(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        # The tests may run as root, who may look everywhere.
        if path == tmp_path / hidden and follow_symlinks:
            raise PermissionError(13, "Permission denied")
        return real(path, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(Path, "stat", stat)
    _, findings = names(tmp_path, {})
    assert [line for line in findings if "can't be read: Permission denied" in line]
