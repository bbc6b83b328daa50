import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from cellwright.model.fetched_module import FetchedModule
from cellwright.terraform.workspace.fetched import fetched_modules

COMMIT, BRANCH = "a" * 40, "b" * 40
ON_MAIN = "ref: refs/heads/main\n"


def manifest(module: Path, *entries: Mapping[str, str]) -> None:
    path = module / ".terraform/modules/modules.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"Modules": [{"Key": "", "Source": "", "Dir": "."}, *entries]}))


def entry(key: str, source: str, inside: str = "", **more: str) -> dict[str, str]:
    return {"Key": key, "Source": source, "Dir": f".terraform/modules/{key}{inside}", **more}


def package(module: Path, key: str, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = module / ".terraform/modules" / key / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def only(module: Path) -> FetchedModule:
    [found] = fetched_modules(module)
    return found


@pytest.mark.parametrize(
    ("git", "expected"),
    [
        ({".git/HEAD": f"{COMMIT}\n"}, COMMIT),
        ({".git/HEAD": ON_MAIN, ".git/refs/heads/main": f"{BRANCH}\n"}, BRANCH),
        (
            {".git/HEAD": ON_MAIN, ".git/packed-refs": f"# x\n{BRANCH} refs/heads/main\n"},
            BRANCH,
        ),
        ({".git/HEAD": ON_MAIN, ".git/packed-refs": f"{BRANCH} refs/heads/x\n"}, None),
        ({".git/HEAD": ON_MAIN}, None),
        ({".git": "gitdir: elsewhere"}, None),
        ({}, None),
    ],
)
def test_a_module_from_git_is_known_by_its_commit(
    tmp_path: Path, git: Mapping[str, str], expected: str | None
) -> None:
    manifest(tmp_path, entry("m", "git::https://u:secret@host/r.git//sub?ref=main", "/sub"))
    package(tmp_path, "m", {"sub/main.tf": "", **git})
    found = only(tmp_path)
    assert (found.kind, found.identity) == ("commit", expected) if expected else found.kind == "content"
    assert "secret" not in repr(found)


def test_a_package_that_is_called_twice_is_one_commit(tmp_path: Path) -> None:
    source = "git::https://host/r.git"
    calls = (entry("a", f"{source}//x?ref=main", "/x"), entry("b", f"{source}?ref=main"), entry("c", source))
    manifest(tmp_path, *calls)
    for key, git in (("a", {}), ("b", {".git/HEAD": COMMIT}), ("c", {})):
        package(tmp_path, key, {"x/main.tf": "", **git})
    assert [(item.name, item.kind) for item in fetched_modules(tmp_path)] == [
        ("a", "commit"),
        ("b", "commit"),
        ("c", "content"),
    ]


def test_a_module_of_a_registry_is_known_by_version_and_content(tmp_path: Path) -> None:
    manifest(tmp_path, entry("v", "registry.terraform.io/a/v/aws", Version="1.2.0"))
    package(tmp_path, "v", {"main.tf": "1", "files/a": ""})
    (tmp_path / ".terraform/modules/v/link").symlink_to("files/a")
    before = only(tmp_path)
    assert (before.version, before.kind) == ("1.2.0", "content")
    package(tmp_path, "v", {".hidden/x": "", ".y": ""})
    assert only(tmp_path) == before
    (tmp_path / ".terraform/modules/v/link").unlink()
    (tmp_path / ".terraform/modules/v/link").symlink_to("main.tf")
    assert only(tmp_path) != before
    package(tmp_path, "v", {"main.tf": "2"})
    assert only(tmp_path).identity != before.identity


def test_local_modules_are_not_fetched(tmp_path: Path) -> None:
    manifest(
        tmp_path,
        {"Key": "l", "Source": "./l", "Dir": "l"},
        {"Key": "m.l", "Source": "./l", "Dir": ".terraform/modules/m/l"},
    )
    assert fetched_modules(tmp_path) == ()


@pytest.mark.parametrize("text", [None, "{", "[]", "3", '{"Modules": [3]}', '{"Modules": [{"Key": "a"}]}'])
def test_without_a_manifest_nothing_is_known(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        manifest(tmp_path)
        (tmp_path / ".terraform/modules/modules.json").write_text(text)
    assert fetched_modules(tmp_path) == ()
