"""`cellwright sandbox`: an emulated AWS in the foreground, or for one command."""

import os
import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e.kit.program import SCRIPT, processes_about
from patience import PATIENCE


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    yield {"PATH": os.environ["PATH"], "TMPDIR": str(tmp_path), "AWS_PROFILE": "production"}
    assert processes_about(tmp_path) == []
    assert not list(tmp_path.glob("cellwright-sandbox-*"))


def test_a_command_runs_in_it_and_nothing_stays(environment: dict[str, str]) -> None:
    told = 'echo "$AWS_ENDPOINT_URL $AWS_ACCESS_KEY_ID<$AWS_PROFILE>"; exit 7'
    done = subprocess.run(
        [str(SCRIPT), "sandbox", "--", "sh", "-c", told],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 7, done.stderr
    assert done.stdout.startswith("http://127.0.0.1:")
    assert done.stdout.endswith(" test<>\n"), "no profile leads out of it"
    missing = subprocess.run(
        [str(SCRIPT), "sandbox", "--", "no-such-program"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (missing.returncode, missing.stderr.count("can't be started")) == (1, 1)


def test_it_tells_what_to_export_and_ends_when_it_is_told_to(
    environment: dict[str, str],
) -> None:
    process = subprocess.Popen(
        [str(SCRIPT), "sandbox"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        exported = dict(
            process.stdout.readline().strip().removeprefix("export ").split("=", 1) for _ in range(8)
        )
        address = f"{exported['AWS_ENDPOINT_URL']}/moto-api/"
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:  # noqa: S310  the sandbox's own
            assert answer.status == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
