"""Programs that export data: what they print is digested; they fail, hang, print a lot, can't be started."""

import hashlib
import os
import sys
from pathlib import Path

from cellwright.checks.export import Exported, run_export
from patience import PATIENCE

ENVIRONMENT = {"PATH": os.environ["PATH"], "CELLWRIGHT_KEY": "secret", "OWN": "1"}


def python(tmp_path: Path, code: str, given: bytes = b"", timeout: float = PATIENCE) -> Exported:
    command = [sys.executable, "-c", code]
    return run_export(command, tmp_path, ENVIRONMENT, timeout, given, tmp_path / "export.log")


def test_what_it_prints_is_digested_and_its_last_line_kept(tmp_path: Path) -> None:
    found = python(tmp_path, "print('one'); print('s3://there'); print()")
    assert found == Exported(hashlib.sha256(b"one\ns3://there\n\n").hexdigest(), 16, b"s3://there")


def test_it_reads_what_it_is_given_and_none_of_our_variables(tmp_path: Path) -> None:
    code = "import os, sys; print(sys.stdin.read(), os.environ.get('CELLWRIGHT_KEY'), os.environ['OWN'])"
    assert python(tmp_path, code, b"{}").last_line == b"{} None 1"
    assert not list(tmp_path.glob("*.in"))


def test_errors_are_kept_for_people_and_are_no_part_of_the_digest(tmp_path: Path) -> None:
    found = python(tmp_path, "import sys; print('out'); print('trouble', file=sys.stderr)")
    assert (found.sha256, found.size) == (hashlib.sha256(b"out\n").hexdigest(), 4)
    log = tmp_path / "export.log"
    assert "trouble" in log.read_text()
    assert log.stat().st_mode & 0o077 == 0


def test_ten_megabytes_are_digested_and_not_kept(tmp_path: Path) -> None:
    found = python(tmp_path, "import sys; sys.stdout.write('x' * 10_000_000)")
    assert (found.size, found.fault) == (10_000_000, "")
    assert found.sha256 == hashlib.sha256(b"x" * 10_000_000).hexdigest()
    assert (tmp_path / "export.log").stat().st_size <= 1_100_000
    assert len(found.last_line) <= 4096


def test_one_that_fails_hangs_or_dies_counts_for_nothing(tmp_path: Path) -> None:
    assert "exit code 3" in python(tmp_path, "raise SystemExit(3)").fault
    assert "has not ended within 0.2 s" in python(tmp_path, "import time; time.sleep(60)", timeout=0.2).fault
    assert "killed by signal 9" in python(tmp_path, "import os; os.kill(os.getpid(), 9)").fault
    missing = run_export(["./nope"], tmp_path, ENVIRONMENT, 1, b"", tmp_path / "log")
    assert "./nope can't be started: No such file" in missing.fault


def test_children_that_hold_its_output_open_are_not_waited_for(tmp_path: Path) -> None:
    code = "import subprocess; subprocess.Popen(['sleep', '60']); print('done')"
    assert python(tmp_path, code).last_line == b"done"
