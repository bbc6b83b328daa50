from collections.abc import Mapping
from pathlib import Path

import pytest

from cellwright.app.fleet.check import check
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from unit.app.kit import NOBODY, install_program

FLEET = """\
fleet: trial
levels:
  - name: base
    cells: accounts
    stacks:
      net: {source: ./net}
  - name: client
    cells: clients
    placement: account
    stacks:
      app: {source: ./app}
"""
NET = """\
output "id" { value = 1 }
output "old" {
  value      = 1
  deprecated = "Use id."
}
"""
APP = """\
terraform {
  required_version = "< 1.9"
}
variable "net" {}
"""


def findings(root: Path, files: Mapping[str, str], path: str = NOBODY["PATH"]) -> list[str]:
    files = {"fleet.yaml": FLEET, "net/main.tf": NET, "app/main.tf": APP, "accounts/one.yaml": "{}", **files}
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    environment = {**NOBODY, "HOME": str(root / "home"), "PATH": path}
    found = check(FleetSession(Location(fleet=root, environment=environment)))
    # Twice: the second time the cells come from the cache.
    assert check(FleetSession(Location(fleet=root, environment=environment))) == found
    return [str(item) for item in found]


def client(output: str) -> str:
    return f"account: one\nstacks:\n  app:\n    net: ${{output.base.net.{output}}}\n"


def test_a_deprecated_output_is_named_where_it_is_taken(tmp_path: Path) -> None:
    files = {"clients/a.yaml": client("old"), "clients/b.yaml": client("id")}
    assert findings(tmp_path, files) == [
        "clients/a.yaml:4:10: warning: output 'old' of stack 'net' is deprecated (client/a); Use id."
    ]


def test_a_stack_that_does_not_allow_the_binary(tmp_path: Path) -> None:
    files = {"clients/a.yaml": client("id"), "clients/b.yaml": client("id")}
    (found,) = findings(tmp_path, files, install_program(tmp_path / "bin"))
    assert found.startswith("app/main.tf:2:3: error: the stack is not made for")
    assert "1.11.4: it asks for '< 1.9'" in found
    assert not findings(tmp_path, files)


@pytest.mark.parametrize("text", ['terraform {\n  state_store "a_b" {}\n}\n'])
def test_a_finding_about_a_stack(tmp_path: Path, text: str) -> None:
    (found,) = findings(tmp_path, {"net/store.tf": text})
    assert found.startswith("net/store.tf:2:3: error: the stack keeps its state in a provider's store")


def test_an_exception_that_has_ended_is_named(tmp_path: Path) -> None:
    ended = "exceptions:\n  - {rule: r, stack: app, resource: a.b, person: A, reason: w, until: 2020-01-31}\n"
    (found,) = findings(tmp_path, {"clients/a.yaml": client("id") + ended})
    assert found.startswith("clients/a.yaml:6:")
    assert "warning: the exception from r for a.b ended on 2020-01-31 and counts no more" in found


ROLLOUTS = """\
rollouts:
  standard:
    waves:
      - {name: canary, cells: "ring=canary"}
      - {name: gold, cells: "tier=gold"}
freezes:
  - {cells: "teir=gold", from: 2026-12-20, to: 2027-01-02, reason: year's end}
"""


def test_what_is_wrong_with_a_rollout_over_the_cells_that_there_are(tmp_path: Path) -> None:
    files = {
        "fleet.yaml": FLEET + ROLLOUTS,
        "clients/a.yaml": "ring: canary\ntier: gold\n" + client("id"),
        "clients/b.yaml": "ring: late\n" + client("id"),
    }
    assert findings(tmp_path, files) == [
        (
            "fleet.yaml:14:5: error: base/one, client/b are in no wave of 'standard';"
            ' add a wave with `cells: "*"` for the rest, or say `cells` for the rollout as a whole'
        ),
        (
            "fleet.yaml:16:9: error: client/a is in two waves of 'standard': 'canary' and 'gold';"
            " make their `cells` exclude each other"
        ),
        "fleet.yaml:18:5: error: 'teir=gold' chooses no cell: none has the key 'teir'; did you mean 'tier'?",
    ]
