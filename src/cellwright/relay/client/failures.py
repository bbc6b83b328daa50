"""Which of Terraform's errors the relay may have caused."""

import re
from collections.abc import Iterable

from cellwright.model.diagnostic import Diagnostic, Severity

# As text, which `re` compiles on first use: few commands fail.
_MISSING_SCHEMA = (
    r"(?i)no schema (available|found) for|missing schema for"
    r"|is not supported by provider|provider does not support"
    r"|does not support (resource type|data source|ephemeral)"
    r"|unknown (resource type|data source|ephemeral resource|list resource|action)"
)

_PROVIDER_FAILED = (
    r"(?i)Plugin did not respond|Plugin error|Failed to load plugin schemas|failed to instantiate provider"
    r"|Unsupported plugin method|rpc error: code = Unavailable"
)


def needs_full_schema(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether a type that was left out of the schema may be the cause; the command is then repeated once.

    A type that does not exist at all gives the same error: the repetition ends with Terraform's own error.
    """
    return _any_error_matches(diagnostics, _MISSING_SCHEMA)


def provider_failed(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether a provider could not be started, reached or understood: its own fault, or the relay's."""
    return _any_error_matches(diagnostics, _PROVIDER_FAILED)


def _any_error_matches(diagnostics: Iterable[Diagnostic], pattern: str) -> bool:
    return any(
        diagnostic.severity is Severity.ERROR
        and re.search(pattern, f"{diagnostic.summary}\n{diagnostic.detail}")
        for diagnostic in diagnostics
    )
