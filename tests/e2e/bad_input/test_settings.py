"""Bad settings through the real command line: an exit code, a place, an advice, and never a traceback."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from e2e.conftest import Start
from e2e.kit.desk import Desk
from e2e.kit.fleet import FleetFolder, make_fleet
from e2e.kit.program import Program

Spoil = Callable[[FleetFolder], object]


@pytest.fixture
def fleet(tmp_path: Path) -> FleetFolder:
    fleet = make_fleet(tmp_path, {}, {})
    fleet.write(
        "fleet.yaml",
        """\
fleet: trial
levels:
  - name: base
    cells: accounts
    stacks:
      network: {source: ./stacks/worker}
  - name: client
    cells: clients
    placement: account
    layers: [defaults.yaml]
    stacks:
      a: {source: ./stacks/worker}
      b: {source: ./stacks/worker, needs: [a]}
""",
    )
    worker = {"mark": "${unit.cell}-x", "desk": str(fleet.desk.folder)}
    fleet.write("accounts/prod.yaml", {"stacks": {"network": worker}})
    fleet.write("defaults.yaml", {"account": "prod", "stacks": {"a": worker, "b": worker}})
    fleet.write("clients/acme.yaml", "tier: gold\n")
    return fleet


@pytest.fixture
def cellwright(fleet: FleetFolder, program: Start) -> Program:
    return program(fleet)


def test_the_fleet_is_sound_before_it_is_spoiled(cellwright: Program) -> None:
    assert cellwright.look("check", "--json").expect(0).document == {"diagnostics": []}


def cell(content: str | bytes) -> Spoil:
    """Write `content` as the client's own file."""
    encoded = content if isinstance(content, bytes) else content.encode()
    return lambda fleet: (fleet.root / "clients/acme.yaml").write_bytes(encoded)


def whole(content: str | bytes) -> Spoil:
    """Write `content` as fleet.yaml."""
    encoded = content if isinstance(content, bytes) else content.encode()
    return lambda fleet: (fleet.root / "fleet.yaml").write_bytes(encoded)


def other(old: str, new: str) -> Spoil:
    """Change a part of fleet.yaml."""

    def spoil(fleet: FleetFolder) -> None:
        text = (fleet.root / "fleet.yaml").read_text()
        assert old in text
        fleet.write("fleet.yaml", text.replace(old, new, 1))

    return spoil


def named(name: str) -> Spoil:
    """Add a client of that name."""
    return lambda fleet: (fleet.root / "clients" / f"{name}.yaml").write_text("{}\n")


def several(*files: tuple[str, str]) -> Spoil:
    """Write these files."""
    return lambda fleet: [fleet.write(path, content) for path, content in files]


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)
DEEP = "a: " + "[" * 10_000 + "]" * 10_000 + "\n"
HUGE = "tags:\n" + "  - a line of settings that is not very long\n" * 230_000
BINARY = bytes(range(256)) * 4


def documents(kind: Callable[[str | bytes], Spoil]) -> dict[str, Spoil]:
    """What any document may suffer from."""
    return {
        "binary": kind(BINARY),
        "not utf-8": kind(b"tier: \xff\xfe\n"),
        "huge": kind(HUGE),
        "deep": kind(DEEP),
        "alias bomb": kind(BOMB),
        "tabs": kind("stacks:\n\ta: {}\n"),
        "duplicate key": kind("tier: gold\ntier: silver\n"),
        "two documents": kind("tier: gold\n---\ntier: silver\n"),
        "a list": kind("- tier\n"),
        "a scalar": kind("gold\n"),
        "unclosed": kind("stacks: {a: {\n"),
        "null bytes": kind(b"tier: go\0ld\n"),
        "unknown tag": kind("tier: !!python/object:os.system gold\n"),
    }


