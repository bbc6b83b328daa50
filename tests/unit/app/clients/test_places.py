"""Room in places: nothing is onboarded, placed or applied where there is none, whoever comes at once."""

import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from cellwright.app.clients.deciding import PlaceRequest, place_cells, release_place
from cellwright.app.clients.onboarding import onboard as use_case
from cellwright.app.clients.onboarding.onboard import OnboardRequest, onboard
from cellwright.app.clients.onboarding.preview import preview_client
from cellwright.app.fleet.capacity import show_capacity
from cellwright.app.fleet.check import check
from cellwright.app.runs.placement.places import overfull_cells
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.ledger.database.location import sqlite_url
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.value import Json
from unit.app.kit import ADA, NOBODY, STACK, make_run, put_under_git

FLEET = """\
fleet: trial
capacity: {strategy: fill, few: 1}
levels:
  - name: base
    cells: accounts
    stacks: {network: {source: ./stack, uses: {vpc_blocks: 1}}}
  - name: client
    cells: clients
    placement: account
    layers: [defaults.yaml]
    stacks: {app: {source: ./stack, uses: {vpc_blocks: {each: size}}}}
"""
FILES = {
    "fleet.yaml": FLEET,
    "defaults.yaml": "account: !place {tier: '${cell.tier}'}\ntier: standard\nstacks: {app: {size: 1}}\n",
    "stack/main.tf": STACK,
    "accounts/one.yaml": "tier: standard\ncapacity: {vpc_blocks: 3}\n",
    "accounts/two.yaml": "tier: [standard, gold]\ncapacity: {vpc_blocks: 4}\n",
    "clients/.keep": "",
}
ROOM = {"one": 2, "two": 3}


class Clones:
    """Clones of one fleet, and sessions on them that share a ledger."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.origin = folder / "origin"
        for path, text in FILES.items():
            (self.origin / path).parent.mkdir(parents=True, exist_ok=True)
            (self.origin / path).write_text(text)
        put_under_git(self.origin)
        self._sessions: list[FleetSession] = []

    def clone(self, name: str) -> Path:
        place = self.folder / name
        git(self.folder, "clone", "--quiet", str(self.origin), name)
        for key, value in {"user.name": "Ada", "user.email": "ada@example.com"}.items():
            git(place, "config", key, value)
        return place

    def open(self, root: Path) -> FleetSession:
        location = Location(
            fleet=root,
            ledger=sqlite_url(self.folder / "ledger.db"),
            environment={**NOBODY, "CELLWRIGHT_KEY": "a" * 64},
        )
        self._sessions.append(FleetSession(location))
        return self._sessions[-1]

    def write(self, root: Path, name: str, text: str) -> None:
        (root / "clients" / f"{name}.yaml").write_text(text)
        git(root, "add", "--all")
        git(root, "commit", "--quiet", f"--message={name}")

    def close(self) -> None:
        for session in self._sessions:
            session.close()


def git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True)  # noqa: S607
    return done.stdout


def without_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an onboarding end where its run would begin."""
    monkeypatch.setattr(use_case, "choose_units", lambda *_: None)
    monkeypatch.setattr(use_case, "start", lambda *_: make_run("r"))
    monkeypatch.setattr(use_case, "perform_with_moves", lambda *_: None)
    monkeypatch.setattr(use_case, "RunTask", lambda **_: None)


@pytest.fixture
def clones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clones]:
    without_runs(monkeypatch)
    made = Clones(tmp_path)
    yield made
    made.close()


def add(session: FleetSession, name: str, **settings: Json) -> None:
    onboard(session, ADA, OnboardRequest(name=name, settings=settings), Conversation())


def place_of(root: Path, name: str) -> str:
    return (root / "clients" / name / "client.yaml").read_text().split("account: ")[1].split()[0]


def rooms(session: FleetSession) -> dict[str, int | None]:
    return {item.place: item.room for item in show_capacity(session).places}


