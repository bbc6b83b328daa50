"""The schema of fleet.yaml. Its input is untrusted, so nothing is converted and nothing is ignored."""

import re
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from cellwright.fleet.config.settings import RESERVED
from cellwright.fleet.fleet import DEFAULT_LOCK_TIMEOUT, DEFAULT_POLICY_FOLDER, DEFAULT_TIMEOUT
from cellwright.fleet.pools import DEFAULT_QUARANTINE_DAYS
from cellwright.model.binary import Product
from cellwright.model.environment_names import allowed_fault, pattern_fault
from cellwright.model.limits import LEVEL_LAYERS
from cellwright.model.names import name_fault
from cellwright.model.secret_settings import DEFAULT_SECRET_TIMEOUT, SourceType, allow_fault
from cellwright.model.text.version_text import constraint_fault
from cellwright.model.text.web_address import address_fault

_HEADS = ("cell", "fleet", "unit", "output", "secret")
_DURATION = re.compile(r"([1-9][0-9]*)(s|m|h)\Z")
_SECONDS = {"s": 1, "m": 60, "h": 3600}
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\Z")
_PROVIDER = re.compile(r"([A-Za-z0-9.-]+(:[0-9]+)?/)?[A-Za-z0-9_-]+/[A-Za-z0-9_-]+\Z")
_NOTES_REF = re.compile(r"refs/notes/[A-Za-z0-9][A-Za-z0-9._/-]*\Z")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9!_.*'()/-]*)?\Z")
RELAY_TYPE = "relay_type"
"""The kind of error of a `relay` that is neither true nor false nor a mapping."""


def _name(value: str) -> str:
    if fault := name_fault(value):
        raise ValueError(fault)
    return value


def _placement_key(value: str) -> str:
    if not _KEY.match(value):
        raise ValueError("a placement key has letters, digits, '_' and '-' only")
    if value in _HEADS or value in RESERVED:
        raise ValueError(f"'{value}' has a meaning of its own and can't be a placement key")
    return value


def _variables(value: str) -> str:
    if fault := pattern_fault(value):
        raise ValueError(fault)
    return value


def _allowed(value: str) -> str:
    if fault := allowed_fault(value):
        raise ValueError(fault)
    return value


def _provider(value: str) -> str:
    if not _PROVIDER.match(value):
        raise ValueError("name a provider as required_providers does: hashicorp/aws")
    return value.lower()


def _relay(value: object) -> object:
    if isinstance(value, bool):
        return {} if value else None
    if not isinstance(value, dict):
        raise PydanticCustomError(RELAY_TYPE, "neither true nor false nor a mapping")
    return value


def _seconds(value: object) -> object:
    if isinstance(value, str):
        match = _DURATION.match(value)
        if not match:
            raise ValueError("a duration is a number of seconds, or written like 90s, 30m or 2h")
        return int(match.group(1)) * _SECONDS[match.group(2)]
    return value


def _constraint(value: str) -> str:
    if fault := constraint_fault(value):
        raise ValueError(fault)
    return value


def _address(value: str) -> str:
    if fault := address_fault(value):
        raise ValueError(fault)
    return value


def _allow(value: str) -> str:
    if fault := allow_fault(value):
        raise ValueError(fault)
    return value


Name = Annotated[str, AfterValidator(_name)]
Text = Annotated[str, Field(min_length=1)]
Seconds = Annotated[int, BeforeValidator(_seconds), Field(gt=0)]
Variables = Annotated[str, AfterValidator(_variables)]
AllowedVariables = Annotated[str, AfterValidator(_allowed)]
Provider = Annotated[str, AfterValidator(_provider)]
Address = Annotated[str, AfterValidator(_address)]
AllowedNames = Annotated[str, AfterValidator(_allow)]


class Section(BaseModel):
    """A mapping of fleet.yaml with known keys."""

    model_config = ConfigDict(extra="forbid", strict=True)


class RelaySection(Section):
    """`terraform.relay:` as a mapping."""

    excepted: list[Provider] = Field([], alias="except")


class BinarySection(Section):
    """`terraform:` of a level: the part of it that may differ within a fleet."""

    binary: Text | None = None
    product: Product | None = None
    version: Annotated[Text, AfterValidator(_constraint)] | None = None


class ReleasesSection(Section):
    """`releases:` of the fleet's `terraform:`."""

    terraform: Address | None = None
    tofu: Address | None = None


class TerraformSection(BinarySection):
    """`terraform:` of the fleet."""

    fetch: bool = True
    releases: ReleasesSection = ReleasesSection()
    mirror: Text | None = None
    relay: Annotated[RelaySection | None, BeforeValidator(_relay)] = RelaySection.model_validate({})
    """None if it is off."""
    parallel: Annotated[int, Field(gt=0)] | None = None
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


class LevelSection(Section):
    """One element of `levels:`."""

    name: Name
    cells: Text
    placement: Annotated[str, AfterValidator(_placement_key)] | None = None
    layers: Annotated[list[Text], Field(max_length=LEVEL_LAYERS)] = []
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


class AuditSection(Section):
    """`audit:`."""

    anchors: list[AnchorSection] = []
    keys: list[Text] = []


class WebhooksSection(Section):
    """`webhooks:`."""

    allow: list[Text] = []


class FleetSection(Section):
    """The whole of fleet.yaml."""

    fleet: Name
    terraform: TerraformSection = TerraformSection()
    state: StateSection = StateSection()
    levels: Annotated[list[LevelSection], Field(min_length=1)]
    addresses: AddressesSection = AddressesSection()
    policies: PoliciesSection = PoliciesSection()
    sensitive_keys: list[Text] = []
    public_keys: list[Text] = []
    secrets: dict[Name, SecretSection] = {}
    audit: AuditSection = AuditSection()
    webhooks: WebhooksSection = WebhooksSection()