CASES: dict[str, Spoil] = {
    **{f"cell: {name}": spoil for name, spoil in documents(cell).items()},
    **{f"fleet.yaml: {name}": spoil for name, spoil in documents(whole).items()},
    "fleet.yaml: empty": whole(""),
    "no levels": whole("fleet: trial\n"),
    "unknown key": other("fleet: trial", "fleet: trial\nlevls: []"),
    "unknown key of a level": other("placement: account", "placment: account"),
    "unknown key of a stack": other("needs: [a]", "need: [a]"),
    "unknown stack": cell("stacks: {c: {}}\n"),
    "unknown input": cell("stacks: {a: {markk: x}}\n"),
    "wrong type of an input": cell("stacks: {a: {value: [1, 2]}}\n"),
    "missing input": several(("defaults.yaml", "account: prod\n")),
    "layer that is not there": other("layers: [defaults.yaml]", "layers: [default.yaml]"),
    "layer outside": other("layers: [defaults.yaml]", "layers: [../defaults.yaml]"),
    "cells outside": other("cells: clients", "cells: ../clients"),
    "upper-case name": named("Acme"),
    "name with a space": named("ac me"),
    "name with a dot": named("ac.me"),
    "unicode name": named("acmé"),
    "long name": named("a" * 200),
    "client without a placement": several(("defaults.yaml", "stacks: {}\n")),
    "placement that does not exist": cell("account: prood\n"),
    "placement of a wrong type": cell("account: [prod]\n"),
    "unknown reference": cell("stacks: {a: {value: '${cell.teir}'}}\n"),
    "unknown name space": cell("stacks: {a: {value: '${sell.tier}'}}\n"),
    "reference to itself": cell("tier: '${cell.tier}'\n"),
    "unclosed reference": cell("stacks: {a: {value: '${cell.tier'}}\n"),
    "secret reference": cell("stacks: {a: {value: '${secret.vault.x}'}}\n"),
    "output of itself": cell("stacks: {a: {value: '${output.a.value}'}}\n"),
    "output that is not declared": cell("stacks: {b: {value: '${output.a.valeu}'}}\n"),
    "output of an unknown stack": cell("stacks: {b: {value: '${output.c.value}'}}\n"),
    "output of an unknown cell": cell("stacks: {b: {value: '${output.base/prood/network.value}'}}\n"),
    "output of a unit that is off": cell("stacks: {a: {enabled: false}, b: {value: '${output.a.value}'}}\n"),
    "cycle of two stacks": cell("stacks: {a: {value: '${output.b.value}'}}\n"),
    "cycle over three cells": several(
        ("clients/acme.yaml", "stacks: {a: {value: '${output.client/one/a.value}'}}\n"),
        ("clients/one.yaml", "stacks: {a: {value: '${output.client/two/a.value}'}}\n"),
        ("clients/two.yaml", "stacks: {a: {value: '${output.client/acme/a.value}'}}\n"),
    ),
    "need of an unknown stack": other("needs: [a]", "needs: [aa]"),
    "need of itself": other("needs: [a]", "needs: [b]"),
    "stack that is not there": other("a: {source: ./stacks/worker}", "a: {source: ./stacks/workr}"),
    "stack without a file": several(("stacks/none/README.md", "nothing\n"), ("clients/acme.yaml", "{}\n")),
    "stack that does not parse": several(("stacks/worker/more.tf", 'variable "x" {\n')),
    "git source that is not there": other(
        "a: {source: ./stacks/worker}", "a: {source: 'git::file:///nowhere/at/all.git//x?ref=v1'}"
    ),
    "environment of a wrong type": cell("environment: {NAME: [x]}\n"),
    "reserved environment": cell("environment: {TF_VAR_x: '1'}\n"),
    "append to a scalar": cell("tier: gold\nstacks: {a: {value: !append [x]}}\n"),
}
NOT_AN_ERROR = {"stack without a file"}


