"""The real resolver against the plain one, on random fleets."""

import tempfile
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from cellwright.fleet.fleet import Fleet
from cellwright.fleet.yaml.writer import flow_style
from cellwright.model.diagnostic import has_errors
from examples import examples
from unit.fleet.plain_resolver import Append, FaultyError, PlainFleet, Replace, Unset, resolve
from unit.fleet.workbench import briefly, load

STACKS: Mapping[str, Mapping[str, bool]] = {
    "base": {"network": True, "audit": True},
    "utility": {"ecs": True},
    "client": {"app": True, "sftp": False},
}
FLEET = """
    fleet: random
    state: {backend: s3, config: {key: "${fleet.name}/${unit.address}"}}
    levels:
      - name: base
        cells: accounts
        stacks: {network: {source: any}, audit: {source: any}}
      - name: utility
        cells: accounts
        stacks: {ecs: {source: any}}
      - name: client
        cells: clients
        placement: account
        layers: [defaults/client.yaml, "tiers/${cell.tier}.yaml"]
        stacks: {app: {source: any}, sftp: {source: any, enabled: false}}
    """

SAFE = ["x", "", "$${x}", "a $${b} c", "${cell.name}", "<${cell.level}>", "${fleet.name}"]
KEYS = ["${cell.a}", "<${cell.a}>", "${cell.b}", "${cell.b.0}", "${cell.c.a}", "${cell.c}", "${account.c.a}"]
UNITS = [
    "${unit.address}",
    "u ${unit.stack}",
    "${output.network.id}",
    "${output.ecs.out.a}",
    "${output.app.id}",
]
PLACED = [
    "${output.base.network.out.a}",
    "${output.base/p1/network.id}",
    "http://${output.base.audit.id}/${cell.a}",
]
RISKY = ["${cell.nope}", "${output.sftp.id}", "${output.utility.ecs.id}", "${cell.b} x", "${account.name}"]
PLAIN = st.one_of(st.integers(-5, 5), st.booleans(), st.sampled_from(SAFE), st.just(Decimal("1.5")))


def texts(draw: st.DrawFn, choices: list[str]) -> str:
    """Draw one of the texts; now and then one that may stand for nothing."""
    return draw(st.sampled_from(RISKY if draw(st.integers(0, 60)) == 0 else choices))


@st.composite
def values(draw: st.DrawFn, level: str, depth: int = 2) -> Any:  # noqa: ANN401  any tree of settings
    """Draw an input's value for a stack of a level."""
    kind = draw(st.integers(0, 7))
    if depth and kind == 0:
        return draw(st.lists(values(level, depth - 1), max_size=2))
    if depth and kind <= 2:
        return draw(st.dictionaries(st.sampled_from("ab"), values(level, depth - 1), max_size=2))
    if kind <= 4:
        return draw(st.one_of(PLAIN, st.none()))
    own = {"base": UNITS[:3], "utility": [*UNITS[:2], UNITS[3]], "client": [*UNITS[:2], UNITS[4]]}
    return texts(draw, [*KEYS[: 7 if level == "client" else 6], *own[level], *PLACED])


@st.composite
def tagged(draw: st.DrawFn, level: str) -> Any:  # noqa: ANN401  as above
    """Draw an input with or without a merge tag."""
    kind = draw(st.integers(0, 9))
    if kind == 0:
        return Unset()
    if kind == 1:
        return Replace(draw(st.dictionaries(st.sampled_from("ab"), values(level, 1), max_size=2)))
    return draw(values(level))


@st.composite
def inputs(draw: st.DrawFn, level: str) -> dict[str, Any]:
    """Draw a stack's settings; what is called `d` is a list in every layer."""
    settings_of_stack = draw(st.dictionaries(st.sampled_from("abc"), tagged(level), max_size=3))
    lists = st.lists(values(level, 1), max_size=2)
    if draw(st.booleans()):
        settings_of_stack["d"] = draw(st.one_of(lists, st.builds(Append, lists), st.just(Unset())))
    if draw(st.integers(0, 5)) == 0:
        settings_of_stack["enabled"] = draw(st.booleans())
    return settings_of_stack


