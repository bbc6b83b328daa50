"""What fleet.yaml says of the console, below `console:`: its address, sessions, and how people sign in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

from cellwright.model.position import Position
from cellwright.model.text.web_address import address_fault
from cellwright.model.value import SecretReference

RoleName: TypeAlias = Literal["viewer", "operator", "approver", "admin"]
SecondFactor: TypeAlias = Literal["required", "optional"]

DEFAULT_IDLE_SECONDS = 3600
"""After an hour without a request a session ends."""

DEFAULT_SESSION_SECONDS = 12 * 3600
"""A working day, after which one signs in again."""

LONGEST_SESSION_SECONDS = 30 * 24 * 3600
"""More than a month would be no session but a password in a browser."""

HostKind: TypeAlias = Literal["github", "gitlab"]

DEFAULT_HOSTS: Mapping[HostKind, str] = {
    "github": "https://api.github.com",
    "gitlab": "https://gitlab.com/api/v4",
}
"""The APIs of those who host repositories for everybody."""

DEFAULT_SCOPES = ("openid", "profile", "email")
DEFAULT_GROUPS_CLAIM = "groups"
DEFAULT_PROVIDER_NAME = "single sign-on"

_OWN_MACHINE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class GroupGrant:
    """A role that a provider's group brings, and where it holds; empty parts limit nothing."""

    role: RoleName
    levels: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    """Patterns of cell addresses: `client/acme`, `client/eu-*`."""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcSettings:
    """The provider of OpenID Connect at which people sign in (`console.oidc`)."""

    issuer: str
    """Exactly as the provider writes it in its tokens."""
    client_id: str
    client_secret: SecretReference | None = None
    """None: the console is a public client, which PKCE protects alone."""
    name: str = DEFAULT_PROVIDER_NAME
    """What the button says: "Sign in with NAME"."""
    scopes: tuple[str, ...] = DEFAULT_SCOPES
    groups_claim: str = DEFAULT_GROUPS_CLAIM
    """The claim that lists a person's groups."""
    groups: Mapping[str, tuple[GroupGrant, ...]] = field(default_factory=dict)
    """The roles that a group brings."""
    position: Position | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequestSettings:
    """Where changes of settings are proposed instead of pushed (`console.pull_requests`)."""

    kind: HostKind
    repository: str
    """`owner/name`; at GitLab with all groups: `group/subgroup/name`."""
    token: SecretReference
    """May push branches and open pull requests."""
    url: str
    """Of the API, without a slash at its end."""
    branch: str | None = None
    """Into which the changes are to be merged; None: the repository's default branch."""
    position: Position | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleSettings:
    """The console of one fleet (`console:`)."""

    url: str | None = None
    """Where people reach it, without a slash at its end; None: where it listens."""
    idle_seconds: int = DEFAULT_IDLE_SECONDS
    """A session ends after this time without a request,"""
    session_seconds: int = DEFAULT_SESSION_SECONDS
    """and after this time in any case."""
    second_factor: SecondFactor = "optional"
    """Whether a password alone is enough for somebody who has neither passkey nor TOTP."""
    oidc: OidcSettings | None = None
    pull_requests: PullRequestSettings | None = None
    """None: changes are committed to the branch that the console follows."""
    position: Position | None = None
    """None if fleet.yaml has no `console:`."""


def console_url_fault(text: str) -> str | None:
    """Tell why the console can't be reached under this address; None if it can."""
    if fault := address_fault(text):
        return fault
    parts = urlsplit(text)
    if parts.path not in ("", "/"):
        return "the console has a host of its own: write its address without a path"
    return _open_fault(parts.scheme, parts.hostname)


def issuer_fault(text: str) -> str | None:
    """Tell why this can't be a provider's issuer; None if it can."""
    if fault := address_fault(text):
        return fault
    parts = urlsplit(text)
    return _open_fault(parts.scheme, parts.hostname)


def _open_fault(scheme: str, host: str | None) -> str | None:
    if scheme == "http" and host not in _OWN_MACHINE:
        return "over http:// others could read along: it begins with https://, unless it is on this machine"
    return None
