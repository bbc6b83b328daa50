"""The schema of `ci:` in fleet.yaml.

Its values become part of pipelines' files and of shell lines there, so each may have few characters.
"""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from cellwright.drift.cron import CronError, check_cron
from cellwright.fleet.config.setting_types import Seconds, Section
from cellwright.model.settings.ci_settings import (
    DEFAULT_BRANCH,
    DEFAULT_DRIFT,
    DEFAULT_ENVIRONMENT,
    DEFAULT_SESSION,
    CiSettings,
)

_ROLE = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]{1,512}\Z")
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]{1,2}\Z")
_BRANCH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,199}\Z")
_ENVIRONMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,99}\Z")
_SECRET = re.compile(r"[A-Za-z0-9/_+=.@:-]{1,512}\Z")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{0,99}\Z")
_IMAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:-]{0,254}(@sha256:[0-9a-f]{64})?\Z")
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._=-]{0,99}\Z")


_CRON = re.compile(r"[0-9A-Za-z*,/-]+( [0-9A-Za-z*,/-]+){4}\Z")


def _matching(pattern: re.Pattern[str], wanted: str) -> AfterValidator:
    def check(value: str) -> str:
        if not pattern.match(value) or ".." in value:
            raise ValueError(wanted)
        return value

    return AfterValidator(check)


def _cron(value: str) -> str:
    if not _CRON.match(value):
        raise ValueError("write five fields with one blank between them: `17 3 * * *`")
    try:
        check_cron(value, "UTC")
    except CronError as fault:
        raise ValueError(str(fault)) from fault
    return value


Role = Annotated[str, _matching(_ROLE, "a role is written like arn:aws:iam::111122223333:role/medloop-ci")]
Region = Annotated[str, _matching(_REGION, "a region is written like us-east-1")]
Branch = Annotated[str, _matching(_BRANCH, "a branch has letters, digits, '.', '_', '/' and '-' only here")]
Environment = Annotated[
    str, _matching(_ENVIRONMENT, "an environment has letters, digits, '.', '_', '/' and '-' only here")
]
SecretName = Annotated[
    str, _matching(_SECRET, "name a secret of AWS Secrets Manager, or give its ARN; never the secret itself")
]
Variable = Annotated[str, _matching(_VARIABLE, "a variable has letters A-Z, digits and '_' only")]
Image = Annotated[str, _matching(_IMAGE, "an image is written like registry.example/cellwright@sha256:...")]
Label = Annotated[str, _matching(_LABEL, "a runner's label has letters, digits, '.', '_', '=' and '-' only")]
Cron = Annotated[str, AfterValidator(_cron)]


class RolesSection(Section):
    """`ci.roles:`."""

    plan: Role
    apply: Role


class CiSection(Section):
    """`ci:`."""

    region: Region
    roles: RolesSection
    branch: Branch = DEFAULT_BRANCH
    environment: Environment = DEFAULT_ENVIRONMENT
    secrets: Annotated[dict[Variable, SecretName], Field(max_length=50)] = {}
    comment_token: SecretName | None = None
    image: Image | None = None
    runner: Annotated[list[Label], Field(max_length=20)] = []
    session: Annotated[Seconds, Field(ge=900, le=43_200)] = DEFAULT_SESSION
    drift: Cron = DEFAULT_DRIFT

    def settings(self) -> CiSettings:
        """Give it as values."""
        return CiSettings(
            region=self.region,
            plan_role=self.roles.plan,
            apply_role=self.roles.apply,
            branch=self.branch,
            environment=self.environment,
            secrets=dict(sorted(self.secrets.items())),
            comment_token=self.comment_token,
            image=self.image,
            runner=tuple(self.runner),
            session=self.session,
            drift=self.drift,
        )
