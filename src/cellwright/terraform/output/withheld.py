"""Completes an error of a provider that would have found what it needs in a variable that it is not given.

Terraform's processes get a clean environment, so a variable that is set in a person's shell does not reach a
provider by itself. Names only are told, never values.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from cellwright.model.diagnostic import Diagnostic, Severity
from cellwright.model.environment_names import matches
from cellwright.terraform.output.json_lines import Subject
from cellwright.terraform.process.provider_variables import read_by_backend, read_by_provider

# As text, which `re` compiles on first use: few commands fail.
_CONFIGURED = (
    r'(?:^|[./])provider\["(?:[^"]*/)?([^"/]+)"\]',  # an address: provider["HOST/NAMESPACE/TYPE"]
    r'^provider "([^"]+)"',  # a block of the configuration
)
_UNCONFIGURED = r'[Pp]rovider "(?:[^"]*/)?([^"/]+)" requires explicit configuration'
_INDEX = r"\[[^\]]*\]"
_NO_ACCESS = (
    r"(?i)connection refused|no such host|i/o timeout|deadline exceeded|unreachable|unauthori[sz]ed|"
    r"forbidden|permission denied|access denied|authenticat|credential|token|api[ _-]?key|\b40[13]\b|"
    r"no configuration has been provided"
)
"""Nobody was reached, or nobody was let in: what a missing address or credential looks like from a resource.
Some providers (consul, kubernetes, github) find out with their first request only."""


@dataclass(frozen=True, slots=True)
class WithheldVariables:
    """Variables of our environment that a unit's Terraform is not given."""

    names: frozenset[str] = frozenset()
    backend: str = ""
    """Where the unit's state is kept; backends read variables too."""

    @classmethod
    def between(cls, ambient: Mapping[str, str], given: Mapping[str, str], backend: str) -> Self:
        """Compare our environment with the one of a unit's commands."""
        return cls(frozenset(name for name, value in ambient.items() if value and name not in given), backend)

    def complete(self, found: Diagnostic, subject: Subject) -> Diagnostic:
        """Add to an error which variables it may be about, and how they are passed."""
        if found.severity is not Severity.ERROR or not self.names:
            return found
        patterns = self._read(found, subject)
        wanted = sorted(name for name in self.names if matches(name, patterns))
        if not wanted:
            return found
        detail = f"{found.detail.rstrip()}\n\n{_advice(wanted)}" if found.detail else _advice(wanted)
        return replace(found, detail=detail)

    def _read(self, found: Diagnostic, subject: Subject) -> tuple[str, ...]:
        """Patterns of what is read by the part of Terraform that failed."""
        if kind := _configured(found, subject):
            return read_by_provider(kind)
        if not re.search(_NO_ACCESS, f"{found.summary}\n{found.detail}"):
            return ()
        if subject.address:
            return read_by_provider(_provider_of_resource(subject.address))
        return read_by_backend(self.backend) if found.position is None else ()


def _configured(found: Diagnostic, subject: Subject) -> str:
    """The provider whose configuration the error is about; empty if it is about something else."""
    asked = re.search(_UNCONFIGURED, found.detail)
    # OpenTofu writes the address of a provider without a block in place of a file.
    file = found.position.file if found.position is not None else ""
    places = (subject.address, subject.block, file)
    named = (re.search(pattern, text) for pattern in _CONFIGURED for text in places)
    return next((match.group(1) for match in (*named, asked) if match), "")


def _provider_of_resource(address: str) -> str:
    """The type of a resource's provider: the first word of the resource's type."""
    steps = re.sub(_INDEX, "", address).split(".")
    while steps[:1] == ["module"]:
        del steps[:2]
    if steps[:1] in (["data"], ["ephemeral"]):
        del steps[0]
    return steps[0].partition("_")[0] if steps else ""


def _advice(names: list[str]) -> str:
    one = len(names) == 1
    told = names[0] if one else f"{', '.join(names[:-1])} and {names[-1]}"
    return (
        f"{told} {'is' if one else 'are'} set here, but Terraform is not given {'it' if one else 'them'}. "
        f"To pass {'it' if one else 'them'} on, write in fleet.yaml: "
        f"terraform: {{environment_pass: [{', '.join(names)}]}}"
    )
