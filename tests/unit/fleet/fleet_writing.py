"""Random small fleets, and random edits to them: what a person may do to a fleet repository in a morning."""

from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import strategies as st

FLEET = """
fleet: test
state: {{backend: s3, config: {{key: "{key}"}}}}
levels:
  - name: base
    cells: accounts
    stacks:
      network: {{source: any}}
  - name: client
    cells: clients
    placement: account
    layers: [defaults/client.yaml, "tiers/${{cell.tier}}.yaml"]
    stacks:
      app: {{source: any}}
      sftp: {{source: {sftp}, enabled: false, needs: [app]}}
"""

VALUES = (
    "1",
    "1.0",
    "text",
    "[1, 2]",
    "!append [3]",
    "!unset ''",
    "!replace {k: v}",
    "{k: w, deep: {er: 1}}",
    "null",
    "${cell.name}-x",
    "${output.app.out}",
    "a-${output.base.network.id}-b",
    "${output.base/two/network.out}",
    "${output.base/gone/network.out}",
    "${account.region}",
    "${cell.nope}",
    "[unclosed",
)
"""Values of keys; the last ones are mistakes."""

SOUND = tuple(
    value for value in VALUES[:15] if not any(word in value for word in ("gone", "!append", "output.app"))
)
"""Values that are right wherever they stand."""

NAMES = ("one", "two")
CLIENTS = ("acme", "globex", "initech")


@dataclass
class Writing:
    """The files of a fleet as they are meant to be; None is a file that was removed."""

    files: dict[str, str | None] = field(default_factory=dict)

    def write(self, root: Path) -> None:
        """Bring the files on disk into line."""
        for name, content in self.files.items():
            path = root / name
            if content is None:
                path.unlink(missing_ok=True)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(content)


def _inputs(*, sound: bool) -> st.SearchStrategy[dict[str, str]]:
    return st.dictionaries(st.sampled_from("abc"), st.sampled_from(SOUND if sound else VALUES), max_size=3)


def _section(stacks: dict[str, dict[str, str]]) -> str:
    lines = [f"  {stack}: {{{_pairs(values)}}}" for stack, values in stacks.items()]
    return "stacks:\n" + "\n".join(lines) + "\n" if lines else ""


def _pairs(values: dict[str, str]) -> str:
    return ", ".join(f"{key}: {_quoted(value)}" for key, value in values.items())


def _quoted(value: str) -> str:
    return f'"{value}"' if "${" in value else value


@st.composite
def client_files(draw: st.DrawFn, *, sound: bool = False) -> str:
    """A client's own file."""
    names = ["app", "sftp"] if sound else ["app", "sftp", "spft"]
    stacks = draw(st.dictionaries(st.sampled_from(names), _inputs(sound=sound), max_size=2))
    for name, values in stacks.items():
        if draw(st.booleans()) and not (sound and name == "app"):
            values["enabled"] = draw(st.sampled_from(["true", "false"] if sound else ["true", "false", "1"]))
    tier = draw(st.sampled_from(["", "tier: gold\n", "tier: silver\n"]))
    account = draw(st.sampled_from(["one", "two", "two"] if sound else ["one", "two", "two", "gone"]))
    return f"account: {account}\n{tier}{_section(stacks)}"


@st.composite
def account_files(draw: st.DrawFn, *, sound: bool = False) -> str:
    """An account's own file, with what it says to the clients placed in it."""
    network = st.just({"a": "1"}) if sound else _inputs(sound=sound)
    own = _section({"network": draw(network)})
    placed = _section({"sftp": draw(_inputs(sound=sound))})
    levels = "".join(f"    {line}\n" for line in placed.splitlines())
    return f"region: {draw(st.sampled_from(['eu', 'us']))}\n{own}levels:\n  client:\n{levels}"


@st.composite
def layers(draw: st.DrawFn, *, sound: bool = False) -> str:
    """A named layer."""
    tier = draw(st.sampled_from(["tier: gold\n", "tier: silver\n"]))
    inputs = _inputs(sound=sound)
    return tier + _section({"app": draw(inputs), "sftp": draw(inputs)})


@st.composite
def fleet_files(draw: st.DrawFn, *, sound: bool = False) -> str:
    """A fleet.yaml."""
    keys = ["${unit.address}", "x/${unit.address}"] if sound else ["${unit.address}", "${cell.name}"]
    sources = ["any", "other"] if sound else ["any", "other", "missing"]
    return FLEET.format(key=draw(st.sampled_from(keys)), sftp=draw(st.sampled_from(sources)))


def edits(*, sound: bool = False) -> st.SearchStrategy[tuple[str, str | None]]:
    """Give a file, and what it holds from now on; `sound` edits are such as leave few mistakes."""
    layer = layers(sound=sound)
    account = account_files(sound=sound)
    return st.one_of(
        st.tuples(
            st.sampled_from([f"clients/{name}.yaml" for name in CLIENTS]),
            st.none() | client_files(sound=sound),
        ),
        st.tuples(
            st.sampled_from([f"accounts/{name}.yaml" for name in NAMES]),
            account if sound else st.none() | account,
        ),
        st.tuples(
            st.sampled_from(["defaults/client.yaml", "tiers/gold.yaml", "tiers/silver.yaml"]),
            layer if sound else st.none() | layer,
        ),
        st.tuples(st.just("fleet.yaml"), fleet_files(sound=sound)),
    )


@st.composite
def writings(draw: st.DrawFn, *, sound: bool = False) -> Writing:
    """A whole fleet."""
    files: dict[str, str | None] = {"fleet.yaml": draw(fleet_files(sound=sound))}
    files |= {f"accounts/{name}.yaml": draw(account_files(sound=sound)) for name in NAMES}
    files |= {f"clients/{name}.yaml": draw(client_files(sound=sound)) for name in CLIENTS}
    named = ("defaults/client", "tiers/gold", "tiers/silver")
    return Writing(files | {f"{name}.yaml": draw(layers(sound=sound)) for name in named})
