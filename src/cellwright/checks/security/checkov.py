"""Asks checkov about folders of Terraform files: offline, once for all of them."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from cellwright.checks.command import printed_by
from cellwright.checks.security.report import Report, UnreadableReportError, read_report
from cellwright.model.diagnostic import DiagnosticError, error

PROGRAM = "checkov"
VARIABLE = "CELLWRIGHT_CHECKOV"
"""Names the program, where it is not `checkov` on the PATH."""
VERSION = "3.3.30"
"""The version that the reference stacks were judged by."""
INSTALL = f"pipx install checkov=={VERSION}"
LONGEST = 900.0
"""Seconds."""

_ARGUMENTS = ("--framework", "terraform", "--output", "json", "--compact", "--skip-download")
_JUDGED = (0, 1)
"""Exit codes: nothing was found, something was."""
_PASSED = ("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR")
"""What it needs; credentials of any kind are none of its business."""
_MOST_SAID = 300


def find_checkov(environment: Mapping[str, str]) -> str:
    """Find the program.

    Raises:
        DiagnosticError: it is not there; says how to install it.
    """
    named = environment.get(VARIABLE)
    found = shutil.which(named or PROGRAM, path=environment.get("PATH", ""))
    if found:
        return found
    if named:
        raise DiagnosticError(error(f"{VARIABLE} names no program: {named}", f"install it: {INSTALL}"))
    raise DiagnosticError(
        error(
            "checkov, which judges the security of stacks, is not on the PATH",
            f"install it ({INSTALL}), or name the program in {VARIABLE}",
        )
    )


def judge(program: str, folder: Path, environment: Mapping[str, str], longest: float = LONGEST) -> Report:
    """Judge all Terraform files below a folder.

    Raises:
        DiagnosticError: it can't be started, crashes, takes too long, or prints no report.
    """
    passed = {name: environment[name] for name in _PASSED if name in environment}
    command = (program, *_ARGUMENTS, "--directory", str(folder))
    ended = printed_by(command, folder, {**passed, "LOG_LEVEL": "WARNING"}, longest)
    if ended.why:
        raise DiagnosticError(error(ended.why, "nothing is known of the stacks' security; try it by itself"))
    if ended.code not in _JUDGED:
        raise _useless(f"it ended with exit code {ended.code}", ended.logged)
    try:
        return read_report(ended.printed, ended.logged)
    except UnreadableReportError as fault:
        raise _useless(f"it printed no report ({fault})", ended.logged) from fault


def _useless(why: str, logged: str) -> DiagnosticError:
    lines = [line.strip() for line in logged.splitlines() if line.strip()]
    said = f"it said: {lines[-1][:_MOST_SAID]}" if lines else "it said nothing"
    advice = f"{said}; the version that was tried is {VERSION}"
    return DiagnosticError(error(f"checkov has judged nothing: {why}", advice))
