"""The schema of `rollouts:`, `checks:` and `freezes:` in fleet.yaml."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from cellwright.fleet.config.setting_types import Name, Seconds, Section, Text
from cellwright.model.settings.rollout_settings import (
    DEFAULT_CHECK_SECONDS,
    LONGEST_BAKE,
    LONGEST_CHECK_SECONDS,
    LONGEST_DEADLINE,
    MOST_WAVES,
    UTC_ZONE,
    FailureMode,
)
from cellwright.model.text.web_address import address_fault

_AMOUNT = re.compile(r"(0|[1-9][0-9]{0,8})(%?)\Z")
_DAYS = re.compile(r"([1-9][0-9]{0,4})d\Z")
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])\Z")
_REFERENCE = re.compile(r"\$\{([^}]*)\}")
_OWN_KEY = re.compile(r"cell\.[A-Za-z0-9_-]+\Z")
_WHOLE = 100


def _amount(value: object) -> object:
    """Write a number as the text that a percentage is."""
    text = "" if isinstance(value, bool) else str(value).strip()
    if text.startswith("-"):
        raise ValueError("it can't be negative")
    match = _AMOUNT.match(text)
    if not match:
        raise ValueError("write a number of cells, or a percentage: 10, or 25%")
    if match.group(2) and not 0 < int(match.group(1)) <= _WHOLE:
        raise ValueError("a percentage is from 1% to 100%")
    return text


def _some(value: str) -> str:
    if value == "0":
        raise ValueError("at least one cell is needed: with 0 the rollout would never go on")
    return value


def _long(value: object) -> object:
    """Give a duration in seconds that may be written in days."""
    match = _DAYS.match(value) if isinstance(value, str) else None
    return int(match.group(1)) * 86_400 if match else value


def _selectors(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _selector(value: str) -> str:
    if any(not part.strip() for part in value.split(",")):
        raise ValueError(
            "it is empty: write `ring=canary`, `client/acme`, `client/eu-*`, or `*` for the rest"
        )
    if any(part.strip().startswith("=") for part in value.split(",")):
        raise ValueError("name a key before '=': ring=canary")
    return value.strip()


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("there is no such time zone: write it like Europe/Zurich, or UTC") from None
    return value


def _time_of_day(value: str) -> str:
    match = _TIME.match(value)
    if not match:
        raise ValueError("write a part of the day, in 24 hours: 22:00-05:00")
    if match.group(1, 2) == match.group(3, 4):
        raise ValueError("it begins when it ends")
    return value


def _moment(value: str) -> str:
    try:
        date.fromisoformat(value)
    except ValueError:
        try:
            datetime.fromisoformat(value)
        except ValueError:
            raise ValueError("write a day, or a day and a time: 2026-12-20, or 2026-12-20T18:00") from None
    return value


def _check_text(value: str) -> str:
    for inner in _REFERENCE.findall(value.replace("$${", "")):
        if not _OWN_KEY.match(inner):
            raise ValueError("a check may hold references to its cell only: ${cell.name}, ${cell.tier}")
    return value


def _check_url(value: str) -> str:
    fault = address_fault(_REFERENCE.sub("x", _check_text(value)))
    if fault:
        raise ValueError(fault)
    return value


def _step(value: object) -> object:
    """Write `approval` as what is written in full."""
    return {"approval": True} if value == "approval" else value


AmountText = Annotated[str, BeforeValidator(_amount)]
SomeText = Annotated[AmountText, AfterValidator(_some)]
Selector = Annotated[str, AfterValidator(_selector)]
Selectors = Annotated[list[Selector], BeforeValidator(_selectors), Field(min_length=1)]
Zone = Annotated[str, AfterValidator(_zone)]
Bake = Annotated[Seconds, BeforeValidator(_long), Field(le=LONGEST_BAKE)]
Deadline = Annotated[Seconds, BeforeValidator(_long), Field(le=LONGEST_DEADLINE)]
Moment = Annotated[str, AfterValidator(_moment)]
CheckText = Annotated[Text, AfterValidator(_check_text)]
CheckUrl = Annotated[str, AfterValidator(_check_url)]
Finished = Annotated[int, Field(ge=0)]


class StepSection(Section):
    """One element of a wave's `before` or `after`."""

    approval: bool = False
    check: Name | None = None
    time: Annotated[str, AfterValidator(_time_of_day)] | None = None
    zone: Zone | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if self.approval + (self.check is not None) + (self.time is not None) != 1:
            raise ValueError("a step is one of `approval`, `{check: NAME}` and `{time: 22:00-05:00}`")
        if self.zone is not None and self.time is None:
            raise ValueError("only a `time` has a `zone`")
        return self


Steps = list[Annotated[StepSection, BeforeValidator(_step)]]


class WaveSection(Section):
    """One element of a strategy's `waves`."""

    name: Name
    cells: Selectors
    size: SomeText | None = None
    max_parallel: SomeText = "1"
    max_failures: AmountText | None = None
    min_finished: Finished = 0
    failure_mode: FailureMode | None = None
    bake: Bake | None = None
    deadline: Deadline | None = None
    before: Steps = []
    after: Steps = []


class RolloutSection(Section):
    """One entry of `rollouts`."""

    cells: Selectors = ["*"]
    order_by: list[Text] = []
    max_failures: AmountText = "0"
    min_finished: Finished = 0
    failure_mode: FailureMode = "strict"
    deadline: Deadline | None = None
    waves: Annotated[list[WaveSection], Field(min_length=1, max_length=MOST_WAVES)]


def _statuses(value: Any) -> Any:  # noqa: ANN401  as it was written
    return [value] if isinstance(value, int) else value


class CheckSection(Section):
    """One entry of `checks`."""

    command: Annotated[list[CheckText], Field(min_length=1)] | None = None
    http: CheckUrl | None = None
    status: Annotated[
        list[Annotated[int, Field(ge=100, le=599)]], BeforeValidator(_statuses), Field(min_length=1)
    ] = [200]
    alarms: Annotated[list[CheckText], Field(min_length=1, max_length=100)] | None = None
    region: CheckText | None = None
    timeout: Annotated[Seconds, Field(le=LONGEST_CHECK_SECONDS)] = DEFAULT_CHECK_SECONDS

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if sum(kind is not None for kind in (self.command, self.http, self.alarms)) != 1:
            raise ValueError("a check is one of `command`, `http` and `alarms`")
        if "status" in self.model_fields_set and self.http is None:
            raise ValueError("only `http` has a `status`")
        if self.region is not None and self.alarms is None:
            raise ValueError("only `alarms` have a `region`")
        return self


class FreezeSection(Section):
    """One element of `freezes`."""

    cells: Selectors
    begin: Moment = Field(alias="from")
    end: Moment = Field(alias="to")
    zone: Zone = UTC_ZONE
    reason: Text
