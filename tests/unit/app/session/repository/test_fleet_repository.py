"""Settings are changed in the fleet's folder, in the name of whoever has signed in."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from cellwright.app.session.actor.identity import author_of
from cellwright.app.session.location import Location
from cellwright.app.session.repository.fleet_repository import FleetFolder
from cellwright.app.session.session import FleetSession
from cellwright.git.repository import GitIdentity
from cellwright.model.actor import Actor, Voucher, VoucherKind
from cellwright.model.diagnostic import DiagnosticError
from unit.app.kit import ADA, NOBODY, make_fleet, put_under_git

SERVER = GitIdentity("Cellwright", "cellwright@localhost")
GRACE = Actor(
    "Grace Hopper <grace@example.com>",
    "console",
    (Voucher(VoucherKind.SESSION, "grace", checked=True),),
)


def names(root: Path) -> str:
    shown = ["git", "log", "-1", "--format=%an <%ae> %cn <%ce>"]
    return subprocess.run(shown, cwd=root, check=True, capture_output=True, text=True).stdout.strip()


def change(root: Path, actor: Actor, source: FleetFolder, environment: Mapping[str, str] = NOBODY) -> str:
    location = Location(fleet=root, environment=environment)
    with FleetSession(location, source=source) as session, session.changing():
        path = session.root / "clients/acme.yaml"
        path.write_text(f"{path.read_text()}# more\n")
        assert session.commit(actor, [path], "More\n")
    return names(root)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    make_fleet(tmp_path / "fleet", acme="{}\n")
    put_under_git(tmp_path / "fleet")
    return tmp_path / "fleet"


def test_a_person_who_has_signed_in_is_the_author_and_git_knows_who_commits(root: Path) -> None:
    said = "Grace Hopper <grace@example.com> Ada <ada@example.com>"
    assert change(root, GRACE, FleetFolder(SERVER)) == said


def test_at_a_terminal_git_knows_who_it_is(root: Path) -> None:
    assert change(root, ADA, FleetFolder()) == "Ada <ada@example.com> Ada <ada@example.com>"


def test_where_git_knows_nobody_the_server_commits(root: Path) -> None:
    for key in ("user.name", "user.email"):
        subprocess.run(["git", "config", "--unset", key], cwd=root, check=True)  # noqa: S607  whichever the machine has
    server = "Cellwright <cellwright@localhost>"
    assert change(root, GRACE, FleetFolder(SERVER)) == f"Grace Hopper <grace@example.com> {server}"
    assert change(root, ADA, FleetFolder(SERVER)) == f"{server} {server}"
    with pytest.raises(DiagnosticError, match="git does not know who you are"):
        change(root, GRACE, FleetFolder())


def test_outside_git_nothing_is_committed(tmp_path: Path) -> None:
    make_fleet(tmp_path, acme="{}\n")
    with FleetSession(Location(fleet=tmp_path, environment=NOBODY)) as session, session.changing():
        assert session.commit(GRACE, [tmp_path / "clients/acme.yaml"], "") is None


def test_one_at_a_time(root: Path) -> None:
    location = Location(fleet=root, environment=NOBODY)

    class Hurried:
        def requested(self) -> int:
            return 1

    busy = pytest.raises(DiagnosticError, match="another process is changing")
    with FleetSession(location) as one, FleetSession(location) as other, one.changing(), busy:
        other.changing(Hurried()).__enter__()


@pytest.mark.parametrize(
    ("name", "author"),
    [
        ("Ada <ada@example.com>", "Ada <ada@example.com>"),
        ("ada", "ada <ada@cellwright.invalid>"),
        ("Ada Lovelace", "Ada Lovelace <ada-lovelace@cellwright.invalid>"),
        ("Zoë <a> b", "Zoë a b <zo-a-b@cellwright.invalid>"),
        ("<>", "somebody <somebody@cellwright.invalid>"),
    ],
)
def test_every_name_makes_an_author(name: str, author: str) -> None:
    voucher = Voucher(VoucherKind.TOKEN, "t", checked=True)
    assert str(author_of(Actor(name, "console", (voucher,)))) == author
    assert author_of(Actor(name)) is None
    assert author_of(Actor(name, "", (Voucher(VoucherKind.SESSION, "t", checked=False),))) is None


def test_what_is_kept_lies_elsewhere_where_the_folder_is_one_of_many(root: Path, tmp_path: Path) -> None:
    location = Location(fleet=root, home=tmp_path / "kept", environment=NOBODY)
    with FleetSession(location) as session:
        session.open(writing=True)
        assert session.home.logs == tmp_path / "kept/logs"
    assert (tmp_path / "kept/ledger.db").exists()
    assert not (root / ".cellwright").exists()
