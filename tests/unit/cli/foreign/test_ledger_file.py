"""Nobody but SQLite opens a ledger's file: closing it would take away the locks that its process has.

https://www.sqlite.org/howtocorrupt.html, section 2.2.
"""

import os
import subprocess
import sys
from pathlib import Path

from cellwright.ledger.opening import open_ledger
from unit.app.kit import NOBODY, make_fleet, put_under_git

_EVERY_COMMAND = """
import sys, traceback
from pathlib import Path
from every_command import IN_A_FLEET, answer

fleet, opened = Path(sys.argv[1]), []

def look(event, given):
    if event == "open" and str(given[0]) == f"{fleet}/.cellwright/ledger.db":
        opened.append("".join(traceback.format_stack(limit=6)))

sys.addaudithook(look)
for arguments in IN_A_FLEET:
    answer(arguments, fleet, dict(found.split("=", 1) for found in sys.argv[2:]))
    assert not opened, (arguments, opened[0])
"""
_WRITES = """
import sys
from cellwright.ledger.opening import open_ledger
with open_ledger(sys.argv[1]) as ledger:
    with ledger.database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS other (x)")
"""


def _python(text: str, *arguments: str) -> int:
    root = Path(__file__).parents[3]
    path = os.pathsep.join((str(root), str(root.parent)))
    environment = {**os.environ, "PYTHONPATH": path}
    return subprocess.run(
        [sys.executable, "-c", text, *arguments], env=environment, check=False, timeout=300
    ).returncode


def test_no_command_opens_it(tmp_path: Path) -> None:
    root = tmp_path / "fleet"
    make_fleet(root, acme="{}\n")
    put_under_git(root)
    with open_ledger(f"sqlite:///{root}/.cellwright/ledger.db"):
        pass
    environment = (f"{name}={value}" for name, value in NOBODY.items())
    assert _python(_EVERY_COMMAND, str(root), *environment) == 0


def test_what_a_process_writes_is_kept_though_it_opens_the_ledger_twice_and_others_close_it(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path}/ledger.db"
    with open_ledger(url) as ledger, ledger.database.read() as reading:
        reading.exec_driver_sql("SELECT 1 FROM runs").all()
        with open_ledger(url):
            pass
        assert _python(_WRITES, url) == 0
        assert (tmp_path / "ledger.db-wal").exists()
