"""Two clones of a fleet with one ledger: no block is given twice, and a conflict has a way out."""

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cellwright.app.clients.moving import MoveRequest, move_blocks, release_claims
from cellwright.app.clients.onboarding import onboard as use_case
from cellwright.app.clients.onboarding.onboard import OnboardRequest, onboard
from cellwright.app.ip.check import check_addresses
from cellwright.app.ip.free import FreeRequest, free_blocks
from cellwright.app.ip.pools import show_pools
from cellwright.app.runs.guards.blocks import contested_cells
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.ledger.database.location import sqlite_url
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.value import Json
from unit.app.kit import ADA, FLEET, NOBODY, make_fleet, make_run, put_under_git

POOLS = "addresses: {pools: {clients: {cidr: 10.64.0.0/16, size: 24}}}\n"
SAME = "addresses: {clients: 10.64.0.0/24}\n"
ACME, GLOBEX = CellAddress("client", "acme"), CellAddress("client", "globex")


class Clones:
    """Clones of one fleet, and sessions on them that share a ledger."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.origin = folder / "origin"
        self.told: list[str] = []
        make_fleet(self.origin, first="{}")
        (self.origin / "fleet.yaml").write_text(FLEET + POOLS)
        put_under_git(self.origin)
        self._sessions: list[FleetSession] = []

    def clone(self, name: str) -> Path:
        place = self.folder / name
        git(self.folder, "clone", "--quiet", str(self.origin), name)
        for key, value in {"user.name": "Ada", "user.email": "ada@example.com"}.items():
            git(place, "config", key, value)
        return place

    def open(self, root: Path) -> FleetSession:
        ledger = sqlite_url(self.folder / "ledger.db")
        location = Location(fleet=root, ledger=ledger, environment={**NOBODY, "CELLWRIGHT_KEY": "a" * 64})
        self._sessions.append(FleetSession(location, notice=self.told.append))
        return self._sessions[-1]

    def write(self, root: Path, name: str, text: str) -> None:
        (root / "clients" / f"{name}.yaml").write_text(text)
        git(root, "add", "--all")
        git(root, "commit", "--quiet", f"--message={name}")

    def contested(self, root: Path, *cells: CellAddress) -> dict[CellAddress, str]:
        found = contested_cells(self.open(root).open(writing=True), cells, claiming=True)
        return {cell: str(finding) for cell, finding in found.items()}

    def close(self) -> None:
        for session in self._sessions:
            session.close()


def git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True)  # noqa: S607
    return done.stdout


@pytest.fixture
def clones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clones]:
    # What an onboarding does until its run begins is what matters here.
    monkeypatch.setattr(use_case, "choose_units", lambda *_: None)
    monkeypatch.setattr(use_case, "start", lambda *_: make_run("r"))
    monkeypatch.setattr(use_case, "perform_with_moves", lambda *_: None)
    monkeypatch.setattr(use_case, "RunTask", lambda **_: None)
    made = Clones(tmp_path)
    yield made
    made.close()


def add(session: FleetSession, name: str, **settings: Json) -> None:
    onboard(session, ADA, OnboardRequest(name=name, settings=settings), Conversation())


def block_of(root: Path, name: str) -> str:
    return (root / "clients" / name / "client.yaml").read_text().split("clients: ")[1].strip()


def merge(into: Path, other: Path) -> None:
    git(into, "pull", "--quiet", "--no-rebase", "--no-edit", str(other))


def test_clones_that_do_not_know_each_others_clients_give_different_blocks(clones: Clones) -> None:
    one, two = clones.clone("one"), clones.clone("two")
    add(clones.open(one), "acme")
    add(clones.open(two), "globex")
    assert (block_of(one, "acme"), block_of(two, "globex")) == ("10.64.0.0/24", "10.64.1.0/24")
    (free,) = free_blocks(clones.open(one), FreeRequest(size=24, limit=1))
    assert str(free.blocks[0]) == "10.64.2.0/24"
    (view,) = show_pools(clones.open(one))
    assert [(str(item.block), item.cells) for item in view.used] == [
        ("10.64.0.0/24", ("client/acme",)),
        ("10.64.1.0/24", ("client/globex",)),
    ]
    (finding,) = check_addresses(clones.open(one))
    assert "client/globex has 10.64.1.0/24 by the ledger, but by no file of this clone" in str(finding)
    merge(one, two)
    assert not check_addresses(clones.open(one))
    assert not clones.contested(one, ACME, GLOBEX)


def test_many_onboardings_in_two_clones_at_once_give_no_block_twice(clones: Clones) -> None:
    roots = [clones.clone("one"), clones.clone("two")]
    names = [f"c{number}" for number in range(8)]
    sessions = [clones.open(roots[number % 2]) for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, sessions, names))
    blocks = [block_of(roots[number % 2], name) for number, name in enumerate(names)]
    assert len(set(blocks)) == len(blocks)
    merge(*roots)
    assert not clones.contested(roots[0], *(CellAddress("client", name) for name in names))
    assert not clones.told


def test_a_client_is_written_once_with_its_block(clones: Clones, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    root = clones.clone("one")

    def save(path: Path, text: str) -> None:
        written.append(text)
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)

    monkeypatch.setattr("cellwright.fleet.edit.save_text", save)
    add(clones.open(root), "acme", tier="gold")
    assert written == ["tier: gold\naddresses:\n  clients: 10.64.0.0/24\n"]


def test_a_block_that_another_clone_gave_out_is_refused_and_nothing_is_left(clones: Clones) -> None:
    one, two = clones.clone("one"), clones.clone("two")
    add(clones.open(one), "acme")
    with pytest.raises(DiagnosticError, match=r"client/globex can't have 10.64.0.0/23: client/acme has 10"):
        add(clones.open(two), "globex", addresses={"clients": "10.64.0.0/23"})
    assert git(two, "status", "--porcelain") == ""
    with pytest.raises(DiagnosticError, match="nowhere"):
        add(clones.open(two), "globex", stacks={"nowhere": {}})
    session = clones.open(two)
    assert [item.cell for item in session.ledger().blocks.claims()] == ["client/acme"]


def test_one_block_written_by_hand_in_two_clones_is_applied_for_one_client_only(clones: Clones) -> None:
    one, two = clones.clone("one"), clones.clone("two")
    clones.write(one, "acme", SAME)
    clones.write(two, "globex", SAME)
    assert not clones.contested(one, ACME)
    (said,) = clones.contested(two, GLOBEX).values()
    assert "clients/globex.yaml:1:22: error: client/globex can't have 10.64.0.0/24: client/acme has" in said
    assert "cellwright ip move client/globex" in said


@pytest.fixture
def merged(clones: Clones) -> Path:
    """A clone in which two clients have one block after a merge; one of them was applied before."""
    one, two = clones.clone("one"), clones.clone("two")
    clones.write(one, "globex", SAME)
    clones.write(two, "acme", SAME)
    assert not clones.contested(one, GLOBEX)
    merge(one, two)
    return one


def test_after_the_merge_only_the_newer_client_is_stopped_and_both_are_named(
    clones: Clones, merged: Path
) -> None:
    found = clones.contested(merged, ACME, GLOBEX, CellAddress("client", "first"))
    assert list(found) == [ACME]
    assert "globex" in clones.told[0]
    assert "acme" in clones.told[0]
    add(clones.open(merged), "initech")
    assert block_of(merged, "initech") == "10.64.1.0/24"


def test_the_newer_client_is_given_another_block(clones: Clones, merged: Path) -> None:
    (moved,) = move_blocks(clones.open(merged), ADA, MoveRequest(cell="client/acme"))
    assert (str(moved.before), str(moved.after)) == ("10.64.0.0/24", "10.64.1.0/24")
    assert git(merged, "status", "--porcelain") == ""
    assert not (merged / "released-addresses.yaml").exists(), "the other client still has it"
    clones.told.clear()
    assert not clones.contested(merged, ACME, GLOBEX)
    assert not clones.told
    assert not check_addresses(clones.open(merged))


def test_the_older_client_can_be_moved_as_well(clones: Clones, merged: Path) -> None:
    move_blocks(clones.open(merged), ADA, MoveRequest(cell="client/globex"))
    assert not clones.contested(merged, ACME, GLOBEX)
    claims = clones.open(merged).ledger().blocks.claims()
    assert [(item.cell, str(item.block), item.released) for item in claims] == [
        ("client/acme", "10.64.0.0/24", None),
        ("client/globex", "10.64.1.0/24", None),
    ]


def test_a_client_that_nobody_is_in_the_way_of_is_moved_by_pool_only(clones: Clones) -> None:
    root = clones.clone("one")
    add(clones.open(root), "acme")
    with pytest.raises(DiagnosticError, match="no other cell has a block of client/acme"):
        move_blocks(clones.open(root), ADA, MoveRequest(cell="client/acme"))
    with pytest.raises(DiagnosticError, match="there is no cell 'client/amce'"):
        move_blocks(clones.open(root), ADA, MoveRequest(cell="client/amce"))
    with pytest.raises(DiagnosticError, match="has no block of a pool 'client'"):
        move_blocks(clones.open(root), ADA, MoveRequest(cell="client/acme", pool="client"))
    (moved,) = move_blocks(clones.open(root), ADA, MoveRequest(cell="client/acme", pool="clients"))
    assert str(moved.after) == "10.64.1.0/24"
    assert "10.64.0.0/24" in (root / "released-addresses.yaml").read_text()
    add(clones.open(root), "globex")
    assert block_of(root, "globex") == "10.64.2.0/24", "what was left waits"


def test_a_move_that_fails_leaves_everything_as_it_was(
    clones: Clones, merged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise DiagnosticError

    clones.write(merged, "lone", "addresses: {clients: 10.64.9.0/24}\n")
    assert not clones.contested(merged, CellAddress("client", "lone"))
    before = clones.open(merged).ledger().blocks.claims()
    monkeypatch.setattr("cellwright.app.clients.moving.commit", fail)
    for pool in (None, "clients"):
        with pytest.raises(DiagnosticError):
            move_blocks(clones.open(merged), ADA, MoveRequest(cell="client/acme", pool=pool))
    with pytest.raises(DiagnosticError):
        move_blocks(clones.open(merged), ADA, MoveRequest(cell="client/lone", pool="clients"))
    assert git(merged, "status", "--porcelain") == ""
    assert clones.open(merged).ledger().blocks.claims() == before


@pytest.mark.parametrize("change", ["renamed", "removed", "moved"])
def test_what_this_clone_knows_to_be_over_is_in_nobodys_way(clones: Clones, change: str) -> None:
    root = clones.clone("one")
    clones.write(root, "acme", SAME)
    assert not clones.contested(root, ACME)
    if change == "moved":
        clones.write(root, "acme", "addresses: {clients: 10.64.7.0/24}\n")
    else:
        (root / "clients/acme.yaml").unlink()
    clones.write(root, "globex", SAME)
    assert not clones.contested(root, GLOBEX)


def test_a_claim_that_no_commit_will_ever_have_is_released_by_hand(clones: Clones) -> None:
    one, two = clones.clone("one"), clones.clone("two")
    clones.write(one, "acme", SAME)
    assert not clones.contested(one, ACME)
    clones.write(two, "globex", SAME)
    assert clones.contested(two, GLOBEX)
    with pytest.raises(DiagnosticError, match=r"client/acme has .* by its file"):
        release_claims(clones.open(one), ADA, "10.64.0.0/24", "")
    with pytest.raises(DiagnosticError, match="nobody has claimed"):
        release_claims(clones.open(two), ADA, "10.65.0.0/24", "")
    with pytest.raises(DiagnosticError, match="is no block"):
        release_claims(clones.open(two), ADA, "ten", "")
    (claim,) = release_claims(clones.open(two), ADA, "10.64.0.0/24", "never merged")
    assert claim.cell == "client/acme"
    assert not clones.contested(two, GLOBEX)
