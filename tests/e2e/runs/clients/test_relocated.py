"""A client whose file names another place: nothing is made anew there unasked."""

from pathlib import Path

from e2e.conftest import Start
from e2e.kit.fleet import FleetFolder, make_fleet


def placed(tmp_path: Path) -> FleetFolder:
    fleet = make_fleet(tmp_path, {"a": {}}, {})
    levels = [
        {"name": "base", "cells": "accounts", "stacks": {}},
        {
            "name": "client",
            "cells": "clients",
            "placement": "account",
            "stacks": {"a": {"source": "./stacks/worker"}},
            "layers": ["defaults.yaml"],
        },
    ]
    fleet.write("fleet.yaml", {"fleet": "trial", "levels": levels})
    for name, region in (("one", "eu-west-1"), ("same", "eu-west-1"), ("far", "us-east-1")):
        fleet.write(f"accounts/{name}.yaml", {"region": region})
    fleet.cell("acme", {"account": "one"})
    return fleet


def test_another_region_is_refused_until_that_is_really_meant(tmp_path: Path, program: Start) -> None:
    fleet = placed(tmp_path)
    cellwright = program(fleet)
    cellwright.run("apply", "--yes").expect(0)
    fleet.cell("acme", {"account": "far", "stacks": {"a": {"value": "2"}}})

    for words in (("plan", "client/acme"), ("apply", "client/acme", "--yes")):
        refused = cellwright.run(*words).text
        assert "was applied in the account 'one', and is placed in 'far' now" in refused
        assert "clients/acme.yaml:1" in refused
        assert "onboard a new client there" in refused
        assert "cellwright resume" not in refused, "resuming changes nothing of it"
    assert fleet.desk.count("done") == {"acme-a": 1}

    said = cellwright.look("relocate", "client/acme", "--dry-run").expect(0).out
    assert "Terraform can't bring resources to another account or region" in said
    cellwright.look("relocate", "client/acme", "--yes", "--reason", "empty").expect(0)
    cellwright.run("apply", "client/acme", "--yes").expect(0)
    assert fleet.desk.count("done") == {"acme-a": 2}
    assert "cell.relocated" in cellwright.look("events", "--subject", "client/acme").expect(0).out


def test_a_place_of_another_name_alone_is_none(tmp_path: Path, program: Start) -> None:
    fleet = placed(tmp_path)
    cellwright = program(fleet)
    cellwright.run("apply", "--yes").expect(0)
    fleet.cell("acme", {"account": "same", "stacks": {"a": {"value": "2"}}})
    cellwright.run("apply", "--yes").expect(0)
    assert "is placed where it was applied" in cellwright.look("relocate", "client/acme").expect(1).text
    # An account that is renamed is the same account.
    cellwright.look("rename", "base/same", "other", "--yes").expect(0)
    assert "account: other" in (fleet.root / "clients/acme.yaml").read_text()
    fleet.cell("acme", {"account": "other", "stacks": {"a": {"value": "3"}}})
    cellwright.run("apply", "--yes").expect(0)
    assert fleet.desk.count("done") == {"acme-a": 3}
