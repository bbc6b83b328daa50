"""The schema of `console:` in fleet.yaml."""

import re
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from cellwright.fleet.config.setting_types import Name, Seconds, Section, Text
from cellwright.model.settings.console_settings import (
    DEFAULT_GROUPS_CLAIM,
    DEFAULT_IDLE_SECONDS,
    DEFAULT_PROVIDER_NAME,
    DEFAULT_SCOPES,
    DEFAULT_SESSION_SECONDS,
    LONGEST_SESSION_SECONDS,
    HostKind,
    RoleName,
    SecondFactor,
    console_url_fault,
    issuer_fault,
)


def _console_url(value: str) -> str:
    if fault := console_url_fault(value):
        raise ValueError(fault)
    return value.rstrip("/")


def _issuer(value: str) -> str:
    if fault := issuer_fault(value):
        raise ValueError(fault)
    return value


def _grants(value: object) -> object:
    """Write a role, or a list of roles, as what is written in full: `[{role: viewer}]`."""
    parts = value if isinstance(value, list) else [value]
    return [{"role": part} if isinstance(part, str) else part for part in parts]


class GrantSection(Section):
    """One role of a group, and where it holds."""

    role: RoleName
    levels: list[Name] = []
    cells: list[Text] = []
    tags: list[Text] = []


class OidcSection(Section):
    """`console.oidc:`; the reference in `client_secret` is checked in `console_settings`."""

    issuer: Annotated[str, AfterValidator(_issuer)]
    client_id: Text
    client_secret: Text | None = None
    name: Annotated[str, Field(min_length=1, max_length=40)] = DEFAULT_PROVIDER_NAME
    scopes: list[Text] = list(DEFAULT_SCOPES)
    groups_claim: Text = DEFAULT_GROUPS_CLAIM
    groups: dict[Text, Annotated[list[GrantSection], BeforeValidator(_grants), Field(min_length=1)]] = {}


class SessionSection(Section):
    """`console.session:`."""

    idle: Annotated[Seconds, Field(ge=60)] = DEFAULT_IDLE_SECONDS
    longest: Annotated[Seconds, Field(le=LONGEST_SESSION_SECONDS)] = DEFAULT_SESSION_SECONDS

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.idle > self.longest:
            raise ValueError("`idle` is longer than `longest`, after which a session ends in any case")
        return self


def _repository(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)+", value) or "/.." in f"/{value}":
        raise ValueError("write it as owner/name")
    return value


class PullRequestSection(Section):
    """`console.pull_requests:`; the reference in `token` is checked in `console_settings`."""

    kind: HostKind
    repository: Annotated[str, AfterValidator(_repository)]
    token: Text
    url: Annotated[str, AfterValidator(_issuer)] | None = None
    branch: Text | None = None


class ConsoleSection(Section):
    """`console:`."""

    url: Annotated[str, AfterValidator(_console_url)] | None = None
    session: SessionSection = SessionSection()
    second_factor: SecondFactor = "optional"
    oidc: OidcSection | None = None
    pull_requests: PullRequestSection | None = None
