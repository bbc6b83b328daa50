"""The environment of a Terraform process: an allow-list from ours, then what its cell sets."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from cellwright.model.diagnostic import Diagnostic, DiagnosticError, error
from cellwright.model.environment_names import ALWAYS_ALLOWED, is_never_set, is_reserved, matches

FIXED: Mapping[str, str] = {"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "TF_INPUT": "0"}
"""Set for every command: no version check over the network, no prompts."""

TUNING: Mapping[str, str] = {"GOGC": "400"}
"""For Go's garbage collector, unless the environment or a cell says otherwise.

A command lives for a moment: collecting less often saves a quarter of its CPU time (docs/performance.md)."""

_PASSED = frozenset(
    (
        *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TZ", "LANG", "LANGUAGE"),
        *("SSH_AUTH_SOCK", "GIT_SSH", "GIT_SSH_COMMAND"),
        *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"),
        *("http_proxy", "https_proxy", "all_proxy", "no_proxy"),
        *("SSL_CERT_FILE", "SSL_CERT_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME"),
        *("GOGC", "GOMEMLIMIT"),  # how much memory Go programs trade for CPU time
        "TF_ENCRYPTION",  # OpenTofu's configuration of keys for states and plans
    )
)

_AWS_REGION = frozenset(("AWS_REGION", "AWS_DEFAULT_REGION"))
_AWS_NO_IDENTITY = (
    *_AWS_REGION,
    *("AWS_CA_BUNDLE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_*", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"),
    *("AWS_MAX_ATTEMPTS", "AWS_RETRY_MODE", "AWS_DEFAULT_OUTPUT", "AWS_PAGER", "AWS_EC2_METADATA_*"),
    *("AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT", "AWS_STS_REGIONAL_ENDPOINTS", "AWS_SDK_*"),
)
"""Not part of an AWS identity; every other AWS_* name is."""


def clean_environment(
    ambient: Mapping[str, str], cell: Mapping[str, str], pass_patterns: Iterable[str] = ()
) -> dict[str, str]:
    """Make a process's whole environment.

    `TUNING` first. From `ambient`: the allow-list, LC_*, AWS_*, and names that match one of `pass_patterns`
    (`VAULT_*`); but AWS_CA_BUNDLE only if the file that it names exists: a path from another machine would
    make every call fail. `cell` is what the cell's settings add. An identity is never mixed: if the cell
    names any part of an AWS identity (keys, token, profile, role), every ambient part goes; likewise the
    region's two names.

    Raises:
        DiagnosticError: the cell sets a name that is reserved; every such name is reported.
    """
    if faults := reserved_names(cell):
        raise DiagnosticError(*faults)
    patterns = tuple(pass_patterns)
    result = {**TUNING, **{name: value for name, value in ambient.items() if _passes(name, patterns)}}
    _drop_replaced(result, cell)
    _drop_missing_bundle(result)
    result.update(cell)
    result.update(FIXED)
    return result


def names_not_allowed(cell: Mapping[str, str], allowed: Iterable[str]) -> tuple[Diagnostic, ...]:
    """Report each name that a cell sets though it is reserved, or not among those that are allowed."""
    patterns = (*ALWAYS_ALLOWED, *allowed)
    others = (name for name in sorted(cell) if not is_never_set(name) and not matches(name, patterns))
    return (
        *reserved_names(cell),
        *(
            error(
                f"a cell's environment can't set {name}: fleet.yaml does not allow it",
                "what a program obeys may run other code: if this is harmless in any cell's file, write in"
                f" fleet.yaml: terraform: {{environment_allow: [{name}]}}",
            )
            for name in others
        ),
    )


def reserved_names(cell: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """Report each name that no cell may set, and what to do instead."""
    return tuple(
        error(f"a cell's environment can't set {name}", _advice(name))
        for name in sorted(cell)
        if is_never_set(name)
    )


@cache
def is_identity(name: str) -> bool:
    """Tell whether `name` is part of an AWS identity; such values are also kept out of logs."""
    return name.startswith("AWS_") and not matches(name, _AWS_NO_IDENTITY)


@cache  # thousands of units of one run ask for the same few names
def _passes(name: str, patterns: tuple[str, ...]) -> bool:
    if is_reserved(name):
        return False
    return name in _PASSED or name.startswith(("LC_", "AWS_")) or matches(name, patterns)


def _drop_replaced(result: dict[str, str], cell: Mapping[str, str]) -> None:
    if any(is_identity(name) for name in cell):
        for name in [name for name in result if is_identity(name)]:
            del result[name]
    if not _AWS_REGION.isdisjoint(cell):
        for name in _AWS_REGION:
            result.pop(name, None)


def _drop_missing_bundle(result: dict[str, str]) -> None:
    bundle = result.get("AWS_CA_BUNDLE")
    if bundle is not None and not Path(bundle).is_file():
        del result["AWS_CA_BUNDLE"]


def _advice(name: str) -> str:
    if name.startswith("TF_VAR_"):
        return f"make it an input of the stack: {name.removeprefix('TF_VAR_')}"
    if is_reserved(name):
        return "Cellwright sets it, or it would change what a command does; remove it"
    return (
        "it decides which code runs or where files are written; set it where Cellwright is started, and hand"
        f" it on with terraform: {{environment_pass: [{name}]}} in fleet.yaml if Terraform needs it"
    )
