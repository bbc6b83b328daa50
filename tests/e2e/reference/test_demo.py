"""The demo's two stories, as a person types them: the real Terraform and provider on an emulated AWS."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cellwright.demo.full import CLIENTS

pytestmark = [pytest.mark.aws, pytest.mark.terraform, pytest.mark.timeout(2700)]


def told(tmp_path: Path, *options: str) -> Mapping[str, Any]:
    """Run the demo with a home and a temporary folder of its own; gives its document."""
    for name in ("home", "tmp"):
        (tmp_path / name).mkdir()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path / "home"),
        "TMPDIR": str(tmp_path / "tmp"),
        "CELLWRIGHT_PROVIDER_MIRROR": os.environ.get("CELLWRIGHT_PROVIDER_MIRROR", ""),
    }
    program = Path(sys.executable).with_name("cellwright")
    done = subprocess.run(
        [str(program), "demo", "--json", *options],
        env={name: value for name, value in environment.items() if value},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    document: Mapping[str, Any] = json.loads(done.stdout)
    refused = (Path(document["fleet"]).parent / "sandbox.log").read_text()
    assert "NotEmulated" not in refused
    assert "Traceback" not in refused
    return document


def outcomes(run: Mapping[str, Any]) -> Counter[str]:
    return Counter(unit["outcome"] for unit in run["units"])


@pytest.mark.parametrize(
    "options",
    [
        pytest.param((), marks=pytest.mark.first, id="relay"),
        pytest.param(("--no-relay",), marks=pytest.mark.long, id="plain"),
    ],
)
def test_the_short_story(tmp_path: Path, options: tuple[str, ...]) -> None:
    document = told(tmp_path, *options)

    counts = document["status"]["counts"]
    assert {name: count for name, count in counts.items() if count} == {"changed": 1, "up_to_date": 7}
    assert document["verification"]["valid"]
    assert outcomes(document["runs"][-1]) == {"applied": 1}


@pytest.mark.long
def test_the_full_story(tmp_path: Path) -> None:
    document = told(tmp_path, "--full")

    base, utility, clients, again, change, *_ = map(outcomes, document["runs"])
    assert all(set(found) == {"applied"} for found in (base, utility, clients, change))
    assert again == {"unchanged": sum((base + utility + clients).values())}
    assert change == {"applied": 1}
    assert not document["status"]["units"]
    events = Counter(event["action"] for event in document["events"])
    assert events["unit.destroyed"] == again["unchanged"]
    assert events["client.offboarded"] == len(CLIENTS)
    assert document["verification"]["valid"]