def test_places_are_filled_in_turn_and_what_was_decided_stands(clones: Clones) -> None:
    root = clones.clone("one")
    for number in range(5):
        add(clones.open(root), f"c{number}")
    assert [place_of(root, f"c{number}") for number in range(5)] == ["one", "one", "two", "two", "two"]
    before = git(root, "rev-parse", "HEAD")
    with pytest.raises(DiagnosticError) as raised:
        add(clones.open(root), "c5")
    told = str(raised.value)
    assert "client/c5 can't be placed by !place {tier: standard}" in told
    assert "one: 3 of 3 VPC address blocks are used, and it needs 1 more; two: 4 of 4" in told
    assert "no place has room; or have AWS raise its quota (vpc L-83CA0A9D" in told
    # Nothing is left behind, neither in the files nor in the ledger.
    assert git(root, "rev-parse", "HEAD") == before
    assert git(root, "status", "--short") == ""
    assert rooms(clones.open(root)) == {"one": 0, "two": 0}
    # A client stays where it is, whatever becomes of the rule and the places.
    (root / "accounts/one.yaml").write_text("tier: none\n")
    session = clones.open(root)
    assert session.snapshot().fleet.cells[CellAddress("client", "c0")].placement == CellAddress("base", "one")


def test_a_preview_says_where_a_client_would_be_placed_and_claims_nothing(clones: Clones) -> None:
    session = clones.open(clones.clone("one"))
    shown = preview_client(session, OnboardRequest(name="acme", rule={"tier": ["gold"]}))
    assert (shown.fits, shown.text) == (True, "account: two\n")
    shown = preview_client(session, OnboardRequest(name="acme", rule={"teir": ["gold"]}))
    assert not shown.fits
    assert "no place has the label 'teir'" in str(shown.findings[0])
    with pytest.raises(DiagnosticError, match="both 'account' and a rule say where it is placed"):
        preview_client(session, OnboardRequest(name="acme", settings={"account": "one"}, rule={}))
    assert session.ledger().placements.claims() == ()


def test_a_rule_chooses_no_cell_of_a_level_further_below(clones: Clones) -> None:
    root = clones.clone("one")
    below = "levels:\n  - {name: org, cells: org, stacks: {}}\n"
    (root / "fleet.yaml").write_text(FLEET.replace("levels:\n", below))
    (root / "org").mkdir()
    (root / "org/audit.yaml").write_text("tier: [standard, silver]\ncapacity: {vpc_blocks: 9}\n")
    shown = preview_client(clones.open(root), OnboardRequest(name="acme", rule={}))
    assert (shown.findings, shown.text) == ((), "account: one\n")
    shown = preview_client(clones.open(root), OnboardRequest(name="acme", rule={"tier": ["silver"]}))
    assert "no place has tier 'silver'" in str(shown.findings[0])


def test_a_place_that_is_named_has_to_have_room_and_others_are_offered(clones: Clones) -> None:
    root = clones.clone("one")
    with pytest.raises(DiagnosticError, match=r"there is room in two \(1 more\)"):
        add(clones.open(root), "large", account="one", stacks={"app": {"size": 3}})
    assert not (root / "clients/large").exists()
    add(clones.open(root), "large", account="two", stacks={"app": {"size": 3}})
    assert rooms(clones.open(root))["two"] == 0


def test_clones_that_do_not_know_each_others_clients_fill_no_place_twice(clones: Clones) -> None:
    one, two = clones.clone("one"), clones.clone("two")
    add(clones.open(one), "a", account="one", stacks={"app": {"size": 2}})
    with pytest.raises(DiagnosticError, match="client/b can't be placed there"):
        add(clones.open(two), "b", account="one")
    (full, _) = show_capacity(clones.open(two)).places
    assert (full.clients, full.expected, full.room) == (0, ("client/a",), 0)
    # The file arrives: it counts once.
    git(two, "pull", "--quiet", "--no-rebase", "--no-edit", str(one))
    (full, _) = show_capacity(clones.open(two)).places
    assert (full.clients, full.expected, full.room) == (1, (), 0)
    # It is removed by hand: its room is free again.
    git(two, "rm", "-rq", "clients/a")
    git(two, "commit", "--quiet", "--message=gone")
    assert rooms(clones.open(two))["one"] == 2
    add(clones.open(two), "b", account="one")


