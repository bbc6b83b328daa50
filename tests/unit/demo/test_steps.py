import os
import subprocess
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import cast

import pytest
import yaml

from cellwright.app.session.location import Location
from cellwright.demo.steps import DemoProgram, DemoSteps, DemoView
from cellwright.model.value import Json


class Titles:
    """Keeps what each step is called."""

    def __init__(self) -> None:
        self.given: list[str] = []

    def begin_step(self, title: str, _command: str) -> None:
        self.given.append(title)


@pytest.mark.parametrize(
    ("settings", "titles"),
    [
        ({}, []),
        (
            {"terraform.product": "tofu", "terraform.mirror": "/links"},
            ["Its stacks are run by OpenTofu: terraform.product, terraform.mirror in fleet.yaml"],
        ),
    ],
)
def test_the_fleet_names_what_runs_it_and_all_is_committed(
    tmp_path: Path, settings: Mapping[str, Json], titles: list[str]
) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    fleet, view = tmp_path / "fleet", Titles()
    location = Location(fleet=fleet, environment=environment)

    with closing(DemoSteps(location, cast("DemoView", view), DemoProgram("OpenTofu", settings))) as steps:
        steps.init()

    assert view.given[1:] == titles
    written = yaml.safe_load((fleet / "fleet.yaml").read_text())["terraform"]
    assert {key: written[key] for key in ("product", "mirror") if key in written} == {
        key.partition(".")[2]: value for key, value in settings.items()
    }
    git = ["git", "-C", str(fleet), "status", "--porcelain"]
    changed = subprocess.run(git, env=environment, check=True, capture_output=True, text=True).stdout
    assert changed == ""
