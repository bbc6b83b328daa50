"""A server's own clone: it follows its branch, commits as people, and stays up whatever the remote does."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

import pytest

from cellwright.app.clients.onboarding.onboard import OnboardRequest, settle_client
from cellwright.app.runs.steering.conversation import Conversation
from cellwright.app.session.location import Location
from cellwright.app.session.repository.server_clone import ServerClone
from cellwright.app.session.repository.serving import RepositoryAddress, serving
from cellwright.app.session.session import FleetSession
from cellwright.git.command import GitOutcome
from cellwright.model.actor import Actor, Voucher, VoucherKind
from cellwright.model.address import CellAddress
from cellwright.model.diagnostic import DiagnosticError
from patience import PATIENCE
from unit.app.kit import NOBODY, make_fleet, put_under_git
from unit.git.origins import git

GRACE = Actor("Grace <grace@example.com>", "console", (Voucher(VoucherKind.SESSION, "grace", checked=True),))
LONG = 3600.0


@dataclass(slots=True)
class Remote:
    """A bare repository, and somebody else's clone of it."""

    folder: Path
    told: list[str] = field(default_factory=list)

    @property
    def bare(self) -> Path:
        return self.folder / "fleet.git"

    @property
    def work(self) -> Path:
        return self.folder / "work"

    def commit(self, files: dict[str, str], *arguments: str) -> str:
        for path, text in files.items():
            (self.work / path).parent.mkdir(exist_ok=True)
            (self.work / path).write_text(text)
        git("add", "--all", cwd=self.work)
        git("commit", "--quiet", "--message=theirs", *arguments, cwd=self.work)
        git("push", "--quiet", "--force", "origin", "HEAD:main", cwd=self.work)
        return self.head()

    def head(self) -> str:
        return git("rev-parse", "main", cwd=self.bare)

    def log(self) -> list[str]:
        return git("log", "--format=%an: %s", "main", cwd=self.bare).splitlines()

    def hook(self, name: str, text: str) -> None:
        path = self.bare / "hooks" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)

    @contextmanager
    def server(self, seconds: float = LONG, where: str = "server", url: str = "") -> Iterator[FleetSession]:
        environment = {**NOBODY, "HOME": str(self.folder), "XDG_DATA_HOME": str(self.folder / where)}
        location = Location(fleet=Path("/nowhere"), environment=environment)
        with serving(
            location, RepositoryAddress(url=url or str(self.bare)), self.told.append, seconds
        ) as found:
            yield found


@pytest.fixture
def remote(tmp_path: Path) -> Remote:
    found = Remote(tmp_path)
    make_fleet(found.work, acme="{}\n")
    put_under_git(found.work)
    git("init", "--quiet", "--bare", str(found.bare), cwd=tmp_path)
    git("remote", "add", "origin", str(found.bare), cwd=found.work)
    git("push", "--quiet", "origin", "HEAD:main", cwd=found.work)
    return found


def source(session: FleetSession) -> ServerClone:
    assert isinstance(session.source, ServerClone)
    return session.source


def onboard(session: FleetSession, name: str) -> None:
    with session.changing():
        settle_client(session, GRACE, OnboardRequest(name=name), Conversation())


def cells(session: FleetSession) -> list[str]:
    return [cell.cell for cell in session.usable().fleet.cells]


def is_clean(session: FleetSession, commit: str) -> bool:
    repository = session.repository()
    assert repository is not None
    return repository.dirty() == () and repository.head() == commit


def problem(session: FleetSession) -> str:
    return str(session.source.problem or "")


def test_a_change_is_a_commit_of_the_person_pushed_by_the_server(remote: Remote) -> None:
    with remote.server() as session:
        onboard(session, "globex")
        assert cells(session) == ["acme", "globex"]
        assert is_clean(session, remote.head())
        assert not (session.root / ".cellwright").exists()
    said = git("log", "-1", "--format=%an <%ae>, %cn <%ce>, %s", "main", cwd=remote.bare)
    assert said == ("Grace <grace@example.com>, Cellwright <cellwright@localhost>, Onboard client/globex")


def test_the_server_begins_and_goes_on_at_the_newest_commit(remote: Remote) -> None:
    with remote.server() as session:
        assert cells(session) == ["acme"]
        remote.commit({"clients/globex.yaml": "{}\n"})
        source(session).update(session)
        assert cells(session) == ["acme", "globex"]
        remote.commit({"clients/initech.yaml": "{}\n"})
        onboard(session, "umbrella")  # begins with a look at the remote
        assert cells(session) == ["acme", "globex", "initech", "umbrella"]
    remote.commit({"clients/hooli.yaml": "{}\n"}, "--amend")
    with remote.server() as session:
        assert "hooli" in cells(session)