@st.composite
def keys(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a cell's own keys: `a` a scalar, `b` a list with an item, `c` a mapping with an `a`."""
    return {
        "a": draw(PLAIN),
        "b": [draw(PLAIN), texts(draw, ["${cell.a}", "${cell.c.a}"])],
        "c": {"a": draw(st.one_of(PLAIN, st.just("<${cell.a}>"))), "b": draw(PLAIN)},
    }


ENVIRONMENT = st.dictionaries(
    st.sampled_from(["A", "B"]), st.sampled_from(["1", "<${cell.a}>", "${cell.name}"]), max_size=2
)


@st.composite
def documents(draw: st.DrawFn, *levels: str) -> dict[str, Any]:
    """Draw a document with settings for the stacks of some levels."""
    drawn = draw(keys())
    document: dict[str, Any] = {key: drawn[key] for key in "abc" if draw(st.integers(0, 2)) == 0}
    stacks = {stack: level for level in levels for stack in STACKS[level]}
    chosen = {stack: draw(inputs(level)) for stack, level in stacks.items() if draw(st.booleans())}
    if chosen:
        document["stacks"] = chosen
    if environment := draw(ENVIRONMENT):
        document["environment"] = environment
    return document


@st.composite
def fleets(draw: st.DrawFn) -> PlainFleet:
    """Draw a fleet with two accounts and two clients."""
    accounts = {}
    for name in ("p1", "p2"):
        accounts[name] = draw(documents("base", "utility"))
        if draw(st.booleans()):
            accounts[name]["levels"] = {"client": draw(documents("client"))}
    clients = {}
    for name in ("acme", "globex"):
        clients[name] = {**draw(documents("client")), "account": draw(st.sampled_from(["p1", "p2"]))}
        if draw(st.booleans()):
            clients[name]["tier"] = draw(st.sampled_from(["gold", "basic"]))
    defaults = {level: {**draw(documents(level)), **draw(keys())} for level in STACKS}
    defaults["client"]["tier"] = "basic"
    tiers = {name: draw(documents("client")) for name in ("gold", "basic")}
    return PlainFleet("random", STACKS, defaults, tiers, accounts, clients)


def written(value: Any) -> str:  # noqa: ANN401  any tree of settings
    """Write settings with their tags, in flow style."""
    match value:
        case Unset():
            return "!unset "
        case Append(items):
            return f"!append {written(items)}"
        case Replace(content):
            return f"!replace {written(content)}"
        case dict():
            return "{" + ", ".join(f"{flow_style(key)}: {written(item)}" for key, item in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(written, value)) + "]"
        case _:
            return flow_style(value)


def loaded(fleet: PlainFleet, root: Path) -> Fleet:
    files: dict[str, str | bytes] = {"fleet.yaml": FLEET}
    folders = {
        "defaults": fleet.defaults,
        "tiers": fleet.tiers,
        "accounts": fleet.accounts,
        "clients": fleet.clients,
    }
    for folder, contents in folders.items():
        files |= {f"{folder}/{name}.yaml": written(content) + "\n" for name, content in contents.items()}
    return load(root, files)


# Shrinking is left out: a fleet takes minutes to shrink, and reads well enough as drawn.
@settings(
    max_examples=examples(50),
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(fleets())
def test_both_resolvers_agree(fleet: PlainFleet) -> None:
    with tempfile.TemporaryDirectory() as folder:
        real = loaded(fleet, Path(folder))
    try:
        plain = resolve(fleet)
    except FaultyError:
        event("faulty")
        assert has_errors(real.diagnostics)
        return
    errors = [
        line for line in briefly(real) if "wait for each other" not in line and "refers to itself" not in line
    ]
    assert not errors
    event("sound")
    assert list(plain) == [str(address) for address in real.units]
    for address, unit in real.units.items():
        enabled, inputs, environment, key = plain[str(address)]
        assert unit.enabled is enabled
        assert unit.environment == environment
        assert unit.backend.config == {"key": key}
        assert unit.inputs.keys() == inputs.keys()
        for name, value in inputs.items():
            if value is not ...:
                assert unit.inputs[name].value == value
                assert type(unit.inputs[name].value) is type(value)
