"""The examples of docs/api.md, run as they are printed against a served fleet."""

import csv
import json
import os
import re
import subprocess
from pathlib import Path

from unit.console.kit import TOKEN
from unit.remote.conftest import Served

DOCS = Path(__file__).parents[3] / "docs" / "api.md"
PRINTED_SERVER = "https://cells.example.com"


def printed() -> list[str]:
    """The commands of the first example."""
    (example, *_) = re.findall(r"^```\n(.*?)^```", DOCS.read_text(), re.DOTALL | re.MULTILINE)
    return [line.removeprefix("$ ") for line in example.splitlines()]


def test_the_first_example_runs_as_printed(served: Served, tmp_path: Path) -> None:
    token = tmp_path / ".cellwright-token"
    token.write_text(TOKEN)
    token.chmod(0o600)
    first, define, *calls = printed()
    assert PRINTED_SERVER in first
    answers = []
    for call in calls:
        script = "\n".join((first.replace(PRINTED_SERVER, served.address), define, call))
        environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
        done = subprocess.run(
            ["bash", "-c", script],  # noqa: S607  whichever the machine has
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, (call, done.stdout, done.stderr)
        answers.append(done.stdout)
    status, run, waiting, events = answers
    assert json.loads(status)["units"][0]["address"] == "client/acme/app"
    assert json.loads(run)["kind"] == "apply"
    assert json.loads(waiting) == {"plans": [], "more": False}
    assert next(csv.DictReader(events.splitlines()))["action"].startswith("run.")
