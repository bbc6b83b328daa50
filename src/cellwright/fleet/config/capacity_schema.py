"""The schema of `capacity:` and of stacks' `uses:` in fleet.yaml."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from cellwright.fleet.capacity import DEFAULT_ACCOUNT_KEY, DEFAULT_FEW, Strategy
from cellwright.fleet.config.setting_types import Section, Text

_MOST = 1_000_000_000


def _counted(value: object) -> object:
    """Write a number as the mapping that it stands for."""
    if isinstance(value, dict):
        return value
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("write how many one cell uses, or a mapping: {count: 2, each: zones, when: cidr}")  # noqa: TRY004  for pydantic
    if not 0 <= value <= _MOST:
        raise ValueError("it can't be negative" if value < 0 else "no place has so many")
    return {"count": value}


def _limited(value: object) -> object:
    """Write a number, or null for no limit, as the mapping that it stands for."""
    if isinstance(value, dict):
        return value
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise ValueError(
            "write how many a place has, `null` for no limit, or a mapping: {limit: 4, label: GPU slots}"
        )
    if value is not None and not 0 <= value <= _MOST:
        raise ValueError("it can't be negative" if value < 0 else "no place has so many")
    return {"limit": value}


Amount = Annotated[int, Field(ge=0, le=_MOST)]


class UseSection(Section):
    """One entry of a stack's `uses:`."""

    count: Amount = 1
    when: Text | None = None
    each: Text | None = None


class ResourceSection(Section):
    """One entry of `capacity.resources:`."""

    limit: Amount | None = None
    label: Text | None = None


Use = Annotated[UseSection, BeforeValidator(_counted)]
Resource = Annotated[ResourceSection, BeforeValidator(_limited)]


class CapacitySection(Section):
    """`capacity:`."""

    strategy: Strategy = "fill"
    few: Annotated[int, Field(ge=0, le=_MOST)] = DEFAULT_FEW
    account_key: Text = DEFAULT_ACCOUNT_KEY
    resources: dict[Text, Resource] = {}
