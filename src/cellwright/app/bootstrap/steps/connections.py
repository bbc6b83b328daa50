"""Connects every account's network with that of the tools: settings on both sides, then applied."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cellwright.app.bootstrap.account_files import AccountFile, account_files, partition_of
from cellwright.app.bootstrap.answers import CELL
from cellwright.app.bootstrap.settings import SettingsFile, said
from cellwright.app.bootstrap.site import Site
from cellwright.app.bootstrap.step import Look, Question, done, to_do, waits
from cellwright.model.value import Json

TOOLS = f"accounts/{CELL}.yaml"
_LOGINS = "stacks.vault.login_role_arns"
_NETWORK = f"base/{CELL}/network"

Settings = dict[str, dict[str, Json]]
"""Keys and values by the files in which they are lacking."""


@dataclass(frozen=True, slots=True)
class Connections:
    """Peers each account with the tools; who has Vault in the tools lets it ask each account who signs in."""

    name: str = "connections"
    title: str = "The accounts' networks, connected with the tools"

    def questions(self, site: Site) -> Sequence[Question]:
        """Nothing more has to be known."""
        del site
        return ()

    def look(self, site: Site) -> Look:
        """Compare with what the files and the ledger say."""
        known = _units(site)
        if _NETWORK not in known:
            return waits("for step accounts")
        cells = _connected(site, known)
        if not cells:
            return done("no other account has a network that the tools could reach")
        lacking = _lacking(site, cells, known)
        says = [line for name, settings in lacking.items() for line in said(name, settings)]
        left = [] if lacking else [str(item.address) for item in site.waiting(*_selectors(cells))]
        if not says and not left:
            return done(f"the tools reach {', '.join(item.name for item in cells)}")
        return to_do(*says, f"apply {', '.join(left or _selectors(cells))}")

    def act(self, site: Site) -> Sequence[str]:
        """Write what is lacking, and apply the networks and what connects them."""
        known = _units(site)
        cells = _connected(site, known)
        lacking = _lacking(site, cells, known)
        with site.session.changing(site.talk.interrupts):
            changed = [
                path for name, settings in lacking.items() for path in SettingsFile(site, name).put(settings)
            ]
            if changed:
                site.commit(changed, "Accounts that the tools reach")
        site.bring_up(*_selectors(cells))
        told = [f"wrote {name}" for name in lacking]
        return [*told, f"applied {', '.join(_selectors(cells))}"]


def _units(site: Site) -> frozenset[str]:
    return frozenset(str(item.address) for item in site.statuses())


def _connected(site: Site, known: frozenset[str]) -> Sequence[AccountFile]:
    """Give the accounts that are to be connected: those with a network, unless their file says otherwise."""
    stacks = {stack for level in site.session.levels() if level.name == "base" for stack in level.stacks}
    if "peering" not in stacks:
        return ()
    return [
        item
        for item in account_files(site)
        if item.name != CELL
        and f"base/{item.name}/network" in known
        and SettingsFile(site, item.path).get("stacks.peering.enabled") is not False
    ]


def _selectors(cells: Sequence[AccountFile]) -> list[str]:
    return [f"base/{item.name}" for item in cells] + [f"base/{CELL}"]


def _lacking(site: Site, cells: Sequence[AccountFile], known: frozenset[str]) -> Settings:
    """Give what the files don't say yet. What somebody has written already stays, whatever it says."""
    found: Settings = {}
    for name, settings in _wanted(site, cells, known):
        file = SettingsFile(site, name)
        lacking = {key: value for key, value in settings.items() if file.get(key) is None or key == _LOGINS}
        lacking = file.lacks(lacking)
        if lacking:
            found[name] = {**found.get(name, {}), **lacking}
    return found


def _wanted(
    site: Site, cells: Sequence[AccountFile], known: frozenset[str]
) -> Iterator[tuple[str, Mapping[str, Json]]]:
    services = f"utility/{CELL}/ecs" in known
    for item in cells:
        # Of two networks one asks and the other accepts; where files say it the other way round, that stays.
        if SettingsFile(site, item.path).get(f"stacks.peering.accepts.{CELL}") is None:
            yield (
                item.path,
                {
                    "stacks.peering.enabled": True,
                    f"stacks.peering.requests.{CELL}": _outputs(
                        _NETWORK, "account_id", "region", "vpc_id", "cidr"
                    ),
                },
            )
            yield TOOLS, {"stacks.peering.enabled": True, **_accepted(item)}
        if services and f"utility/{item.name}/ecs" in known:
            yield (
                TOOLS,
                {
                    f"stacks.ecs.shared_with.{item.name}": _outputs(
                        f"base/{item.name}/network", "vpc_id", "region"
                    )
                },
            )
            zone = f"${{output.utility/{CELL}/ecs.shared_zone_ids.{item.name}}}"
            yield item.path, {f"stacks.ecs.foreign_zone_ids.{CELL}": zone}
    if f"utility/{CELL}/vault" in known:
        named = SettingsFile(site, TOOLS).get(_LOGINS)
        present = [str(role) for role in named] if isinstance(named, list | tuple) else []
        made = [_login_role(site, item) for item in cells if f"utility/{item.name}/login" in known]
        yield TOOLS, {_LOGINS: [*dict.fromkeys([*present, *made])]}


def _accepted(item: AccountFile) -> Mapping[str, Json]:
    asked = f"base/{item.name}/peering.connection_ids.{CELL}"
    return {
        f"stacks.peering.accepts.{item.name}": {
            "connection_id": f"${{output.{asked}}}",
            **_outputs(f"base/{item.name}/network", "account_id", "region", "cidr"),
        }
    }


def _outputs(unit: str, *names: str) -> dict[str, Json]:
    return {name: f"${{output.{unit}.{name}}}" for name in names}


def _login_role(site: Site, item: AccountFile) -> str:
    """Name the role that utility/login makes in an account."""
    partition = partition_of(item.region)
    return f"arn:{partition}:iam::{item.account_id}:role/{site.fleet}/shared/{item.name}-vault-login"