def test_many_onboardings_in_two_clones_at_once_overfill_nothing(clones: Clones) -> None:
    roots = [clones.clone("one"), clones.clone("two")]

    def onboarded(number: int) -> str | None:
        try:
            add(clones.open(roots[number % 2]), f"c{number}")
        except DiagnosticError as fault:
            assert "can't be placed by" in str(fault)  # noqa: PT017  the other way is as well
            return None
        return place_of(roots[number % 2], f"c{number}")

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(onboarded, range(8)))
    assert (found.count("one"), found.count("two"), found.count(None)) == (2, 3, 3)


def test_a_claim_of_an_onboarding_that_never_came_is_released_by_hand(clones: Clones) -> None:
    one, two = clones.clone("one"), clones.clone("two")
    add(clones.open(one), "a", account="one")
    session = clones.open(two)
    with pytest.raises(DiagnosticError, match="did you mean 'client/a'"):
        release_place(session, ADA, "client/aa", "")
    assert release_place(session, ADA, "client/a", "never merged") == "one"
    assert rooms(clones.open(two)) == {"one": 2, "two": 3}
    with pytest.raises(DiagnosticError, match="client/a is in the files"):
        release_place(clones.open(one), ADA, "client/a", "")


def test_rules_in_files_wait_to_be_decided_and_are_told_with_what_they_would_decide(clones: Clones) -> None:
    root = clones.clone("one")
    clones.write(root, "a", "account: !place {tier: standard}  # by rule\nstacks: {app: {size: 2}}\n")
    clones.write(root, "b", "tier: gold\n")
    clones.write(root, "c", "{}\n")
    told = [str(item) for item in check(clones.open(root))]
    assert [item.split("; it would be ")[1].split(":")[0] for item in told] == ["one", "two", "two"]
    assert told[0].startswith("clients/a.yaml:1:10: error: the cell is not placed yet")
    with pytest.raises(DiagnosticError, match="has not been decided"):
        add(clones.open(root), "d")
    placed = place_cells(clones.open(root), ADA, PlaceRequest(cells=["client/a"]))
    assert [(item.cell, item.place, item.rule) for item in placed] == [
        ("client/a", "one", "!place {tier: standard}")
    ]
    text = (root / "clients/a.yaml").read_text()
    assert text == "account: one  # by rule\nstacks: {app: {size: 2}}\n"
    placed = place_cells(clones.open(root), ADA, PlaceRequest())
    assert [(item.cell, item.place) for item in placed] == [("client/b", "two"), ("client/c", "two")]
    assert git(root, "log", "-1", "--format=%s").strip() == "Place 2 cells"
    assert place_cells(clones.open(root), ADA, PlaceRequest()) == ()
    (full,) = check(clones.open(root))
    assert full.summary == "one is full: 3 of 3 VPC address blocks are used"
    with pytest.raises(DiagnosticError, match="client/a waits for no rule"):
        place_cells(clones.open(root), ADA, PlaceRequest(cells=["client/a"]))


def test_if_one_of_several_rules_can_t_be_decided_nothing_is_written(clones: Clones) -> None:
    root = clones.clone("one")
    clones.write(root, "a", "tier: standard\n")
    clones.write(root, "b", "tier: bronze\n")
    before = git(root, "rev-parse", "HEAD")
    with pytest.raises(DiagnosticError, match="no place has tier 'bronze'"):
        place_cells(clones.open(root), ADA, PlaceRequest())
    assert (git(root, "rev-parse", "HEAD"), git(root, "status", "--short")) == (before, "")
    with clones.open(root) as session:
        assert session.ledger().placements.claims() == ()


