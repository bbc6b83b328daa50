"""A real PostgreSQL server for tests: found on this machine, started in a folder of its own, gone afterwards.

`PYTHONPATH=tests python -m contract.postgres` installs one where there is none, if it may.

PostgreSQL refuses to run as root. Where the tests do, it runs under an unprivileged account, which must be
able to reach its programs and its data.
"""

import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg

from missing import skip_without
from patience import PATIENCE

OWNER = "cellwright"
GUARDED = "guarded"
"""A role that needs its password; every other one is trusted."""

PORT = 5432
PASSWORD = "correct horse"

MISSING = "a PostgreSQL server (apt-get install postgresql)"

_ACCOUNTS = ("postgres", "nobody")
_OTHERS_MAY_ENTER = 0o001
_ACCESS = f"local all {GUARDED} scram-sha-256\nlocal all all trust\n"
_QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "",
    "shared_buffers": "32MB",
    "max_connections": "60",
    # Fixed, so that a test may expect the words of a refusal.
    "lc_messages": "C",
}


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server, reached through a socket in `folder`."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def url(self, database: str, user: str = OWNER, password: str = "") -> str:
        credentials = f"{user}:{quote(password)}" if password else user
        return f"postgresql://{credentials}@/{database}?host={quote(str(self.folder), safe='')}"

    @property
    def socket(self) -> Path:
        """Where it is reached."""
        return self.folder / f".s.PGSQL.{PORT}"

    def execute(self, statement: str, database: str = "postgres") -> None:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement.encode())

    def has_role(self, role: str) -> bool:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        return found is not None

    def processes(self, kind: str = "client backend") -> list[int]:
        """The ids of the server's processes of one kind, but for the one that answers this."""
        question = "SELECT pid FROM pg_stat_activity WHERE backend_type = %s AND pid <> pg_backend_pid()"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            return [row[0] for row in connection.execute(question, [kind]).fetchall()]

    def crash(self) -> None:
        """Kill a process without which none of the others goes on; all are started anew by themselves."""
        for process in self.processes("checkpointer"):
            os.kill(process, signal.SIGKILL)

    @contextmanager
    def gone(self) -> Iterator[None]:
        """Lose every connection, and take no other, while the block lasts."""
        aside = self.folder / "aside"
        (process,) = self.processes("checkpointer")
        self.socket.rename(aside)
        os.kill(process, signal.SIGKILL)
        try:
            yield
        finally:
            aside.rename(self.socket)

    def answers(self) -> bool:
        """Tell whether it takes connections: not while it recovers from a crash."""
        try:
            self.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def new_database(self, template: str = "template0") -> str:
        """Make a database as `template` is: empty, or as one that `close` made a template of."""
        name = f"ledger_{next(self._numbers)}"
        # Nobody can be connected to template0; with another template somebody else's visit fails this.
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def close(self, database: str) -> None:
        """Let nobody connect to it, not even the server's own housekeeping: it may be a template then."""
        self.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS false")


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Start a server, and leave neither a process nor a file behind."""
    folder = Path(tempfile.mkdtemp(prefix="cw-postgres-"))
    try:
        account = _account()
        programs = _reachable(find_programs() or skip_without(MISSING), folder, account)
        data = folder / "data"
        if account is not None:
            os.chown(folder, account.pw_uid, account.pw_gid)
        _run(account, programs / "initdb", "-D", data, "-U", OWNER, "--auth=trust", "--no-sync", "-E", "UTF8")
        (data / "pg_hba.conf").write_text(_ACCESS)
        process = _start(account, programs / "postgres", data, folder)
        try:
            server = PostgresServer(folder)
            _await(server, process)
            server.execute(f"CREATE ROLE {GUARDED} LOGIN PASSWORD '{PASSWORD}'")
            yield server
        finally:
            process.send_signal(signal.SIGQUIT)  # at once: nothing of it is kept
            process.wait(PATIENCE)
    finally:
        shutil.rmtree(folder)


def _account() -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(known[name] for name in _ACCOUNTS if name in known)


def find_programs() -> Path | None:
    """Where `postgres` and `initdb` are: on the PATH, where Debian puts them, or in the pgserver package."""
    on_path = shutil.which("postgres")
    candidates = [Path(on_path).resolve().parent] if on_path else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if package := importlib.util.find_spec("pgserver"):
        candidates += [
            Path(place) / "pginstall" / "bin" for place in package.submodule_search_locations or ()
        ]
    for folder in candidates:
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    return None


def install() -> None:
    """Install Debian's package."""
    for command in (("apt-get", "update", "-qq"), ("apt-get", "install", "-y", "-qq", "postgresql")):
        subprocess.run(command, check=True, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})


def _reachable(programs: Path, folder: Path, account: pwd.struct_passwd | None) -> Path:
    """`programs`, or a copy of the installation if it lies where the account may not go (in root's home)."""
    closed = (parent for parent in programs.parents if not parent.stat().st_mode & _OTHERS_MAY_ENTER)
    if account is None or next(closed, None) is None:
        return programs
    # Two up: the pgserver package keeps libraries beside itself.
    package = programs.parent.parent
    for part in (package, package.with_name("pgserver.libs")):
        shutil.copytree(part, folder / part.name, symlinks=True)
    return folder / programs.relative_to(package.parent)


def _identity(account: pwd.struct_passwd | None) -> Mapping[str, int | list[int]]:
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _run(account: pwd.struct_passwd | None, *command: str | Path) -> None:
    subprocess.run(  # type: ignore[call-overload]  # the identity's options have several types
        [str(part) for part in command],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd="/",
        **_identity(account),
    )


def _start(
    account: pwd.struct_passwd | None, program: Path, data: Path, folder: Path
) -> subprocess.Popen[bytes]:
    options = [text for name, value in _QUICK.items() for text in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        process: subprocess.Popen[bytes] = subprocess.Popen(  # type: ignore[call-overload]  # as above
            [str(program), "-D", str(data), "-k", str(folder), *options],
            stdout=log,
            stderr=log,
            cwd="/",
            **_identity(account),
        )
    return process


def _await(server: PostgresServer, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not server.answers():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError((server.folder / "log").read_text())
        time.sleep(0.05)


if __name__ == "__main__":
    if find_programs() is None and os.geteuid() == 0 and shutil.which("apt-get"):
        install()
    if find_programs() is None:
        print(f"tests will be skipped for want of {MISSING}", file=sys.stderr)  # noqa: T201  a program's output
