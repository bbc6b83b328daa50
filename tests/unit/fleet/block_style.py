"""Random fleets in block style, and random edits of their layers: most cells are alike, some say more."""

from collections.abc import Mapping

from hypothesis import strategies as st

FLEET = """
fleet: test
state: {backend: s3, config: {key: "${unit.address}"}}
sensitive_keys: [pin]
capacity: {resources: {load: 10}}
levels:
  - name: base
    cells: accounts
    stacks:
      network: {source: one}
  - name: client
    cells: clients
    placement: account
    layers: [defaults.yaml, "tiers/${cell.tier}.yaml"]
    lifecycle: {suspended: suspended.yaml}
    stacks:
      app: {source: one, uses: {load: {when: name}}}
      sftp: {source: two, enabled: false, needs: [app]}
"""
_VALUES = st.sampled_from(
    [
        "1",
        "2",
        "[1, 2]",
        "!append [3]",
        "!unset",
        "{k: 1, l: {m: 1}}",
        "{k: 2}",
        "!replace {k: v}",
        '"${cell.name}-x"',
        '"${account.region}"',
        '"${output.base.network.out}"',
        '{k: "${cell.tier}"}',
        '"${cell.pin}"',
    ]
)
_PLAIN = st.sampled_from(["1", "2", "3", "[1, 2]", "{k: 1, l: {m: 1}}", "{k: 2}"])
_NAMES = st.sampled_from(["size", "tags", "name", "many"])
_KEYS = st.fixed_dictionaries(
    {}, optional={"enabled": st.sampled_from(["true", "false"]), "version": st.just("'1'")}
)
_STYLES = st.sampled_from(["block", "block", "block", "block", "tagged", "flow", "quoted"])


def document(top: Mapping[str, str], stacks: Mapping[str, Mapping[str, str]], style: str = "block") -> str:
    """Write a document, its stacks in block style or otherwise."""
    lines = [f"{key}: {value}" for key, value in top.items()]
    if stacks:
        lines.append("stacks:")
    for stack, inputs in stacks.items():
        if style == "flow":
            pairs = ", ".join(f"{key}: {value}" for key, value in inputs.items())
            lines.append(f"  {stack}: {{{pairs}}}")
            continue
        lines.append(f"  {stack}:{' !replace' if style == 'tagged' else ''}")
        lines += [
            f'    "{key}": {value}' if style == "quoted" else f"    {key}: {value}"
            for key, value in inputs.items()
        ]
        if not inputs:
            lines[-1] += " {}"
    return "\n".join(lines or ["{}"]) + "\n"


@st.composite
def sections(draw: st.DrawFn, values: st.SearchStrategy[str] = _VALUES) -> dict[str, dict[str, str]]:
    """What a document says of stacks."""
    found = draw(
        st.dictionaries(st.sampled_from(["app", "sftp"]), st.dictionaries(_NAMES, values, max_size=3))
    )
    return {
        stack: inputs | (draw(_KEYS) if draw(st.integers(0, 4)) == 0 else {})
        for stack, inputs in found.items()
    }


@st.composite
def layers(draw: st.DrawFn) -> str:
    """A layer; in most of them values without references."""
    values = _VALUES if draw(st.integers(0, 4)) == 0 else _PLAIN
    style = draw(_STYLES) if draw(st.integers(0, 4)) == 0 else "block"
    return document({"tier": "gold", "pin": "'1'"}, draw(sections(values)), style)


@st.composite
def clients(draw: st.DrawFn) -> str:
    """A client's own file; about half say nothing of stacks."""
    top = {"account": draw(st.sampled_from(["one", "two"]))}
    top |= draw(
        st.fixed_dictionaries(
            {},
            optional={
                "tier": st.sampled_from(["gold", "silver"]),
                "lifecycle": st.just("suspended"),
                "pin": st.sampled_from(["'7'", '"${cell.name}"']),
            },
        )
    )
    return document(top, draw(sections()) if draw(st.booleans()) else {}, draw(_STYLES))


@st.composite
def accounts(draw: st.DrawFn) -> str:
    """An account's file, with what it says to its clients."""
    placed = document({}, draw(sections(_PLAIN)))
    below = "".join(f"    {line}\n" for line in placed.splitlines())
    return f"region: {draw(st.sampled_from(['eu', 'us']))}\nlevels:\n  client:\n{below}"


_LAYERS = ("defaults.yaml", "tiers/gold.yaml", "tiers/silver.yaml", "suspended.yaml")
_CLIENTS = ("alpha", "beta", "gamma", "delta", "epsilon")


@st.composite
def files(draw: st.DrawFn) -> dict[str, str]:
    """A whole fleet."""
    found = {"fleet.yaml": FLEET, **{path: draw(layers()) for path in _LAYERS}}
    found |= {f"accounts/{name}.yaml": draw(accounts()) for name in ("one", "two")}
    return found | {f"clients/{name}.yaml": draw(clients()) for name in _CLIENTS}


def edits() -> st.SearchStrategy[tuple[str, str]]:
    """Give a file, and what it holds from now on; mostly a layer."""
    layer = st.tuples(st.sampled_from(_LAYERS), layers())
    client = st.tuples(st.sampled_from([f"clients/{name}.yaml" for name in _CLIENTS]), clients())
    account = st.tuples(st.sampled_from(["accounts/one.yaml", "accounts/two.yaml"]), accounts())
    return st.one_of(layer, layer, layer, layer, client, account)
