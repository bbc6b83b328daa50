"""A fleet that is to be brought up, and an AWS that only answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cellwright.app.bootstrap.cloud import BucketStanding, Identity, OrganizationAccount
from cellwright.app.bootstrap.site import Site
from cellwright.app.session.location import Location
from cellwright.app.session.session import FleetSession
from cellwright.model.diagnostic import Diagnostic, error
from unit.app.kit import ADA, NOBODY, put_under_git

OWN = "111111111111"
FLEET = """\
# The fleet.
fleet: trial

# Where states lie; this comment stays.
state:
  backend: local

addresses:
  pools:
    accounts: {cidr: 10.16.0.0/12, size: 16}
levels:
  - name: bootstrap
    cells: bootstrap
    stacks:
      state: {source: ./stack, enabled: false}
  - name: base
    cells: accounts
    stacks:
      network: {source: ./stack}
"""
STACK = 'output "kms_key_arn" { value = "arn:aws:kms:us-east-1:111111111111:key/k" }\n'


@dataclass
class MadeUpCloud:
    """Implements `Cloud` by what a test says."""

    organization_accounts: Sequence[OrganizationAccount] = ()
    closed: frozenset[str] = frozenset()
    """Accounts whose role can't be taken."""
    buckets: Mapping[str, BucketStanding] = field(default_factory=dict)
    taken_roles: list[str] = field(default_factory=list)
    images: frozenset[str] = frozenset()
    secrets: dict[str, str] = field(default_factory=dict)

    def identity(self) -> Identity:
        return Identity(OWN, f"arn:aws:sts::{OWN}:assumed-role/admin/ada")

    def organization(self) -> str | None:
        return "o-abcdefghij" if self.organization_accounts else None

    def accounts(self) -> Sequence[OrganizationAccount]:
        return self.organization_accounts

    def role_fault(self, role_arn: str) -> Diagnostic | None:
        self.taken_roles.append(role_arn)
        account = role_arn.split(":")[4]
        return error(f"AccessDenied for {role_arn}") if account in self.closed else None

    def has_image(self, repository: str, tag: str, region: str) -> bool:
        del region
        return f"{repository}:{tag}" in self.images

    def keep_secret(self, name: str, value: str, region: str) -> str:
        self.secrets[name] = value
        return f"arn:aws:secretsmanager:{region}:{OWN}:secret:{name}-AbCdEf"

    def registry_login(self, region: str) -> tuple[str, str, str]:
        return "AWS", "password-of-hours", f"{OWN}.dkr.ecr.{region}.amazonaws.com"

    def bucket(self, name: str, region: str) -> BucketStanding:
        del region
        return self.buckets.get(name, BucketStanding.FREE)


def make_site(root: Path, cloud: MadeUpCloud | None = None, files: Mapping[str, str] | None = None) -> Site:
    """Write a fleet under git, and give what steps work with."""
    content = {"fleet.yaml": FLEET, "stack/main.tf": STACK, **(files or {})}
    for name, text in content.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    put_under_git(root)
    session = FleetSession(Location(fleet=root, environment=NOBODY))
    return Site(session=session, actor=ADA, cloud=cloud or MadeUpCloud())
