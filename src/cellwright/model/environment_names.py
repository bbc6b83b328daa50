"""Names of environment variables, and patterns of them: which of them Terraform may be given."""

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cache

_RESERVED = (
    *("TF_CLI_ARGS", "TF_CLI_ARGS_*", "TF_WORKSPACE", "TF_DATA_DIR", "TF_VAR_*", "TF_INPUT"),
    *("TF_IN_AUTOMATION", "TF_CLI_CONFIG_FILE", "TERRAFORM_CONFIG", "TF_REATTACH_PROVIDERS"),
    *("TF_PLUGIN_CACHE_DIR", "TF_SKIP_PROVIDER_VERIFY"),
)
"""They would change what a command does regardless of the settings, or Cellwright sets them itself."""

_NEVER_SET = (
    *("LD_*", "DYLD_*", "GLIBC_*", "GCONV_PATH", "LOCPATH", "NLSPATH", "MALLOC_*", "HOSTALIASES"),
    *("PYTHON*", "PERL*", "RUBY*", "NODE_*", "JAVA_*", "_JAVA_*", "JDK_*", "GODEBUG"),
    *("PATH", "HOME", "SHELL", "USER", "LOGNAME", "TMPDIR", "IFS", "BASH_*", "XDG_*"),
    *("GIT_*", "SSH_*", "TF_CLI_*", "TF_LOG*", "TF_PLUGIN*", "TF_TEMP*", "TF_REGISTRY_*", "TF_PROVIDER_*"),
    *("TF_STATE_*", "TF_ACC*", "TF_FORCE_*", "TF_REATTACH_*", "TF_IGNORE", "OPENTOFU_*", "TOFU_*"),
    *("CHECKPOINT_*", "CELLWRIGHT_*"),
)
"""What loaders, shells, interpreters, git, Terraform and OpenTofu obey: who sets one of them runs programs,
or writes files, as the user who runs Cellwright."""

ALWAYS_ALLOWED = ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION")
"""What a cell may set where fleet.yaml says nothing: which of the user's AWS profiles, and where."""

_PATTERN = r"[A-Za-z_][A-Za-z0-9_*]*\Z"


def matches(name: str, patterns: Iterable[str]) -> bool:
    """Tell whether a name is one of `patterns`, in which `*` stands for any characters."""
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def is_reserved(name: str) -> bool:
    """Tell whether Terraform never inherits this variable, and no cell may set it."""
    return matches(name, _RESERVED)


@cache  # each unit's names are asked for, and many patterns compared with them
def is_never_set(name: str) -> bool:
    """Tell whether no cell may set this variable, whatever fleet.yaml allows."""
    return is_reserved(name) or matches(name, _NEVER_SET)


def allowed_fault(text: str) -> str | None:
    """Say why fleet.yaml can't allow cells to set the variables that `text` names; None if it can."""
    if text.startswith("*"):
        return "a pattern says how its names begin, as in DD_*: else it would allow what nobody meant"
    if not re.match(_PATTERN, text):
        return "the name of an environment variable has letters, digits and '_' only; '*' stands for any"
    if is_never_set(text):
        return "no cell may set it: it decides which code runs, or what a command does"
    return None


def pattern_fault(text: str) -> str | None:
    """Say why `text` can't name variables that are handed on to Terraform; None if it can."""
    if text.startswith("*"):
        return "a pattern says how its names begin, as in VAULT_*: else it would hand on what nobody meant"
    if not re.match(_PATTERN, text):
        return "the name of an environment variable has letters, digits and '_' only; '*' stands for any"
    if text.startswith("TF_VAR_"):
        return "it is never handed on: values of variables are inputs of their stack, in the settings"
    if is_reserved(text):
        return "it is never handed on: Cellwright sets it, or it would change what a command does"
    return None
