"""What a fleet's pipelines are made from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from cellwright.model.settings.build_settings import DEFAULT_AUDIENCE
from cellwright.model.settings.ci_settings import CiSettings


class System(Enum):
    """A CI system."""

    GITHUB = "github"
    GITLAB = "gitlab"
    JENKINS = "jenkins"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A setting of a new client that its form asks for."""

    key: str
    choices: tuple[str, ...]
    default: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A fleet as its pipelines need to know it."""

    fleet: str
    folder: str
    """Where it lies in its repository; `.`: at the top."""
    settings: CiSettings
    level: str
    """The level of clients."""
    form: tuple[Choice, ...] = ()
    """What a new client is asked for besides its name."""
    audience: str = DEFAULT_AUDIENCE
    """For whom a job's identity token is made that Cellwright verifies."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """By name, what is used of others: the commits of actions."""


@dataclass(frozen=True, slots=True)
class PipelineFile:
    """A file of a pipeline: where it belongs in the repository, and what is in it."""

    path: str
    text: str
