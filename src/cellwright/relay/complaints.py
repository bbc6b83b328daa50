"""Telling which of Terraform's complaints the relay may have caused."""

import re
from collections.abc import Iterable

from cellwright.model.diagnostic import Diagnostic, Severity

_MISSING = re.compile(
    r"no schema (available|found) for|missing schema for"
    r"|is not supported by provider|provider does not support"
    r"|does not support (resource type|data source|ephemeral)"
    r"|unknown (resource type|data source|ephemeral resource|list resource|action)",
    re.IGNORECASE,
)

_FAILED = re.compile(
    r"Plugin did not respond|Plugin error|Failed to load plugin schemas|failed to instantiate provider"
    r"|Unsupported plugin method",
    re.IGNORECASE,
)


def needs_full_schema(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether an error may come from a type that was cut away; then the command is worth one repetition.

    A type that does not exist at all reads the same: the repetition ends with Terraform's own error.
    """
    return _any_says(diagnostics, _MISSING)


def provider_failed(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether a provider could not be started, reached or understood: its own fault, or the relay's."""
    return _any_says(diagnostics, _FAILED)


def _any_says(diagnostics: Iterable[Diagnostic], pattern: re.Pattern[str]) -> bool:
    return any(
        diagnostic.severity is Severity.ERROR and pattern.search(f"{diagnostic.summary}\n{diagnostic.detail}")
        for diagnostic in diagnostics
    )