def test_of_cells_that_were_committed_by_hand_as_many_are_applied_as_fit(clones: Clones) -> None:
    root = clones.clone("one")
    for name in "abc":
        clones.write(root, name, "account: one\n")
    cells = [CellAddress("client", name) for name in "cba"]
    with clones.open(root).open(writing=True).session as session:
        fleet = session.open(writing=True)
        planned = overfull_cells(fleet, cells, claiming=False)
        assert fleet.ledger.placements.claims() == ()
        refused = overfull_cells(fleet, cells, claiming=True)
        assert planned == refused
        assert list(refused) == [CellAddress("client", "c")]
        told = str(refused[CellAddress("client", "c")])
        assert told.startswith("clients/c.yaml:1:10: error: there is no room for client/c: one: 3 of 3")
        # Asked again, those that have their room keep it, and one of them that is asked for alone has it.
        assert not overfull_cells(fleet, cells[1:], claiming=True)
        assert list(overfull_cells(fleet, cells[:1], claiming=True)) == cells[:1]


def test_a_cell_that_moves_to_a_full_place_is_not_applied_there(clones: Clones) -> None:
    root = clones.clone("one")
    add(clones.open(root), "a", account="one", stacks={"app": {"size": 2}})
    add(clones.open(root), "b", account="two")
    file = root / "clients/b/client.yaml"
    file.write_text(file.read_text().replace("two", "one"))
    git(root, "commit", "--quiet", "--all", "--message=move")
    fleet = clones.open(root).open(writing=True)
    refused = overfull_cells(fleet, [CellAddress("client", "b")], claiming=True)
    assert list(refused) == [CellAddress("client", "b")]
    (conflict,) = (item for item in check(clones.open(root)) if item.severity.value == "error")
    assert "one is over its capacity: 4 of 3 VPC address blocks (3 by client/b and 1 more" in str(conflict)


class Onboardings(RuleBasedStateMachine):
    """Clients come and go in two clones that sometimes see each other's commits."""

    @initialize()
    def start(self) -> None:
        self.patches = pytest.MonkeyPatch()
        without_runs(self.patches)
        self.folder = tempfile.TemporaryDirectory()
        self.clones = Clones(Path(self.folder.name))
        self.roots = [self.clones.clone("one"), self.clones.clone("two")]
        self.known: dict[str, tuple[str, int]] = {}
        self.number = 0

    @rule(clone=st.integers(0, 1), size=st.integers(1, 3), named=st.sampled_from(["one", "two", None]))
    def comes(self, clone: int, size: int, named: str | None) -> None:
        name = f"c{self.number}"
        self.number += 1
        settings: dict[str, Json] = {"stacks": {"app": {"size": size}}}
        settings |= {} if named is None else {"account": named}
        allowed = ["one", "two"] if named is None else [named]
        fits = [place for place in allowed if self.used(place) + size <= ROOM[place]]
        try:
            add(self.clones.open(self.roots[clone]), name, **settings)
        except DiagnosticError:
            assert not fits
        else:
            assert place_of(self.roots[clone], name) == fits[0]
            self.known[name] = (fits[0], size)

    @rule(into=st.integers(0, 1))
    def is_told(self, into: int) -> None:
        git(self.roots[into], "pull", "--quiet", "--no-rebase", "--no-edit", str(self.roots[1 - into]))

    @precondition(lambda self: self.known)
    @rule(data=st.data())
    def is_seen_by_all(self, data: st.DataObject) -> None:
        session = self.clones.open(self.roots[data.draw(st.integers(0, 1))])
        free = {place: ROOM[place] - self.used(place) for place in ROOM}
        shown = {
            item.place: next(part.free for part in item.resources if part.resource == "vpc_blocks")
            for item in show_capacity(session).places
        }
        assert shown == free

    @invariant()
    def nothing_is_overfilled(self) -> None:
        for place, room in ROOM.items() if hasattr(self, "known") else ():
            assert self.used(place) <= room

    def used(self, place: str) -> int:
        return sum(size for at, size in self.known.values() if at == place)

    def teardown(self) -> None:
        if hasattr(self, "clones"):
            self.clones.close()
            self.folder.cleanup()
            self.patches.undo()


TestOnboardings = Onboardings.TestCase
TestOnboardings.settings = settings(
    max_examples=4, stateful_step_count=6, deadline=None, suppress_health_check=list(HealthCheck)
)
