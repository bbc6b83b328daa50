"""The demo's two stories, as a person types them: the real Terraform and provider on an emulated AWS."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

import binaries
from cellwright.demo.full import CLIENTS

Told = Callable[..., Mapping[str, Any]]

pytestmark = [pytest.mark.aws, pytest.mark.terraform, pytest.mark.timeout(2700)]


def told(person: Path, *options: str, path: str = "") -> Mapping[str, Any]:
    """Run the demo as a person with a home and a temporary folder of their own; gives its document.

    `path`: a folder that comes first on their PATH.
    """
    document: Mapping[str, Any] = said(person, "demo", "--json", "--once", *options, path=path)
    refused = (Path(document["fleet"]).parent / "sandbox.log").read_text()
    assert "NotEmulated" not in refused
    assert "Traceback" not in refused
    return document


def told_by_opentofu(person: Path, *options: str) -> Mapping[str, Any]:
    """Run the demo with OpenTofu, where Terraform is on the PATH too and the mirror may be for it only.

    Whatever is run in the demo's fleet afterwards is run by OpenTofu too.
    """
    path = str(binaries.program("tofu").parent)
    document = told(person, "--binary", "tofu", *options, path=path)
    applied = [event["detail"] for event in document["events"] if event["action"] == "unit.applied"]
    assert {detail["product"] for detail in applied} == {"tofu"}
    versions = said(person, "versions", "--json", "--fleet", document["fleet"], path=path)
    assert {group["runs_with"]["product"] for group in versions["groups"]} == {"tofu"}
    return document


def said(person: Path, *arguments: str, path: str) -> Any:  # noqa: ANN401  any JSON
    """Run a command as this person, and give the document that it prints."""
    environment = {
        "PATH": ":".join(filter(None, (path, os.environ["PATH"]))),
        "HOME": str(person / "home"),
        "TMPDIR": str(person / "tmp"),
        "CELLWRIGHT_PROVIDER_MIRROR": os.environ.get("CELLWRIGHT_PROVIDER_MIRROR", ""),
    }
    for name in ("HOME", "TMPDIR"):
        Path(environment[name]).mkdir(exist_ok=True)
    done = subprocess.run(
        [str(Path(sys.executable).with_name("cellwright")), *arguments],
        env={name: value for name, value in environment.items() if value},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return json.loads(done.stdout)


def outcomes(run: Mapping[str, Any]) -> Counter[str]:
    return Counter(unit["outcome"] for unit in run["units"])


# tests/e2e/console/test_story.py tells it with the relay, and goes on in a browser.
@pytest.mark.long
@pytest.mark.parametrize(
    ("run", "options"),
    [
        pytest.param(told, ("--no-relay",), id="plain"),
        pytest.param(told_by_opentofu, (), id="opentofu"),
    ],
)
def test_the_short_story(tmp_path: Path, run: Told, options: tuple[str, ...]) -> None:
    document = run(tmp_path, *options)

    counts = document["status"]["counts"]
    assert {name: count for name, count in counts.items() if count} == {"changed": 1, "up_to_date": 7}
    assert document["verification"]["valid"]
    assert outcomes(document["runs"][-1]) == {"applied": 1}


@pytest.mark.long
@pytest.mark.parametrize("run", [told, told_by_opentofu], ids=["terraform", "opentofu"])
def test_the_full_story(tmp_path: Path, run: Told) -> None:
    document = run(tmp_path, "--full")

    base, utility, clients, again, change, *_ = map(outcomes, document["runs"])
    assert all(set(found) == {"applied"} for found in (base, utility, clients, change))
    assert again == {"unchanged": sum((base + utility + clients).values())}
    assert change == {"applied": 1}
    assert not document["status"]["units"]
    events = Counter(event["action"] for event in document["events"])
    assert events["unit.destroyed"] == again["unchanged"]
    assert events["client.offboarded"] == len(CLIENTS)
    assert document["verification"]["valid"]
