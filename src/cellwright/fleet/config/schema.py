"""The schema of fleet.yaml. Its input is untrusted, so nothing is converted and nothing is ignored."""

import re
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from cellwright.fleet.config.builds_schema import BuildsSection
from cellwright.fleet.config.capacity_schema import CapacitySection, Use
from cellwright.fleet.config.ci_schema import CiSection
from cellwright.fleet.config.console_schema import ConsoleSection
from cellwright.fleet.config.drift_schema import DriftSection
from cellwright.fleet.config.offboarding_schema import OffboardingSection
from cellwright.fleet.config.rollout_schema import CheckSection, FreezeSection, RolloutSection
from cellwright.fleet.config.setting_types import (
    Address,
    AllowedNames,
    AllowedVariables,
    Constraint,
    Days,
    Name,
    PlacementKey,
    Provider,
    Seconds,
    Section,
    StoreAddress,
    Text,
    Variables,
    relay_setting,
)
from cellwright.fleet.fleet import DEFAULT_LOCK_TIMEOUT, DEFAULT_POLICY_FOLDER, DEFAULT_TIMEOUT
from cellwright.fleet.pools import DEFAULT_QUARANTINE_DAYS
from cellwright.model.binary import Product
from cellwright.model.limits import LEVEL_LAYERS
from cellwright.model.settings.secret_settings import DEFAULT_SECRET_TIMEOUT, SourceType
from cellwright.model.text.url_credentials import names_password

_NOTES_REF = re.compile(r"refs/notes/[A-Za-z0-9][A-Za-z0-9._/-]*\Z")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9!_.*'()/-]*)?\Z")


def _layer(value: str) -> str:
    if value.startswith("/") or ".." in value.split("/"):
        raise ValueError("a layer is a file of the fleet repository, named relative to fleet.yaml")
    return value


class RelaySection(Section):
    """`terraform.relay:` as a mapping."""

    excepted: list[Provider] = Field([], alias="except")


class BinarySection(Section):
    """`terraform:` of a level: the part of it that may differ within a fleet."""

    binary: Text | None = None
    product: Product | None = None
    version: Constraint | None = None


class ReleasesSection(Section):
    """`releases:` of the fleet's `terraform:`."""

    terraform: Address | None = None
    tofu: Address | None = None


class UnitLimitsSection(Section):
    """`limits:` of the fleet's `terraform:`."""

    fleet: Annotated[int, Field(gt=0)] | None = None
    account: Annotated[int, Field(gt=0)] | None = None
    run: Annotated[int, Field(gt=0)] | None = None


class TerraformSection(BinarySection):
    """`terraform:` of the fleet."""

    fetch: bool = True
    releases: ReleasesSection = ReleasesSection()
    mirror: Text | None = None
    relay: Annotated[RelaySection | None, BeforeValidator(relay_setting)] = RelaySection.model_validate({})
    """None if it is off."""
    parallel: Annotated[int, Field(gt=0)] | None = None
    limits: UnitLimitsSection = UnitLimitsSection()
    timeout: Seconds = DEFAULT_TIMEOUT
    lock_timeout: Seconds = DEFAULT_LOCK_TIMEOUT
    environment_pass: list[Variables] = []
    environment_allow: list[AllowedVariables] = []
    binary_allow: list[Text] = []


class StateSection(Section):
    """`state:`; `config` may hold references to anything but outputs."""

    backend: Text = "local"
    config: dict[str, Any] = {}


class StackSection(Section):
    """One entry of a level's `stacks:`."""

    source: Text
    needs: list[Text] = []
    enabled: bool = True
    version: Text | None = None
    uses: dict[Text, Use] = {}
    moved_from: dict[Name, Annotated[list[Text], Field(min_length=1)]] = {}


class LifecycleSection(Section):
    """`lifecycle:` of a level."""

    suspended: Annotated[Text, AfterValidator(_layer)] | None = None


class LevelSection(Section):
    """One element of `levels:`."""

    name: Name
    cells: Text
    placement: PlacementKey | None = None
    layers: Annotated[list[Text], Field(max_length=LEVEL_LAYERS)] = []
    lifecycle: LifecycleSection = LifecycleSection()
    terraform: BinarySection = BinarySection()
    stacks: dict[Name, StackSection] = {}


class PoolSection(Section):
    """One entry of `addresses.pools`; its CIDR and sizes are checked in `pool_settings`."""

    cidr: Text
    sizes: dict[Text, int] = {}
    size: int | None = None
    key: Text = "tier"
    level: Name | None = None


