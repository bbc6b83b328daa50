"""The schema of `offboarding:` in fleet.yaml."""

from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from cellwright.fleet.config.setting_types import Seconds, Section, Text
from cellwright.model.offboarding import DEFAULT_HOLD
from cellwright.model.settings.offboarding_settings import (
    DEFAULT_EXPORT_SECONDS,
    LONGEST_EXPORT_SECONDS,
    ExportSettings,
    OffboardingSettings,
    parse_hold,
)

MOST_APPROVERS = 9


def _hold(value: object) -> object:
    return parse_hold(str(value))


Hold = Annotated[int, BeforeValidator(_hold)]


class ExportSection(Section):
    """`offboarding.export:`."""

    command: Annotated[list[Text], Field(min_length=1)]
    timeout: Annotated[Seconds, Field(le=LONGEST_EXPORT_SECONDS)] = DEFAULT_EXPORT_SECONDS


class OffboardingSection(Section):
    """`offboarding:`."""

    hold: Hold = DEFAULT_HOLD
    shortest: Hold | None = None
    approvers: Annotated[int, Field(ge=0, le=MOST_APPROVERS)] = 0
    export: ExportSection | None = None

    @model_validator(mode="after")
    def _shorter(self) -> Self:
        if self.shortest is not None and self.shortest > self.hold:
            raise ValueError("the shortest hold is longer than the one that is taken by default")
        return self

    def settings(self) -> OffboardingSettings:
        """Give it as values."""
        export = self.export
        return OffboardingSettings(
            hold=self.hold,
            shortest=self.shortest,
            approvers=self.approvers,
            export=None
            if export is None
            else ExportSettings(command=tuple(export.command), timeout=export.timeout),
        )
