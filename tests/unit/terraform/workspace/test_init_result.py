"""What is taken from one unit's working folder after `init`, and written into another's."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cellwright.model.value import Json
from cellwright.terraform.workspace.backend import BackendSettings
from cellwright.terraform.workspace.init_result import (
    InitResult,
    forget_backend,
    from_record,
    may_share,
    take_result,
    varied,
    write_result,
)

MANIFEST = '{"Modules":[{"Key":"","Source":"","Dir":"."}]}'


def backend(name: str = "one", **others: Json) -> BackendSettings:
    return BackendSettings("s3", {"bucket": "states", "key": name, **others})


def initialised(module: Path, settings: BackendSettings, config: Mapping[str, Any] | None = None) -> Path:
    """A folder as `init` leaves it, with a provider from `module`'s neighbour `package`."""
    package = module.parent / "package"
    package.mkdir(exist_ok=True)
    data = module / ".terraform"
    (data / "modules").mkdir(parents=True)
    (data / "modules/modules.json").write_text(MANIFEST)
    (data / "providers/host/own/kind/1.0.0").mkdir(parents=True)
    (data / "providers/host/own/kind/1.0.0/linux_amd64").symlink_to(package)
    (module / ".terraform.lock.hcl").write_text("locked")
    found = {"type": settings.kind, "config": config or {**settings.config, "region": None}, "hash": 12345}
    (data / "terraform.tfstate").write_text(
        json.dumps({"version": 3, "terraform_version": "1.11.4", "backend": found})
    )
    return module


def taken(folder: Path, settings: BackendSettings | None = None) -> InitResult:
    settings = settings or backend()
    result = take_result(initialised(folder / "one", settings), settings, None)
    assert result is not None
    return result


@pytest.fixture
def other(tmp_path: Path) -> Path:
    (tmp_path / "two").mkdir()
    return tmp_path / "two"


def files(module: Path) -> dict[str, str]:
    data = module / ".terraform"
    return {str(path.relative_to(data)): path.read_text() for path in data.rglob("*") if path.is_file()}


def test_everything_but_the_place_of_the_state_is_the_same(tmp_path: Path, other: Path) -> None:
    result = taken(tmp_path)
    assert '"one"' not in str(result.record())
    assert from_record(result.record()) == result

    assert write_result(result, other, backend("two"))

    written = files(other)
    record = json.loads(written.pop("terraform.tfstate"))
    assert written == {"modules/modules.json": MANIFEST}
    assert record["backend"]["config"] == {"bucket": "states", "key": "two", "region": None}
    assert record["backend"]["hash"] == 0
    link = other / ".terraform/providers/host/own/kind/1.0.0/linux_amd64"
    assert link.readlink() == tmp_path / "package"
    assert (other / ".terraform.lock.hcl").read_text() == "locked"
    assert take_result(other, backend("two"), None) == result


@pytest.mark.parametrize("name", ["environment", "modules/inner/main.tf", "providers/host/program", "more/x"])
def test_a_folder_with_something_else_is_not_taken(tmp_path: Path, name: str) -> None:
    path = initialised(tmp_path / "one", backend()) / ".terraform" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("")
    assert take_result(tmp_path / "one", backend(), None) is None


@pytest.mark.parametrize(
    "config",
    [
        {"bucket": "states", "key": "two"},
        {"bucket": "states", "key": "one", "region": "eu-west-1"},
        {"bucket": "states"},
        {"bucket": "states", "key": 1},
    ],
    ids=["another value", "one more", "one less", "another type"],
)
def test_a_backend_that_reads_otherwise_than_its_settings_is_not_taken(
    tmp_path: Path, config: Mapping[str, Any]
) -> None:
    module = initialised(tmp_path / "one", backend(), config)
    assert take_result(module, backend(), None) is None


def test_nested_settings_are_compared_without_what_is_not_set(tmp_path: Path, other: Path) -> None:
    role = {"role_arn": "arn:x"}
    settings = backend(assume_role=role, encrypt=True)
    config = {**settings.config, "assume_role": {**role, "policy": None}, "region": None}
    result = take_result(initialised(tmp_path / "one", settings, config), settings, None)
    assert result is not None
    assert write_result(result, other, backend("two", assume_role=role, encrypt=True))
    assert varied(settings) == {"bucket": None, "key": None, "assume_role": role, "encrypt": True}


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"version": 4, "backend": {}}', '{"version": 3, "backend": 1}']
)
def test_a_damaged_record_of_a_backend_is_not_taken(tmp_path: Path, content: str) -> None:
    module = initialised(tmp_path / "one", backend())
    (module / ".terraform/terraform.tfstate").write_text(content)
    assert take_result(module, backend(), None) is None


def test_a_folder_that_names_another_place_keeps_it(tmp_path: Path, other: Path) -> None:
    result = taken(tmp_path)
    initialised(other / "in", backend("elsewhere"))
    before = files(other / "in")

    assert not write_result(result, other / "in", backend("two"))
    forget_backend(other / "in", backend("two"))
    assert files(other / "in") == before

    assert write_result(result, other / "in", backend("elsewhere"))
    forget_backend(other / "in", backend("elsewhere"))
    assert "terraform.tfstate" not in files(other / "in")


def test_a_provider_that_is_gone_needs_an_init(tmp_path: Path, other: Path) -> None:
    result = taken(tmp_path)
    (tmp_path / "package").rmdir()
    assert not write_result(result, other, backend("two"))
    assert not (other / ".terraform").exists()


def test_other_locked_versions_stay(tmp_path: Path, other: Path) -> None:
    result = taken(tmp_path)
    (other / ".terraform.lock.hcl").write_text("older")
    assert not write_result(result, other, backend("two"))
    assert (other / ".terraform.lock.hcl").read_text() == "older"


def test_which_units_may_share(tmp_path: Path) -> None:
    assert may_share(backend(), tmp_path)
    assert not may_share(BackendSettings("pg", {}), tmp_path)
    assert not may_share(backend(secret_key="x"), tmp_path)
    assert not may_share(backend(assume_role={"token": "x"}), tmp_path)
    assert not may_share(backend(shared_credentials_files=["x"]), tmp_path)
    assert may_share(backend(skip_credentials_validation=True), tmp_path)
    (tmp_path / "terraform.tfstate").write_text("{}")
    assert not may_share(backend(), tmp_path)


@pytest.mark.parametrize("found", [None, [], {}, {"backend": "{", "manifest": None}])
def test_a_record_that_is_none(found: object) -> None:
    assert from_record(found) is None


@pytest.mark.parametrize(("resources", "taken_over"), [({}, True), ({"a.b": {}}, False)])
def test_a_record_as_an_empty_state_is_taken_as_older_programs_write_it(
    tmp_path: Path, resources: Mapping[str, Any], *, taken_over: bool
) -> None:
    module = initialised(tmp_path / "one", backend())
    path = module / ".terraform/terraform.tfstate"
    part = {"path": ["root"], "outputs": {}, "resources": resources, "depends_on": []}
    path.write_text(
        json.dumps({**json.loads(path.read_text()), "serial": 1, "lineage": "l", "modules": [part]})
    )

    assert (take_result(module, backend(), None) is not None) == taken_over
