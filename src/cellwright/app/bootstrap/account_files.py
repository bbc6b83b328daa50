"""The files of accounts: which there are, and how a new one is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cellwright.app.bootstrap.answers import CELL
from cellwright.app.bootstrap.reading import read_settings
from cellwright.app.bootstrap.settings import SettingsFile
from cellwright.app.bootstrap.site import Site
from cellwright.app.ip.free import FreeRequest, free_blocks
from cellwright.files.atomic import save_text
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.fleet import Level
from cellwright.fleet.yaml.editor import with_key
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.position import Position
from cellwright.model.value import Json

_POOL = "accounts"
_ADDRESSES = "addresses"
_EXAMPLE_ORGANIZATION = "o-a1b2c3d4e5"
"""In the defaults of the reference fleet."""
_ROLE_KEYS = ("organization_role", "deployer")
"""The key of the role by which an account is reached: in this order, as far as the defaults use it."""
_TEXT = """\
# An account and region: a cell of `base` and `utility`, and a place for clients. What differs from
# defaults/base.yaml and defaults/utility.yaml goes here.
region: {region}
{addresses}# The account, and the role by which it is reached{null}.
account_id: "{account_id}"
{key}: {deployer}

# This cell looks after what its account has only once: password policy, trail, roles. The file of a second
# region of the same account says false.
account_wide: true
{stacks}"""
_OFF_IN_TOOLS = """
# The account of the tools: clients don't live here. `cellwright bootstrap` switches on what it makes; the
# other accounts alone have a use for `login`.
"""
_OFF_IN_ACCOUNT = """
# Lets the tools' Vault ask who signs in: switch it on once there is a Vault.
"""
_TOOLS = ("vault", "consul", "jenkins", "login")
"""What the account of the tools has of its own, as far as the fleet knows it; and what is no use in it."""
_ACCOUNT = ("login",)
"""What is off in every other account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFile:
    """One account, as its file says."""

    name: str
    account_id: str
    region: str
    deployer: str | None
    account_wide: bool = True
    """It looks after what its account has only once, its deployer among it."""

    @property
    def path(self) -> str:
        """Its file, unless the fleet keeps accounts elsewhere."""
        return f"accounts/{self.name}.yaml"

    @property
    def way(self) -> str:
        """How it is reached, in words."""
        return self.deployer or "with the credentials at hand"


def account_level(site: Site) -> Level:
    """Give the lowest level of accounts.

    Raises:
        DiagnosticError: the fleet has none.
    """
    for level in site.session.levels():
        if level.name == "base":
            return level
    raise DiagnosticError(
        error(
            "fleet.yaml has no level `base`, whose cells are accounts",
            "begin with the reference fleet: cellwright init DIR",
            Position("fleet.yaml"),
        )
    )


def role_key(site: Site) -> str:
    """Name the key under which the fleet's defaults expect the role by which an account is reached."""
    path = site.session.root / f"defaults/{account_level(site).name}.yaml"
    text = FleetFiles(site.session.root).read_text(f"defaults/{path.name}") if path.is_file() else ""
    return next((key for key in _ROLE_KEYS if f"cell.{key}" in text), _ROLE_KEYS[-1])


def partition_of(region: str) -> str:
    """Name the part of AWS that a region is in, as ARNs do."""
    if region.startswith("us-gov-"):
        return "aws-us-gov"
    return "aws-cn" if region.startswith("cn-") else "aws"


def own_organization(site: Site) -> Mapping[str, Json]:
    """Give the keys of defaults/base.yaml that still name the example's organisation, with the right one."""
    file = SettingsFile(site, f"defaults/{account_level(site).name}.yaml")
    if file.get("organization_id") != _EXAMPLE_ORGANIZATION:
        return {}
    return {"organization_id": site.cloud.organization()}


def account_files(site: Site) -> Sequence[AccountFile]:
    """Give the accounts whose files name an id.

    Raises:
        DiagnosticError: a file can't be read.
    """
    folder = site.session.root / account_level(site).cells
    found = []
    for path in sorted(folder.glob("*.yaml")):
        content = read_settings(site.session.root, str(path.relative_to(site.session.root)))
        account = content.get("account_id")
        if isinstance(account, str):
            role = next((content[key] for key in _ROLE_KEYS if isinstance(content.get(key), str)), None)
            found.append(
                AccountFile(
                    name=path.stem,
                    account_id=account,
                    region=str(content.get("region", "")),
                    deployer=role if isinstance(role, str) else None,
                    account_wide=content.get("account_wide") is not False,
                )
            )
    return found


def write_account(site: Site, item: AccountFile) -> Path:
    """Write an account's file, or set its account in one that is there without; gives its path.

    Raises:
        DiagnosticError: it can't be written.
    """
    level = account_level(site)
    path = site.session.root / level.cells / f"{item.name}.yaml"
    if path.exists():
        text = FleetFiles(site.session.root).read_text(f"{level.cells}/{item.name}.yaml")
        keys: Mapping[str, Json] = {
            "region": item.region,
            "account_id": item.account_id,
            role_key(site): item.deployer,
        }
        for key, value in keys.items():
            text = with_key(text, key, value, item.path)
    else:
        text = _text(site, item)
    save_text(path, text)
    site.session.renew()
    return path


def _text(site: Site, item: AccountFile) -> str:
    block = _free_block(site)
    return _TEXT.format(
        region=item.region,
        addresses=f"{_ADDRESSES}:\n  {_POOL}: {block}\n\n" if block else "",
        account_id=item.account_id,
        key=role_key(site),
        deployer=item.deployer or "null",
        stacks=_switched_off(site, item),
        null="" if item.deployer else " (null: the credentials at hand)",
    )


def _switched_off(site: Site, item: AccountFile) -> str:
    """Write which stacks are off in a new account: those whose other half is not there yet."""
    known = {stack for level in site.session.levels() for stack in level.stacks}
    said, stacks = (_OFF_IN_TOOLS, _TOOLS) if item.name == CELL else (_OFF_IN_ACCOUNT, _ACCOUNT)
    lines = [f"  {stack}: {{enabled: false}}\n" for stack in stacks if stack in known]
    return "".join([said, "stacks:\n", *lines]) if lines else ""


def _free_block(site: Site) -> str:
    """Give the next free block for an account; empty if the fleet gives none."""
    pool = site.session.addresses().pools.get(_POOL)
    if pool is None:
        return ""
    size = pool.size_for(None)
    if size is None:
        return ""
    found = free_blocks(site.session, FreeRequest(size=size, pool=_POOL, limit=1))
    return str(found[0].blocks[0]) if found and found[0].blocks else ""