@pytest.mark.parametrize("name", CASES)
def test_every_fault_has_a_place_and_an_advice(fleet: FleetFolder, cellwright: Program, name: str) -> None:
    CASES[name](fleet)
    if name == "stack without a file":
        other("a: {source: ./stacks/worker}", "a: {source: ./stacks/none}")(fleet)

    checked = cellwright.look("check", "--json")
    assert checked.code in (1, 2), checked.text
    findings = checked.document["diagnostics"]
    errors = [item for item in findings if item["severity"] == "error"]
    assert errors
    for item in errors:
        assert item["summary"], item
        assert item["detail"], f"no advice: {item}"
        assert item["file"], f"no place: {item}"
        assert item["line"], f"no line: {item}"
    told = cellwright.look("check")
    assert told.code == checked.code
    assert "Traceback" not in told.text
    assert "internal error" not in told.text


WRONG: dict[str, Any] = {"a number": 7, "a list": ["x"], "a mapping": {"x": 1}, "nothing": None, "yes": True}
KEYS = (
    "fleet",
    "terraform",
    "terraform.binary",
    "terraform.version",
    "terraform.mirror",
    "terraform.relay",
    "terraform.parallel",
    "terraform.timeout",
    "state",
    "state.backend",
    "state.config",
    "levels",
    "levels.1.name",
    "levels.1.cells",
    "levels.1.placement",
    "levels.1.layers",
    "levels.1.stacks",
    "levels.1.stacks.a",
    "levels.1.stacks.a.source",
    "levels.1.stacks.a.version",
    "levels.1.stacks.a.enabled",
    "levels.1.stacks.a.needs",
)


@pytest.mark.parametrize("key", KEYS)
def test_a_wrong_type_for_any_key_of_the_fleet_is_no_crash(
    fleet: FleetFolder, cellwright: Program, key: str
) -> None:
    text = (fleet.root / "fleet.yaml").read_text()
    refused = 0
    for wrong in WRONG.values():
        document = yaml.safe_load(text)
        _put(document, key.split("."), wrong)
        fleet.write("fleet.yaml", document)
        answer = cellwright.look("check", "--json")
        assert answer.code in (0, 1), answer.text
        refused += answer.code
        for item in answer.document["diagnostics"]:
            assert item["detail"], item
            assert item["file"], item
    assert refused >= 3, f"hardly any wrong type is refused for {key}"


@pytest.mark.parametrize(
    "command", ["status", "show", "graph", "plan", "apply --yes", "explain client/acme/a", "onboard x --yes"]
)
def test_every_command_refuses_a_broken_fleet_in_the_same_words(
    fleet: FleetFolder, cellwright: Program, command: str
) -> None:
    cell("stacks: {a: {markk: x}}\n")(fleet)
    said = cellwright.look("check").expect(1)
    answer = cellwright.look(*command.split()).expect(1)
    assert "clients/acme.yaml:1:" in answer.text
    assert "markk" in said.text
    assert "markk" in answer.text
    assert not fleet.ledger.exists()


def test_links_that_leave_the_repository_are_refused(
    fleet: FleetFolder, cellwright: Program, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text("tier: gold\n")
    (fleet.root / "clients/linked.yaml").symlink_to(outside)
    findings = cellwright.look("check", "--json").expect(1).document["diagnostics"]
    assert findings[0]["file"] == "clients/linked.yaml"
    assert "leaves" in findings[0]["summary"]


def test_a_stack_with_a_link_that_leaves_it_is_refused(
    fleet: FleetFolder, cellwright: Program, tmp_path: Path
) -> None:
    (tmp_path / "secret.txt").write_text("outside")
    (fleet.root / "stacks/worker/secret.txt").symlink_to(tmp_path / "secret.txt")
    assert "secret.txt" in cellwright.look("check").expect(1).text


def test_without_a_fleet_it_says_where_it_looked(tmp_path: Path, program: Start) -> None:
    (tmp_path / "empty").mkdir()
    nowhere = FleetFolder(tmp_path / "empty", Desk(tmp_path))
    for command in ("check", "status", "apply --yes", "runs", "events"):
        answer = program(nowhere).look(*command.split()).expect(1)
        assert "fleet.yaml" in answer.err


def _put(document: Any, path: list[str], value: Any) -> None:  # noqa: ANN401  any YAML
    *way, last = path
    for step in way:
        document = document[int(step)] if step.isdigit() else document.setdefault(step, {})
    document[last] = value