def test_it_follows_by_itself(remote: Remote) -> None:
    with remote.server(seconds=0.01) as session:
        cells(session)
        remote.commit({"clients/globex.yaml": "{}\n"})
        until = time.monotonic() + 30
        while "globex" not in cells(session) and time.monotonic() < until:
            pass
        assert cells(session) == ["acme", "globex"]


def once(session: FleetSession, monkeypatch: pytest.MonkeyPatch, first: Callable[[], object]) -> None:
    """Let something happen between the look at the remote and the push."""
    clone = source(session).clone
    push, waiting = type(clone).push, [first]

    def late(_self: object) -> object:
        if waiting:
            waiting.pop()()
        return push(clone)

    monkeypatch.setattr(type(clone), "push", late)


def test_what_others_have_pushed_meanwhile_stays(remote: Remote, monkeypatch: pytest.MonkeyPatch) -> None:
    with remote.server() as session:
        once(session, monkeypatch, lambda: remote.commit({"clients/globex.yaml": "{}\n"}))
        onboard(session, "initech")
        assert cells(session) == ["acme", "globex", "initech"]
        assert is_clean(session, remote.head())
    assert remote.log()[:2] == ["Grace: Onboard client/initech", "Ada: theirs"]


def test_the_same_client_from_two_sides(remote: Remote, monkeypatch: pytest.MonkeyPatch) -> None:
    with remote.server() as session:
        once(session, monkeypatch, lambda: remote.commit({"clients/globex/client.yaml": "x: 1\n"}))
        with pytest.raises(DiagnosticError, match="somebody else has changed the same in branch main"):
            onboard(session, "globex")
        assert remote.log()[0] == "Ada: theirs"
        source(session).update(session)
        assert cells(session) == ["acme", "globex"]
        assert is_clean(session, remote.head())
        assert session.ledger().reader.client_action(CellAddress("client", "globex")) is None


def test_what_is_wrong_only_together_is_taken_back(remote: Remote, monkeypatch: pytest.MonkeyPatch) -> None:
    with remote.server() as session:
        once(session, monkeypatch, lambda: remote.commit({"defaults.yaml": "stacks: {none: {}}\n"}))
        with pytest.raises(DiagnosticError, match="none"):
            onboard(session, "globex")
        assert remote.log()[0] == "Ada: theirs"
        assert not (session.root / "clients/globex").exists()


def test_a_remote_that_refuses_is_quoted_and_nothing_is_left(remote: Remote) -> None:
    before = remote.head()
    remote.hook("pre-receive", "echo protected branch; exit 1")
    with remote.server() as session:
        with pytest.raises(DiagnosticError, match=r"can't be pushed to branch main.*protected branch"):
            onboard(session, "globex")
        assert remote.head() == before
        assert is_clean(session, before)
        assert cells(session) == ["acme"]


def test_an_answer_that_is_lost_counts_as_arrived(remote: Remote, monkeypatch: pytest.MonkeyPatch) -> None:
    with remote.server() as session:
        clone = source(session).clone
        push = type(clone).push

        def lost(_self: object) -> object:
            push(clone)
            return GitOutcome(("push",), 128, "", "connection lost")

        monkeypatch.setattr(type(clone), "push", lost)
        onboard(session, "globex")
        assert is_clean(session, remote.head())
    assert remote.log()[0] == "Grace: Onboard client/globex"


def test_a_remote_that_is_gone_leaves_the_last_good_state(remote: Remote) -> None:
    with remote.server() as session:
        onboard(session, "globex")
        shutil.move(remote.bare, remote.folder / "away")
        source(session).update(session)
        source(session).update(session)
        assert "can't be fetched" in problem(session)
        assert len(remote.told) == 1, "told once"
        assert cells(session) == ["acme", "globex"]
        with pytest.raises(DiagnosticError, match="can't be fetched"):
            onboard(session, "initech")
        assert cells(session) == ["acme", "globex"]
    with remote.server() as session:  # a server that starts meanwhile
        assert cells(session) == ["acme", "globex"]
        assert "can't be fetched" in problem(session)
        shutil.move(remote.folder / "away", remote.bare)
        source(session).update(session)
        assert problem(session) == ""
        onboard(session, "initech")


def test_a_remote_that_goes_while_a_change_is_pushed(remote: Remote, monkeypatch: pytest.MonkeyPatch) -> None:
    with remote.server() as session:
        once(session, monkeypatch, lambda: shutil.move(remote.bare, remote.folder / "away"))
        with pytest.raises(DiagnosticError, match="can't be pushed"):
            onboard(session, "globex")
        shutil.move(remote.folder / "away", remote.bare)
        assert cells(session) == ["acme"]
        assert is_clean(session, remote.head())
        onboard(session, "globex")
        assert problem(session) == ""


