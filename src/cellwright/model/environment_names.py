"""Names of environment variables, and patterns of them: which of them Terraform may be given."""

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase

_RESERVED = (
    *("TF_CLI_ARGS", "TF_CLI_ARGS_*", "TF_WORKSPACE", "TF_DATA_DIR", "TF_VAR_*", "TF_INPUT"),
    *("TF_IN_AUTOMATION", "TF_CLI_CONFIG_FILE", "TERRAFORM_CONFIG", "TF_REATTACH_PROVIDERS"),
    *("TF_PLUGIN_CACHE_DIR", "TF_SKIP_PROVIDER_VERIFY"),
)
"""They would change what a command does regardless of the settings, or Cellwright sets them itself."""

_PATTERN = re.compile(r"[A-Za-z_][A-Za-z0-9_*]*\Z")


def matches(name: str, patterns: Iterable[str]) -> bool:
    """Tell whether a name is one of `patterns`, in which `*` stands for any characters."""
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def is_reserved(name: str) -> bool:
    """Tell whether Terraform never inherits this variable, and no cell may set it."""
    return matches(name, _RESERVED)


def pattern_fault(text: str) -> str | None:
    """Say why `text` can't name variables that are handed on to Terraform; None if it can."""
    if text.startswith("*"):
        return "a pattern says how its names begin, as in VAULT_*: else it would hand on what nobody meant"
    if not _PATTERN.match(text):
        return "the name of an environment variable has letters, digits and '_' only; '*' stands for any"
    if text.startswith("TF_VAR_"):
        return "it is never handed on: values of variables are inputs of their stack, in the settings"
    if is_reserved(text):
        return "it is never handed on: Cellwright sets it, or it would change what a command does"
    return None
