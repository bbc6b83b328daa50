"""What is known of providers where the relay is switched off, and how often a program is asked for it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from cellwright.model.address import UnitAddress
from cellwright.relay.client import plain_schemas as module
from cellwright.relay.client.plain_schemas import PlainSchemas, plain_schemas
from cellwright.relay.schema_messages import encode_schemas
from cellwright.stacks.source.tree import StackTree
from cellwright.terraform.install.cli_config import CliConfig
from cellwright.terraform.install.platform import this_platform
from cellwright.terraform.type_schemas import TypeSchemas
from cellwright.terraform.workspace.backend import BackendSettings
from cellwright.terraform.workspace.unit_folder import LOCK_FILE, UnitFolder
from cellwright.terraform.workspace.workspace import Workspace

AWS, OTHER = "registry.terraform.io/hashicorp/aws", "registry.terraform.io/cellwright/demo"
KNOWN = TypeSchemas(b"schemas", b"identities")
ONE, TWO = frozenset(("aws_vpc",)), frozenset(("aws_subnet",))


@dataclass
class Program:
    """Stands for the program; it says the same each time."""

    answer: tuple[int, str] | None = (0, json.dumps(encode_schemas({AWS: KNOWN})))
    asked: list[dict[str, Any]] = field(default_factory=list)
    environments: list[Mapping[str, str]] = field(default_factory=list)

    def run(
        self, name: str, arguments: tuple[str, ...], environment: Mapping[str, str], _seconds: float
    ) -> tuple[int, str] | None:
        assert name == "cellwright.relay.daemon.schema_query"
        self.asked.append(json.loads(arguments[1]))
        self.environments.append(environment)
        return self.answer


@pytest.fixture(name="program")
def program_fixture(monkeypatch: pytest.MonkeyPatch) -> Program:
    program = Program()
    monkeypatch.setattr(module, "run_module", program.run)
    return program


@dataclass
class Place:
    """Working folders of units, each with its own link to one package in a mirror."""

    root: Path

    def schemas(self) -> PlainSchemas:
        return PlainSchemas(self.root / "cache", [self.root / "mirror"], (), {"PATH": "/bin"})

    def unit(self, name: str, address: str = AWS, version: str = "5.100.0") -> Workspace:
        folder = UnitFolder(self.root / name)
        folder.source.mkdir(parents=True)
        lock = f'provider "{address}" {{\n  version = "{version}"\n  hashes = ["h1:x"]\n}}\n'
        (folder.source / LOCK_FILE).write_text(lock)
        package = self.root / "mirror" / address / version / this_platform()
        package.mkdir(parents=True, exist_ok=True)
        installed = folder.source / ".terraform" / "providers" / address / version
        installed.mkdir(parents=True)
        (installed / this_platform()).symlink_to(package)
        tree = StackTree(files=(), module=".", digest="", label="", commit=None, folder=folder.source)
        unit = UnitAddress("client", name, "app")
        return Workspace(unit, folder, folder.source, tree, None, "", BackendSettings("local", {}))


@pytest.fixture(name="place")
def place_fixture(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_units_of_one_stack_ask_once(place: Place, program: Program) -> None:
    schemas = place.schemas()

    found = [schemas.schemas(place.unit(name), ONE) for name in ("a", "b", "c")]

    assert found == [{AWS: KNOWN}] * 3
    (asked,) = program.asked
    assert asked["types"] == ["aws_vpc"]
    (provider,) = asked["providers"]
    assert provider["hashes"] == ["h1:x"]
    assert provider["folder"] == str(place.root / "mirror" / AWS / "5.100.0" / this_platform())


def test_other_types_or_another_version_are_another_question(place: Place, program: Program) -> None:
    schemas = place.schemas()

    schemas.schemas(place.unit("a"), ONE)
    schemas.schemas(place.unit("b"), TWO)
    schemas.schemas(place.unit("c", version="6.0.0"), ONE)

    assert len(program.asked) == 3


@pytest.mark.parametrize(("address", "version"), [(OTHER, "1.0.0"), (AWS, "99.0.0")])
def test_a_provider_that_may_answer_otherwise_elsewhere_is_not_asked(
    place: Place, program: Program, address: str, version: str
) -> None:
    assert place.schemas().schemas(place.unit("a", address, version), ONE) == {}
    assert not program.asked


@pytest.mark.parametrize(
    "answer", [None, (1, ""), (0, "no JSON"), (0, "[]"), (0, '{"a": "%"}'), (0, '{"a": 1}'), (0, '{"a": {}}')]
)
def test_without_an_answer_nothing_is_known(
    place: Place, program: Program, answer: tuple[int, str] | None
) -> None:
    program.answer = answer
    schemas = place.schemas()

    assert schemas.schemas(place.unit("a"), ONE) == {}
    assert schemas.schemas(place.unit("b"), ONE) == {}
    assert len(program.asked) == 1, "a program that failed is not started for each unit"


def test_where_other_providers_may_be_started_nothing_is_known(place: Place) -> None:
    path = place.root / "some.tfrc"
    path.write_text("provider_installation {\n  dev_overrides {}\n}\n")

    assert plain_schemas(place.root, [], (), {}, CliConfig(path, "")) is None
    path.write_text("")
    assert plain_schemas(place.root, [], (), {}, CliConfig(path, "")) is not None