def test_a_history_that_was_rewritten_is_not_followed_until_a_restart(remote: Remote) -> None:
    first = remote.head()
    with remote.server() as session:
        remote.commit({"clients/globex.yaml": "{}\n"}, "--amend")
        source(session).update(session)
        assert "was rewritten" in problem(session)
        assert cells(session) == ["acme"]
        with pytest.raises(DiagnosticError, match="was rewritten"):
            onboard(session, "initech")
        assert is_clean(session, first)
    with remote.server() as session:
        assert "the new history is used" in remote.told[-1]
        assert cells(session) == ["acme", "globex"]
        assert problem(session) == ""


def test_a_commit_that_a_killed_server_had_not_pushed_is_put_aside(remote: Remote) -> None:
    with remote.server() as session:
        repository = session.repository()
        assert repository is not None
        (session.root / "clients/lost.yaml").write_text("{}\n")
        repository.commit([session.root / "clients/lost.yaml"], "lost")
        (session.root / "clients/half.yaml").write_text("{")
        (session.root / ".git/index.lock").touch()
        (session.root / ".git/refs/heads/main.lock").touch()
    with remote.server() as session:
        assert cells(session) == ["acme"]
        assert is_clean(session, remote.head())


def test_two_people_at_two_servers_at_once_lose_nothing(remote: Remote) -> None:
    faults: list[DiagnosticError] = []

    def work(where: str) -> None:
        try:
            with remote.server(where=where) as session:
                for number in range(3):
                    onboard(session, f"{where}{number}")
        except DiagnosticError as fault:
            faults.append(fault)

    threads = [Thread(target=work, args=(where,)) for where in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with remote.server() as session:
        assert cells(session) == ["a0", "a1", "a2", "acme", "b0", "b1", "b2"]


@pytest.mark.parametrize(
    ("address", "told"),
    [
        (RepositoryAddress(url=" "), "no address of a repository"),
        (RepositoryAddress(url="--upload-pack=x"), "no address of a repository"),
        (RepositoryAddress(url="/nonexistent", path="../x"), "no folder within a repository"),
        (RepositoryAddress(url="/nonexistent"), "can't be read"),
        (RepositoryAddress(url="/nonexistent", branch="main"), "can't be fetched"),
        (RepositoryAddress(url="/nonexistent", branch="a b"), "can't be the name of a branch"),
        (RepositoryAddress(url="https://ada:secret@127.0.0.1:1/x"), "https://127.0.0.1:1/x can't be read"),
        (RepositoryAddress(url="ext::sh -c x", branch="main"), "can't be fetched"),
    ],
)
def test_an_address_of_nothing(address: RepositoryAddress, told: str, tmp_path: Path) -> None:
    location = Location(fleet=tmp_path, environment={**NOBODY, "XDG_DATA_HOME": str(tmp_path)})
    with pytest.raises(DiagnosticError, match=told) as caught, serving(location, address):
        pass
    assert "secret" not in str(caught.value)


def test_a_branch_and_a_folder_in_the_repository(remote: Remote) -> None:
    git("checkout", "--quiet", "-b", "live", cwd=remote.work)
    (remote.work / "deep").mkdir()
    for name in ("fleet.yaml", "defaults.yaml", "stack", "clients"):
        git("mv", name, f"deep/{name}", cwd=remote.work)
    git("commit", "--quiet", "--message=moved", cwd=remote.work)
    git("push", "--quiet", "origin", "live", cwd=remote.work)
    address = RepositoryAddress(url=str(remote.bare), branch="live", path="deep")
    environment = {**NOBODY, "XDG_DATA_HOME": str(remote.folder)}
    with serving(Location(fleet=Path("/"), environment=environment), address) as session:
        onboard(session, "globex")
    assert "deep/clients/globex/client.yaml" in git("ls-tree", "-r", "--name-only", "live", cwd=remote.bare)
    assert remote.log() == ["Ada: All"]


def test_the_only_branch_is_the_default_one(remote: Remote) -> None:
    git("symbolic-ref", "HEAD", "refs/heads/none", cwd=remote.bare)
    with remote.server() as session:
        assert cells(session) == ["acme"]
    git("branch", "second", "main", cwd=remote.bare)
    with pytest.raises(DiagnosticError, match="no default branch"), remote.server(where="another"):
        pass


def test_without_a_repository_the_fleet_s_folder_is_worked_in(remote: Remote) -> None:
    with serving(Location(fleet=remote.work, environment=NOBODY)) as session:
        onboard(session, "globex")
        assert session.root == remote.work
    assert git("log", "-1", "--format=%an, %cn", cwd=remote.work) == "Grace, Ada"


def test_a_fault_of_ours_does_not_end_following_the_remote(
    remote: Remote, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []

    def fault(*_: object) -> None:
        tries.append(1)
        raise KeyError("ours")

    monkeypatch.setattr(ServerClone, "update", fault)
    with remote.server(seconds=0.01):
        deadline = time.monotonic() + PATIENCE
        while len(tries) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
    assert len(tries) > 1
