import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.position import Position
from cellwright.stacks.reading import module_cache
from cellwright.stacks.reading.module import TerraformModule
from cellwright.stacks.reading.module_cache import ModuleCache
from cellwright.stacks.reading.module_record import decode_module, decode_type, encode_module, encode_type
from cellwright.stacks.reading.module_syntax import read_module
from cellwright.stacks.types.constraint import TypeConstraint
from unit.stacks.types.test_conversion import TYPES

FILES = {
    "main.tf": b"""
      terraform {
        required_version = ">= 1.9"
        required_providers {
          aws = { source = "hashicorp/aws" }
        }
      }
      variable "a" {
        type        = object({ x = optional(list(string)), y = tuple([any, bool]) })
        sensitive   = true
        description = "Gr\xc3\xb6\xc3\x9fe"
      }
      variable "b" { default = null }
      output "c" { value = 1 }
      module "d" { source = "./d" }
      resource "aws_vpc" "x" {}
    """
}


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the folders that were parsed."""
    seen: list[str] = []

    def reading(folder: str, files: dict[str, bytes]) -> TerraformModule:
        seen.append(folder)
        return read_module(folder, files)

    monkeypatch.setattr("cellwright.stacks.reading.module_syntax.read_module", reading)
    return seen


def test_a_module_is_parsed_once(tmp_path: Path, reads: list[str]) -> None:
    first = ModuleCache(tmp_path).module("stack", FILES)
    second = ModuleCache(tmp_path).module("stack", FILES)
    assert first == second == read_module("stack", FILES)
    assert reads == ["stack"]


def test_the_same_files_elsewhere_have_their_own_positions(tmp_path: Path, reads: list[str]) -> None:
    ModuleCache(tmp_path).module("here", FILES)
    there = ModuleCache(tmp_path).module("over/there", FILES)
    assert there.variables["a"].position == Position("over/there/main.tf", 8, 7)
    assert there.outputs["c"].position.file == there.calls[0].position.file == "over/there/main.tf"
    assert reads == ["here"]


def test_other_files_are_another_module(tmp_path: Path, reads: list[str]) -> None:
    cache = ModuleCache(tmp_path)
    cache.module("x", {"a.tf": b"", "b.tf": b"# 1"})
    for files in ({"a.tf": b"# 1", "b.tf": b""}, {"a.tf": b""}, {"a.tf": b"", "b.tf": b"# 2"}, {"c.tf": b""}):
        cache.module("x", files)
    assert len(reads) == 5


def test_another_version_of_ours_reads_anew(
    tmp_path: Path, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ModuleCache(tmp_path).module("x", FILES)
    monkeypatch.setattr(module_cache, "__version__", "999")
    ModuleCache(tmp_path).module("x", FILES)
    assert len(reads) == 2


@pytest.mark.parametrize("damage", ["empty", "cut", "a bit", "no JSON", "a folder", "binary"])
def test_a_damaged_record_is_read_anew_and_mended(tmp_path: Path, reads: list[str], damage: str) -> None:
    module = ModuleCache(tmp_path).module("x", FILES)
    (record,) = (path for path in tmp_path.rglob("*") if path.is_file())
    content = record.read_bytes()
    match damage:
        case "empty":
            record.write_bytes(b"")
        case "cut":
            record.write_bytes(content[:-5])
        case "a bit":
            record.write_bytes(content[:-5] + bytes([content[-5] ^ 1]) + content[-4:])
        case "no JSON":
            record.write_bytes(b"no JSON")
        case "binary":
            record.write_bytes(os.urandom(200))
        case _:
            record.unlink()
            record.mkdir()
    assert ModuleCache(tmp_path).module("x", FILES) == module
    assert len(reads) == 2
    if damage != "a folder":
        assert record.read_bytes() == content


def test_a_cache_that_can_not_be_written_costs_time_only(tmp_path: Path, reads: list[str]) -> None:
    (tmp_path / "file").write_text("")
    cache = ModuleCache(tmp_path / "file" / "cache")
    assert cache.module("x", FILES) == cache.module("x", FILES)
    assert len(reads) == 2


def test_a_full_disk_leaves_no_half_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int, _mode: str) -> object:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("cellwright.files.atomic.os.fdopen", full)
    assert ModuleCache(tmp_path).module("x", FILES).variables
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_what_does_not_parse_is_not_kept(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(DiagnosticError, match=r"x/main\.tf:1:3"):
            ModuleCache(tmp_path).module("x", {"main.tf": b"a "})
    assert not list(tmp_path.iterdir())


@given(TYPES)
def test_a_type_survives(constraint: TypeConstraint) -> None:
    assert decode_type(encode_type(constraint)) == constraint


@given(st.binary())
def test_any_bytes_are_a_module_or_nothing(content: bytes) -> None:
    assert decode_module(content, "x") is None


def test_a_module_survives() -> None:
    module = read_module("x", FILES)
    assert decode_module(encode_module(module), "x") == module
