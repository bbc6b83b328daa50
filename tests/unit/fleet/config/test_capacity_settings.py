"""`capacity:` and `uses:` of fleet.yaml: what they may say, and every way to get them wrong."""

from pathlib import Path

import pytest

from cellwright.fleet.load.entry import load_fleet
from unit.fleet.workbench import Stacks, contract, load, told, write

LEVELS = """
levels:
  - {name: base, cells: accounts, stacks: {one: {source: any}}}
  - name: client
    cells: clients
    placement: account
    stacks:
      two: {source: two, uses: USES}
"""
TWO = contract({"zones": "?any", "cidr": "?string"}, ["id"])


def findings(tmp_path: Path, capacity: str = "{}", uses: str = "{}", settings: str = "{}") -> list[str]:
    files = {
        "fleet.yaml": f"fleet: test\ncapacity: {capacity}\n{LEVELS.replace('USES', uses).strip()}\n",
        "accounts/a.yaml": "{stacks: {one: {}}}\n",
        "clients/acme.yaml": f"account: a\nstacks: {{two: {settings}}}\n",
    }
    return told(load(tmp_path, files, {"two": TWO}))


def test_everything_that_may_be_said_is_kept_by_the_cache(tmp_path: Path) -> None:
    resources = "{subnets: 7, gpus: {limit: null, label: G}}"
    capacity = f"{{strategy: spread, few: 9, account_key: acct, resources: {resources}}}"
    uses = "{gpus: 3, subnets: {count: 2, each: zones, when: cidr}, roles: {}}"
    root = tmp_path / "fleet"
    assert findings(root, capacity, uses) == []
    write(root, {"x": ""})
    stacks = Stacks({"two": TWO, "any": contract({})})
    fleets = [load_fleet(root, stacks, tmp_path / "cache") for _ in range(2)]
    for fleet in fleets:
        assert (fleet.capacity.strategy, fleet.capacity.few, fleet.capacity.account_key) == (
            "spread",
            9,
            "acct",
        )
        assert {name: (item.limit, item.label) for name, item in fleet.capacity.resources.items()} == {
            "subnets": (7, ""),
            "gpus": (None, "G"),
        }
        found = [(use.resource, use.count, use.each, use.when) for use in fleet.levels[1].stacks["two"].uses]
        assert found == [("gpus", 3, None, None), ("roles", 1, None, None), ("subnets", 2, "zones", "cidr")]


@pytest.mark.parametrize(
    ("capacity", "expected"),
    [
        ("7", "fleet.yaml:2:11: error: 'capacity' must be a mapping, not a number"),
        ("{strategy: random}", "'strategy' can't be 'random'"),
        ("{few: -1}", "'few' can't be '-1'"),
        ("{fwe: 1}", "unknown key 'fwe'; did you mean 'few'?"),
        (
            "{resources: {subnets: -1}}",
            "fleet.yaml:2:33: error: 'subnets' can't be '-1'; it can't be negative",
        ),
        ("{resources: {subnets: lots}}", "write how many a place has, `null` for no limit"),
        ("{resources: {subnets: {limt: 1}}}", "unknown key 'limt'; did you mean 'limit'?"),
        ("{resources: {GPU: 1}}", "'GPU' can't name a resource; use small letters, digits and '_'"),
        (
            "{resources: {subnet: 1}}",
            "'subnet' is nearly the name of a resource of AWS; did you mean 'subnets'?",
        ),
    ],
)
def test_wrong_capacity(tmp_path: Path, capacity: str, expected: str) -> None:
    (found,) = findings(tmp_path, capacity)
    assert expected in found


@pytest.mark.parametrize(
    ("uses", "expected"),
    [
        ("{subnet: 1}", "fleet.yaml:9:33: error: unknown resource 'subnet'; did you mean 'subnets'?"),
        ("{subnets: -1}", "fleet.yaml:9:42: error: 'subnets' can't be '-1'; it can't be negative"),
        ("{subnets: 1.5}", "write how many one cell uses, or a mapping"),
        ("{subnets: yes please}", "write how many one cell uses, or a mapping"),
        ("{subnets: {count: -1}}", "'count' can't be '-1'"),
        ("{subnets: {each: 1}}", "'each' must be a string, not a number"),
        ("{subnets: {for: zones}}", "unknown key 'for'"),
        ("[subnets]", "'uses' must be a mapping, not a list"),
        ("{clients: 1}", "a stack can't use 'clients'; every cell that is placed counts as one"),
        ("{subnets: {each: zone}}", "'subnets' of stack 'two' depends on 'zone', which is no input of it"),
        ("{subnets: {when: cidrs}}", "which is no input of it (client/acme); did you mean 'cidr'?"),
    ],
)
def test_wrong_uses(tmp_path: Path, uses: str, expected: str) -> None:
    (found,) = findings(tmp_path, uses=uses)
    assert expected in found


@pytest.mark.parametrize("value", ["some text", "true", "-2", "1.5", "${output.base.one.id}"])
def test_an_input_that_can_t_be_counted_is_told_where_it_is_set(tmp_path: Path, value: str) -> None:
    found = findings(
        tmp_path,
        uses="{subnets: {each: zones}}",
        settings=f'{{zones: "{value}"}}'.replace('"', "" if value[0] != "$" else '"'),
    )
    told_here = [item for item in found if "how much of 'subnets' stack 'two' uses can't be told" in item]
    assert len(told_here) == 1
    assert told_here[0].startswith("clients/acme.yaml:2:23: error: ")
