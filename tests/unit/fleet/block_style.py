"""Random fleets in block style, and random edits, mostly of layers: most cells are alike, some say more."""

import random
from collections.abc import Mapping, Sequence

FLEET = """
fleet: test
state: {backend: s3, config: {key: "${unit.address}"}}
sensitive_keys: [pin]
public_keys: [region]
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
_PLAIN = ("1", "2", "3", "[1, 2]", "{k: 1, l: {m: 1}}", "{k: 2}", "!unset ''", "!replace {k: v}")
_WITH_REFERENCES = (
    '"${cell.name}-x"',
    '"${account.region}"',
    '"${output.base.network.out}"',
    '"${output.client/alpha/app.out}"',
    '{k: "${cell.tier}"}',
    '"${cell.tier}"',
)
_NAMES = ("size", "tags", "name", "many")
_LAYERS = ("defaults.yaml", "tiers/gold.yaml", "tiers/silver.yaml", "suspended.yaml")
_CLIENTS = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta")

Sections = dict[str, dict[str, str]]


class FleetWriter:
    """Writes the files of one fleet, and edits them; the same seed, the same files."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311  no secret
        self._layers = {path: self._sections(_PLAIN, full=True) for path in _LAYERS}

    def files(self) -> dict[str, str]:
        """Give a whole fleet."""
        found = {"fleet.yaml": FLEET} | {path: self._layer(path) for path in _LAYERS}
        found |= {f"accounts/{name}.yaml": self._account() for name in ("one", "two")}
        return found | {f"clients/{name}.yaml": self._client() for name in _CLIENTS}

    def edit(self) -> tuple[str, str]:
        """Give a file, and what it holds from now on: mostly a layer in which a little is otherwise."""
        kind = self._chance.randrange(8)
        if kind == 0:
            return f"clients/{self._chance.choice(_CLIENTS)}.yaml", self._client()
        if kind == 1:
            return f"accounts/{self._chance.choice(('one', 'two'))}.yaml", self._account()
        path = self._chance.choice(_LAYERS)
        section = self._layers[path].setdefault(self._chance.choice(("app", "sftp")), {})
        name = self._chance.choice(_NAMES)
        if self._rarely():
            section.pop(name, None)
        elif self._rarely():
            section["enabled"] = self._chance.choice(("true", "false"))
        else:
            section[name] = self._chance.choice(_WITH_REFERENCES if self._rarely() else _PLAIN)
        return path, self._layer(path)

    def _rarely(self) -> bool:
        return self._chance.random() < 1 / 6

    def _layer(self, path: str) -> str:
        return _document({"tier": "gold"}, self._layers[path], "tagged" if self._rarely() else "block")

    def _account(self) -> str:
        placed = _document({}, self._sections(_PLAIN)) if self._chance.random() < 1 / 2 else "{}\n"
        below = "".join(f"    {line}\n" for line in placed.splitlines())
        return f"region: {self._chance.choice(('eu', 'us'))}\nlevels:\n  client:\n{below}"

    def _client(self) -> str:
        top = {"account": self._chance.choice(("one", "two")), "pin": "'7'"}
        if self._rarely():
            top["lifecycle"] = "suspended"
        if self._rarely():
            top["tier"] = "silver"
        if self._chance.random() < 1 / 2:
            return _document(top, {})
        values = (*_PLAIN, *_WITH_REFERENCES)
        style = self._chance.choice(("block", "block", "block", "tagged", "flow", "quoted", "escaped"))
        return _document(top, self._sections(values), style)

    def _sections(self, values: Sequence[str], *, full: bool = False) -> Sections:
        stacks = ("app", "sftp") if full else self._chance.sample(("app", "sftp"), self._chance.randint(1, 2))
        most = len(_NAMES) if full else 2
        found: Sections = {}
        for stack in stacks:
            names = self._chance.sample(_NAMES, self._chance.randint(1, most))
            found[stack] = {name: self._chance.choice(values) for name in names}
            if self._rarely():
                found[stack]["enabled"] = self._chance.choice(("true", "false"))
        return found


def _document(top: Mapping[str, str], stacks: Mapping[str, Mapping[str, str]], style: str = "block") -> str:
    lines = [f"{key}: {value}" for key, value in top.items()]
    if stacks:
        lines.append("stacks:")
    for stack, inputs in stacks.items():
        pairs = [f"{_key(key, style)}: {value}" for key, value in inputs.items()]
        if style == "flow" or not pairs:
            lines.append(f"  {stack}: {{{', '.join(pairs)}}}")
            continue
        lines.append(f"  {stack}:{' !replace' if style == 'tagged' else ''}")
        lines += [f"    {pair}" for pair in pairs]
    return "\n".join(lines or ["{}"]) + "\n"


def _key(key: str, style: str) -> str:
    if style == "escaped":
        return f'"\\x{ord(key[0]):02x}{key[1:]}"'
    return f'"{key}"' if style == "quoted" else key