class AddressesSection(Section):
    """`addresses:`."""

    quarantine_days: Annotated[int, Field(ge=0, le=36_500)] = DEFAULT_QUARANTINE_DAYS
    pools: dict[Name, PoolSection] = {}


def _folder(value: str) -> str:
    if value.startswith("/") or ".." in value.split("/"):
        raise ValueError("policies lie in a folder of the fleet repository, named relative to fleet.yaml")
    return value


class PoliciesSection(Section):
    """`policies:`."""

    folder: Annotated[Text, AfterValidator(_folder)] = DEFAULT_POLICY_FOLDER
    packs: list[Name] = []
    ignored: list[Text] = []


class SecretSection(Section):
    """One entry of `secrets:`; which keys its type has is checked in `secret_settings`."""

    type: SourceType
    allow: list[AllowedNames] | None = None
    timeout: Seconds = DEFAULT_SECRET_TIMEOUT
    folder: Text | None = None
    address: Address | None = None
    mount: Text | None = None
    namespace: Text | None = None
    token_file: Text | None = None
    token_variable: Text | None = None
    ca_file: Text | None = None
    region: Text | None = None
    profile: Text | None = None
    endpoint: Address | None = None


def _notes_ref(value: str) -> str:
    if not _NOTES_REF.match(value) or ".." in value or value.endswith((".", ".lock")):
        raise ValueError("a ref of git notes looks like refs/notes/cellwright-audit")
    return value


def _bucket(value: str) -> str:
    if not _BUCKET.match(value):
        raise ValueError("write a bucket's name, and a prefix if you like: my-bucket/audit")
    return value


class AnchorSection(Section):
    """One element of `audit.anchors`: a mapping with one kind of place."""

    file: Text | None = None
    git_note: Annotated[str, AfterValidator(_notes_ref)] | None = None
    s3: Annotated[str, AfterValidator(_bucket)] | None = None
    retain_days: Annotated[int, Field(gt=0, le=36_500)] | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if sum(kind is not None for kind in (self.file, self.git_note, self.s3)) != 1:
            raise ValueError("an anchor is one of `file`, `git_note` and `s3`")
        if (self.retain_days is None) != (self.s3 is None):
            raise ValueError(
                "`s3` needs `retain_days`, how long its objects are locked, and only `s3` has it"
            )
        return self


class ApprovalsSection(Section):
    """`approvals:`."""

    four_eyes: bool = False


class AuditSection(Section):
    """`audit:`."""

    anchors: list[AnchorSection] = []
    keys: list[Text] = []


class WebhooksSection(Section):
    """`webhooks:`."""

    allow: list[Text] = []


class KeepSection(Section):
    """`artifacts.keep:`."""

    logs: Days | None = None


class ArtifactsSection(Section):
    """`artifacts:`."""

    url: StoreAddress
    keep: KeepSection = KeepSection()


def _ledger_url(value: str) -> str:
    if not value.startswith(("postgresql://", "postgres://")):
        raise ValueError(
            "a ledger for every clone is one on PostgreSQL: postgresql://USER@HOST:5432/DATABASE"
        )
    if names_password(value):
        raise ValueError(
            "no password belongs into this file: name its variable, `password_variable`, or set `iam`"
        )
    return value


class LedgerSection(Section):
    """`ledger:`."""

    url: Annotated[str, AfterValidator(_ledger_url)]
    password_variable: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] | None = None
    iam: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]$")] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.password_variable is not None and self.iam is not None:
            raise ValueError("who signs in with a token of IAM has no password: leave one of the two out")
        return self


class FleetSection(Section):
    """The whole of fleet.yaml."""

    fleet: Name
    terraform: TerraformSection = TerraformSection()
    state: StateSection = StateSection()
    levels: Annotated[list[LevelSection], Field(min_length=1)]
    addresses: AddressesSection = AddressesSection()
    capacity: CapacitySection = CapacitySection()
    policies: PoliciesSection = PoliciesSection()
    sensitive_keys: list[Text] = []
    public_keys: list[Text] = []
    secrets: dict[Name, SecretSection] = {}
    audit: AuditSection = AuditSection()
    approvals: ApprovalsSection = ApprovalsSection()
    webhooks: WebhooksSection = WebhooksSection()
    artifacts: ArtifactsSection | None = None
    ledger: LedgerSection | None = None
    workers: Literal["one", "many"] = "one"
    console: ConsoleSection = ConsoleSection()
    rollouts: dict[Name, RolloutSection] = {}
    checks: dict[Name, CheckSection] = {}
    freezes: list[FreezeSection] = []
    drift: DriftSection = DriftSection()
    offboarding: OffboardingSection = OffboardingSection()
    ci: CiSection | None = None
    builds: BuildsSection = BuildsSection()
