"""A part of a fleet, loaded alone, is what it is in the whole, and is held against all that is known."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.fleet import Fleet
from cellwright.fleet.load.entry import load_fleet
from cellwright.fleet.load.unit_table import UnitTable
from cellwright.fleet.resolve.cell_summary import CellSummary
from cellwright.fleet.scope import Scope
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import has_errors
from examples import examples
from unit.fleet import fleet_writing
from unit.fleet.fleet_writing import Writing
from unit.fleet.workbench import ANY, Stacks, briefly, write

FLEET = """
    fleet: test
    state: {backend: s3, config: {key: "${cell.slot}-${unit.stack}"}}
    levels:
      - name: base
        cells: accounts
        stacks:
          network: {source: any}
      - name: client
        cells: clients
        placement: account
        stacks:
          app: {source: any}
    """


def client(name: str, more: str = "") -> str:
    return f"account: one\nslot: {name}\n{more}"


def make(root: Path, clients: Mapping[str, str | bytes]) -> Path:
    """Write a fleet that nobody touched for a while."""
    files = {"fleet.yaml": FLEET, "accounts/one.yaml": "slot: one\n"}
    write(root, files | {f"clients/{name}": text for name, text in clients.items()})
    return root


def scope(*cells: str, levels: tuple[str, ...] = ()) -> Scope:
    return Scope(frozenset(map(CellAddress.parse, cells)), frozenset(levels))


def load(root: Path, asked: Scope | None = None, *, cache: bool = True) -> Fleet:
    folder = root.with_name("cache") if cache else None
    return load_fleet(root, Stacks({"any": ANY, "other": ANY}), folder, asked)


@pytest.fixture(autouse=True)
def long_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take no file for written just now: tests give each edit a time of its own."""
    monkeypatch.setattr("cellwright.fleet.cache.neighbours._TIME_RESOLUTION", -(10**18))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    names = ("acme", "globex", "initech")
    return make(tmp_path / "fleet", {f"{name}.yaml": client(name) for name in names})


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the files of clients that are read."""
    paths: list[str] = []
    content = FleetFiles._content

    def noting(files: FleetFiles, relative: str) -> bytes:
        paths.extend([relative] if relative.startswith("clients/") else [])
        return content(files, relative)

    monkeypatch.setattr(FleetFiles, "_content", noting)
    return paths


def test_nobody_else_is_read(root: Path, read: list[str]) -> None:
    load(root)
    del read[:]
    fleet = load(root, scope("client/acme"))
    assert read == ["clients/acme.yaml"]
    assert fleet.within == ("base/", "client/acme/")
    assert [str(unit) for unit in fleet.units] == ["base/one/network", "client/acme/app"]
    assert not fleet.diagnostics


def test_a_cell_below_needs_no_client_at_all(root: Path, read: list[str]) -> None:
    load(root)
    del read[:]
    assert [str(unit) for unit in load(root, scope(levels=("base",))).units] == ["base/one/network"]
    assert load(root, scope("base/one")).within == ("base/",)
    assert not read


@pytest.mark.parametrize("harm", ["none", "cut", "flipped", "gone", "other fleet"])
def test_without_good_knowledge_everything_is_read(root: Path, read: list[str], harm: str) -> None:
    load(root)
    file = root.with_name("cache") / "neighbours"
    content = file.read_bytes()
    match harm:
        case "cut":
            file.write_bytes(content[:-3])
        case "flipped":
            file.write_bytes(content[:-3] + bytes([content[-3] ^ 1]) + content[-2:])
        case "gone":
            file.unlink()
        case "other fleet":
            write(root, {"fleet.yaml": FLEET.replace("${unit.stack}", "x-${unit.stack}")})
        case _:
            pass
    del read[:]
    load(root, scope("client/acme"))
    assert len(set(read)) == (1 if harm == "none" else 3)
    del read[:]
    assert load(root, scope("client/globex")).within == ("base/", "client/globex/")
    assert read == ["clients/globex.yaml"]


def test_a_fleet_file_that_says_the_same_about_states_keeps_what_is_known(
    root: Path, read: list[str]
) -> None:
    load(root)
    del read[:]
    write(root, {"fleet.yaml": "# A remark.\n" + FLEET.replace("source: any", "source: other")})
    load(root, scope("client/acme"))
    assert set(read) == {"clients/acme.yaml"}


def test_what_is_wrong_with_another_client_is_not_told(root: Path) -> None:
    write(root, {"clients/globex.yaml": "account: [unclosed"})
    for _ in range(2):
        # The first time nothing is known yet.
        assert not load(root, scope("client/acme")).diagnostics
    assert has_errors(load(root, scope("client/globex")).diagnostics)
    assert has_errors(load(root).diagnostics)


def test_a_state_that_is_another_clients_is_found(root: Path) -> None:
    load(root)
    write(root, {"clients/acme.yaml": client("globex")})
    told = briefly(load(root, scope("client/acme")))
    assert told == briefly(load(root))
    assert "client/acme/app and client/globex/app have one state" in told[0]


def test_a_client_that_was_edited_since_is_seen_as_it_is_now(root: Path) -> None:
    load(root)
    write(root, {"clients/globex.yaml": client("acme", "x: 1\n"), "clients/new.yaml": client("acme")})
    (finding,) = briefly(load(root, scope("client/acme")))
    assert "client/acme/app and client/globex/app have one state (and 1 more unit)" in finding
    assert not load(root, scope("client/initech")).diagnostics
    write(root, {"clients/globex.yaml": client("globex")})
    (root / "clients/new.yaml").unlink()
    assert not load(root, scope("client/acme")).diagnostics


def test_a_state_of_a_cell_below_is_nobody_elses(root: Path) -> None:
    fleet = FLEET.replace("${cell.slot}-${unit.stack}", "${cell.slot}")
    write(root, {"fleet.yaml": fleet, "clients/acme.yaml": client("one")})
    load(root)
    assert "base/one/network and client/acme/app have one state" in str(
        briefly(load(root, scope("client/globex")))
    )


def test_two_others_that_share_a_state_concern_nobody_else(root: Path) -> None:
    write(root, {"clients/globex.yaml": client("initech")})
    assert not load(root, scope("client/acme")).diagnostics
    assert has_errors(load(root, scope("client/globex")).diagnostics)


def test_an_edit_in_place_inside_a_folder_counts_when_somebody_reads_it(tmp_path: Path) -> None:
    root = make(tmp_path / "fleet", {"acme.yaml": client("acme"), "globex/a.yaml": client("globex")})
    load(root)
    before = (root / "clients/globex").stat()
    (root / "clients/globex/a.yaml").write_text(client("acme"))
    os.utime(root / "clients/globex", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert load(root, scope("client/globex")).diagnostics
    assert load(root, scope("client/acme")).diagnostics
    # And whoever is suspected wrongly is looked at.
    (root / "clients/globex/a.yaml").write_text(client("globex"))
    assert not load(root, scope("client/acme")).diagnostics


def test_a_suspect_that_cannot_be_read_stops_whom_it_may_collide_with(root: Path) -> None:
    write(root, {"clients/globex.yaml": client("shared")})
    load(root)
    write(root, {"clients/globex.yaml": "slot: [shared", "clients/acme.yaml": client("shared")})
    (finding,) = load(root, scope("client/acme")).diagnostics
    assert finding.position is not None
    assert finding.position.file == "clients/globex.yaml"
    assert not load(root, scope("client/initech")).diagnostics
    write(root, {"clients/globex.yaml": "account: one\nslot: '${cell.nothing}'\n"})
    assert "nothing" in str(briefly(load(root, scope("client/acme"))))


@pytest.mark.parametrize(
    "asked",
    [
        scope("client/gone"),
        scope("client/acme", "client/gone"),
        scope("gone/acme"),
        scope(levels=("client",)),
        scope(levels=("gone",)),
    ],
)
def test_what_is_not_there_is_left_to_a_load_of_everything(root: Path, asked: Scope) -> None:
    load(root)
    assert load(root, asked).within is None


def test_who_takes_an_output_of_another_client_is_loaded_with_everybody(root: Path) -> None:
    more = "stacks: {app: {a: '${output.client/globex/app.id}'}}\n"
    write(root, {"clients/acme.yaml": client("acme", more)})
    load(root)
    assert load(root, scope("client/acme")).within is None
    assert load(root, scope("client/acme", "client/globex")).within is not None
    write(root, {"clients/globex.yaml": client("globex", "account: [")})
    assert has_errors(load(root, scope("client/acme")).diagnostics)
    assert not load(root, scope("client/initech")).diagnostics


def test_without_a_place_to_keep_anything_everything_is_read(root: Path) -> None:
    assert load(root, scope("client/acme"), cache=False).within is None
    root.with_name("cache").write_text("a file where the folder should be")
    assert load(root, scope("client/acme")).within is None


def test_a_level_that_shares_its_cells_is_loaded_whole(root: Path) -> None:
    write(
        root,
        {"fleet.yaml": FLEET.replace("cells: accounts", "cells: clients").replace("placement: account", "")},
    )
    assert load(root, scope("client/acme")).within is None


def test_many_edits_are_read_in_one_go_and_known_afterwards(
    root: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cellwright.fleet.load.partial.MOST_CHANGED", 1)
    load(root)
    broken = {f"clients/{name}.yaml": "account: [" for name in ("globex", "initech")}
    write(root, broken)
    fleet = load(root, scope("client/acme"))
    assert fleet.within is not None
    assert not fleet.diagnostics
    del read[:]
    load(root, scope("client/acme"))
    assert read == ["clients/acme.yaml"]


def test_very_many_cells_are_loaded_with_everybody(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cellwright.fleet.load.partial._MOST_SELECTED", 2)
    load(root)
    assert load(root, scope("client/acme", "client/globex")).within is None


SLOTS = st.sampled_from(["a", "b", "c", "${cell.name}", "${cell.nope}"])
STATES = {"${unit.address}": "${unit.stack}-${cell.slot}", "${cell.name}": "${cell.slot}-${unit.address}"}


@st.composite
def edits(draw: st.DrawFn) -> tuple[str, str | None]:
    """Give an edit; a client says which state is its own, and the fleet what decides that."""
    path, content = draw(fleet_writing.edits())
    return path, slotted(draw, path, content)


def slotted(draw: st.DrawFn, path: str, content: str | None) -> str | None:
    if content is None or path.startswith(("defaults", "tiers")):
        return content
    if path == "fleet.yaml":
        for written, meant in STATES.items():
            content = content.replace(f'"{written}"', f'"{meant}"').replace(f'"x/{written}"', f'"{meant}"')
        return content
    return f"{content}slot: {draw(SLOTS)}\n"


@st.composite
def writings(draw: st.DrawFn) -> Writing:
    files = draw(fleet_writing.writings()).files
    return Writing({path: slotted(draw, path, content) for path, content in files.items()})


HARMS = st.sampled_from(["", "", "", "cold", "cut", "whole"])
NAMES = st.sets(st.sampled_from(fleet_writing.CLIENTS), min_size=1, max_size=2)


@settings(max_examples=examples(20), deadline=None, suppress_health_check=list(HealthCheck))
@given(writings(), st.lists(st.tuples(edits(), HARMS, NAMES), min_size=1, max_size=6))
def test_every_edit(start: Writing, steps: list[tuple[tuple[str, str | None], str, set[str]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "fleet"
        start.write(root)
        for number, ((path, content), harm, names) in enumerate(steps):
            Writing({path: content}).write(root)
            if content is not None:
                os.utime(root / path, ns=(number, number))
            do_harm(root.with_name("cache"), harm, root)
            asked = scope(*(f"client/{name}" for name in names))
            compare(root, load(root, asked), names)


def do_harm(cache: Path, harm: str, root: Path) -> None:
    if harm == "cold":
        shutil.rmtree(cache, ignore_errors=True)
    elif harm == "cut" and (cache / "neighbours").exists():
        (cache / "neighbours").write_bytes((cache / "neighbours").read_bytes()[:-1])
    elif harm == "whole":
        load(root)


def compare(root: Path, part: Fleet, names: set[str]) -> None:
    """Hold a part against the whole, and against a fleet that has no other clients."""
    whole = load(root, cache=False)
    if part.within is None:
        assert looked(part) == looked(whole)
        return
    own = {CellAddress("client", name) for name in names}
    assert part.cells.keys() <= {cell for cell in whole.cells if cell.level == "base"} | own
    assert all(part.cells[cell] == whole.cells[cell] for cell in part.cells)
    assert dict(part.units) == {unit: whole.units[unit] for unit in whole.units if unit.of_cell in part.cells}
    for unit in part.units:
        assert part.units.upstreams(unit) == whole.units.upstreams(unit)
        assert part.units.labels(unit) == whole.units.labels(unit)
    alone, found = said(without_others(root, names)), said(part)
    assert {text for text in alone if "one state" not in text} <= found
    if collide(whole, own):
        assert any("have one state" in text for text in found)
    elif found - alone:
        # Held up by somebody who can't be ruled out: then the whole fleet has errors too.
        assert has_errors(whole.diagnostics)
    if not has_errors(whole.diagnostics):
        assert not has_errors(part.diagnostics)


def said(fleet: Fleet) -> set[str]:
    """Give what is told, without who else it concerns."""
    return {re.sub(r" \(client/[^)]*\)$", "", text) for text in briefly(fleet)}


def looked(fleet: Fleet) -> object:
    return (dict(fleet.cells), dict(fleet.units), fleet.diagnostics, fleet.uses)


def without_others(root: Path, names: set[str]) -> Fleet:
    alone = root.with_name("alone")
    shutil.copytree(root, alone)
    for file in (alone / "clients").glob("*.yaml"):
        if file.stem not in names:
            file.unlink()
    found = load(alone, cache=False)
    shutil.rmtree(alone)
    return found


def collide(fleet: Fleet, own: set[CellAddress]) -> bool:
    """Tell whether a state of these cells or of those below is another cell's too."""
    cells = summaries(fleet)
    mine = [
        mark for address, cell in cells if address in own or address.level == "base" for mark in cell.backends
    ]
    others = {
        mark
        for address, cell in cells
        if address.level == "client" and address not in own
        for mark in cell.backends
    }
    return any(mark in others for mark in mine if mark is not None)


def summaries(fleet: Fleet) -> Iterator[tuple[CellAddress, CellSummary]]:
    assert isinstance(fleet.units, UnitTable)
    yield from fleet.units.summaries.items()
