"""The schema of `builds:` in fleet.yaml."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from cellwright.fleet.config.setting_types import Section, Text
from cellwright.model.settings.build_settings import DEFAULT_AUDIENCE, subject_fault
from cellwright.model.settings.console_settings import issuer_fault


def _issuer(value: str) -> str:
    if fault := issuer_fault(value):
        raise ValueError(fault)
    return value


class IssuerSection(Section):
    """One of `builds.issuers:`."""

    issuer: Annotated[str, AfterValidator(_issuer)]
    audience: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]{0,199}$")] = DEFAULT_AUDIENCE
    subjects: Annotated[list[Text], Field(min_length=1, max_length=200)]

    @model_validator(mode="after")
    def _own(self) -> Self:
        for subject in self.subjects:
            if fault := subject_fault(self.issuer, subject):
                raise ValueError(f"'{subject}' can't be one of its subjects: {fault}")
        return self


class BuildsSection(Section):
    """`builds:`."""

    required: bool = False
    issuers: Annotated[list[IssuerSection], Field(max_length=20)] = []

    @model_validator(mode="after")
    def _whose(self) -> Self:
        if self.required and not self.issuers:
            raise ValueError("`required` needs `issuers`: without one no build can show who it is")
        named = [item.issuer for item in self.issuers]
        if len(set(named)) != len(named):
            raise ValueError("an issuer is named twice: list all subjects in one place")
        return self
