"""A copy of a state is written over nothing that is newer, though somebody writes in between."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.terraform.unit.state_copy import copy_state
from cellwright.terraform.unit.unit_terraform import UnitTerraform


class RejectedError(Exception):
    """What Terraform says to a state that may not be pushed."""


def state(*resources: str, serial: int = 5, lineage: str = "ours") -> bytes:
    found = {"version": 4, "terraform_version": "1.11.4", "serial": serial, "lineage": lineage, "outputs": {}}
    made = [{"mode": "managed", "type": "t", "name": name, "instances": []} for name in resources]
    return json.dumps({**found, "resources": made, "check_results": None}).encode()


@dataclass
class Place:
    """A backend, as Terraform reads and writes it."""

    content: bytes = b""
    pushed: list[str] = field(default_factory=list)
    meanwhile: Callable[["Place"], None] = lambda _place: None
    """What somebody else does between our look and our push."""
    afterwards: Callable[["Place"], None] = lambda _place: None
    """What somebody else does between our push and our look."""

    @property
    def runner(self) -> "Place":
        return self

    @property
    def workspace(self) -> SimpleNamespace:
        return SimpleNamespace(address=UnitAddress("client", "acme", "app"))

    def init(self) -> None:
        """Nothing is to be made here."""

    def pulled(self) -> bytes:
        if self.pushed:
            self.afterwards(self)
        return self.content

    def stream(self, words: tuple[str, ...]) -> None:
        self.meanwhile(self)
        given: Any = json.loads(Path(words[-1]).read_bytes())
        force = "-force" in words
        if not force and self.content:
            there: Any = json.loads(self.content)
            if given["lineage"] != there["lineage"] or given["serial"] <= there["serial"]:
                raise RejectedError
        if not self.content:
            given["lineage"] = "a new one"
        given["resources"].sort(key=lambda resource: resource["name"])  # as Terraform and OpenTofu do
        self.pushed.append("force" if force else "checked")
        self.content = json.dumps(given).encode()


def copied(place: Place, folder: Path, content: bytes) -> int:
    path = folder / "a.tfstate"
    path.write_bytes(content)
    return copy_state(cast("UnitTerraform", place), path).serial


def test_a_new_place_gets_the_state_with_its_lineage(tmp_path: Path) -> None:
    place = Place()
    assert copied(place, tmp_path, state("a")) == 5
    assert json.loads(place.content)["lineage"] == "ours"
    assert place.pushed == ["checked", "force"]
    assert copied(place, tmp_path, state("a")) == 5  # after a crash: it is there
    assert place.pushed == ["checked", "force"]


@pytest.mark.parametrize("before", [b"", state("b", serial=4)])
def test_resources_may_lie_there_in_another_order(tmp_path: Path, before: bytes) -> None:
    place = Place(before)
    assert copied(place, tmp_path, state("b", "a")) == 5
    assert [item["name"] for item in json.loads(place.content)["resources"]] == ["a", "b"]
    assert copied(place, tmp_path, state("b", "a")) == 5


def test_an_earlier_version_is_written_over_by_the_check_of_terraform(tmp_path: Path) -> None:
    place = Place(state("a", "b", serial=4))
    assert copied(place, tmp_path, state("a")) == 5
    assert place.pushed == ["checked"]


@pytest.mark.parametrize("serial", [5, 6, 9])
def test_a_version_as_new_that_says_something_else_stays(tmp_path: Path, serial: int) -> None:
    there = state("a", "later", serial=serial)
    place = Place(there)
    with pytest.raises(DiagnosticError, match=f"as new, and says something else: serial {serial}") as refused:
        copied(place, tmp_path, state("a"))
    assert "whoever wrote it may be at work" in str(refused.value.diagnostics[0].detail)
    assert (place.content, place.pushed) == (there, [])


def test_another_state_stays(tmp_path: Path) -> None:
    there = state("a", "b", lineage="theirs", serial=1)
    place = Place(there)
    with pytest.raises(DiagnosticError, match="there is another state already"):
        copied(place, tmp_path, state("a"))
    assert (place.content, place.pushed) == (there, [])


def test_what_somebody_writes_between_the_look_and_the_push_stays(tmp_path: Path) -> None:
    later = state("a", "later", serial=7)

    def written(place: Place) -> None:
        place.content = later

    place = Place(state("a", "b", serial=4), meanwhile=written)
    with pytest.raises(RejectedError):
        copied(place, tmp_path, state("a"))
    assert (place.content, place.pushed) == (later, [])


@pytest.mark.parametrize("before", [b"", state("a", "b", serial=4)])
def test_what_somebody_writes_after_the_push_stays(tmp_path: Path, before: bytes) -> None:
    def written(place: Place) -> None:
        lineage = json.loads(place.content)["lineage"]
        place.content = state("a", "later", serial=7, lineage=lineage)

    place = Place(before, afterwards=written)
    with pytest.raises(DiagnosticError, match="is not at its new place as it was written there"):
        copied(place, tmp_path, state("a"))
    assert b"later" in place.content
    assert place.pushed == ["checked"]
