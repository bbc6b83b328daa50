"""The types of single settings in fleet.yaml: names, durations, addresses, patterns."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from cellwright.fleet.config.settings import RESERVED
from cellwright.model.environment_names import allowed_fault, pattern_fault
from cellwright.model.names import name_fault
from cellwright.model.settings.secret_settings import allow_fault
from cellwright.model.text.url_credentials import without_credentials
from cellwright.model.text.version_text import constraint_fault
from cellwright.model.text.web_address import address_fault

_HEADS = ("cell", "fleet", "unit", "output", "secret")
_DURATION = re.compile(r"([1-9][0-9]*)(s|m|h)\Z")
_DAYS = re.compile(r"([1-9][0-9]*)d\Z")
_SECONDS = {"s": 1, "m": 60, "h": 3600}
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\Z")
_PROVIDER = re.compile(r"([A-Za-z0-9.-]+(:[0-9]+)?/)?[A-Za-z0-9_-]+/[A-Za-z0-9_-]+\Z")
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


def relay_setting(value: object) -> object:
    """Give the mapping that `relay: true` stands for; None for `false`."""
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


def _days(value: object) -> object:
    if isinstance(value, str):
        match = _DAYS.match(value)
        if not match:
            raise ValueError("write a number of days: 60d")
        return int(match.group(1))
    return value


def _store(value: str) -> str:
    if without_credentials(value) != value:
        raise ValueError("a store's address holds no name or password: the environment gives them")
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
Days = Annotated[int, BeforeValidator(_days), Field(gt=0, le=36_500)]
StoreAddress = Annotated[str, Field(min_length=1), AfterValidator(_store)]
Seconds = Annotated[int, BeforeValidator(_seconds), Field(gt=0)]
Variables = Annotated[str, AfterValidator(_variables)]
AllowedVariables = Annotated[str, AfterValidator(_allowed)]
Provider = Annotated[str, AfterValidator(_provider)]
Address = Annotated[str, AfterValidator(_address)]
AllowedNames = Annotated[str, AfterValidator(_allow)]
Constraint = Annotated[Text, AfterValidator(_constraint)]
PlacementKey = Annotated[str, AfterValidator(_placement_key)]


class Section(BaseModel):
    """A mapping of fleet.yaml with known keys."""

    model_config = ConfigDict(extra="forbid", strict=True)
