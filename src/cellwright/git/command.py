"""Starts git: a command goes in as a value, its outcome comes out as one."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.text.search_path import without_current_folder
from cellwright.model.text.url_credentials import without_logins

DEFAULT_TIMEOUT = 120.0
"""Seconds; for what stays on this machine."""

_REPOSITORY_VARIABLES = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_DIR",
        "GIT_GRAFT_FILE",
        "GIT_IMPLICIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_INTERNAL_SUPER_PREFIX",
        "GIT_NAMESPACE",
        "GIT_NO_REPLACE_OBJECTS",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_QUARANTINE_PATH",
        "GIT_REPLACE_REF_BASE",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
    }
)
"""Set when a git hook has started us; every command would then use that hook's repository."""

_ALWAYS = (
    ("init.defaultBranch", "main"),
    ("core.autocrlf", "false"),  # the same bytes on every machine
    ("core.quotePath", "false"),
    ("core.fsmonitor", "false"),
    ("advice.detachedHead", "false"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
)

_PLAIN = {"LC_ALL": "C"}
"""Messages as we know them; a hook speaks the person's language."""
_NO_HOOKS = ("core.hooksPath", os.devnull)


@dataclass(frozen=True, slots=True)
class GitOutcome:
    """How a git command ended. `err` is for people; text that is not UTF-8 is kept by surrogates in `out`."""

    arguments: tuple[str, ...]
    code: int
    out: str
    err: str

    def checked(self, summary: str, advice: str = "") -> str:
        """Give the output of a command that had to succeed.

        Raises:
            DiagnosticError: it failed; git's message is added to `advice`.
        """
        if self.code == 0:
            return self.out
        words = without_logins(" ".join(self.err.split())) or f"exit code {self.code}"
        detail = f"{advice}; git said: {words}" if advice else f"git said: {words}"
        raise DiagnosticError(error(summary, detail))


def run_git(  # noqa: PLR0913  each is a choice of its own
    arguments: Sequence[str],
    *,
    environment: Mapping[str, str],
    cwd: Path | None = None,
    timeout: float = DEFAULT_TIMEOUT,
    text: str | None = None,
    added: Mapping[str, str] | None = None,
    hooks: bool = False,
    settings: Sequence[tuple[str, str]] = (),
) -> GitOutcome:
    """Run `git ARGUMENTS` and wait for its end; git never prompts.

    Args:
        arguments: the command and its arguments; no secrets, other users can read them.
        environment: what git gets, without variables that name a repository; its PATH finds git.
        cwd: the folder to run in.
        timeout: seconds, after which git and all that it started is killed.
        text: its standard input.
        added: further variables, for this command alone.
        hooks: run the repository's hooks, as git does by itself.
        settings: further settings, for this command alone; no secrets either.

    Raises:
        DiagnosticError: there is no git, or it did not end in time. A failure is an outcome.
    """
    in_force = (*_ALWAYS, *(() if hooks else (_NO_HOOKS,)), *settings)
    configuration = [part for name, value in in_force for part in ("-c", f"{name}={value}")]
    command = ["git", *configuration, *arguments]
    try:
        # A session of its own: no terminal to prompt on (ssh asks there, whatever its input), and a group
        # to kill with all that git started.
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=_environment(environment, {**({} if hooks else _PLAIN), **(added or {})}),
            stdin=subprocess.PIPE if text is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except FileNotFoundError:
        if cwd is not None and not cwd.is_dir():
            raise DiagnosticError(error(f"the folder '{cwd}' does not exist", "create it")) from None
        raise DiagnosticError(error("git was not found", "install git, or add it to the PATH")) from None
    except OSError as fault:
        raise DiagnosticError(
            error(f"git could not be started: {fault.strerror}", "check that git can be executed")
        ) from None
    return _finish(process, tuple(arguments), timeout, text)


def _finish(
    process: "subprocess.Popen[bytes]", arguments: tuple[str, ...], timeout: float, text: str | None
) -> GitOutcome:
    with process:
        try:
            out, err = process.communicate(text.encode() if text is not None else None, timeout)
        except subprocess.TimeoutExpired:
            _kill(process)
            summary = f"git {arguments[0]} did not end within {timeout:.0f} seconds"
            advice = "check the network, and that git needs no password or confirmation"
            raise DiagnosticError(error(summary, advice)) from None
        except BaseException:  # an interrupt: leave no running process behind
            _kill(process)
            raise
    return GitOutcome(
        arguments, process.returncode, out.decode(errors="surrogateescape"), err.decode(errors="replace")
    )


def _kill(process: "subprocess.Popen[bytes]") -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


def _environment(given: Mapping[str, str], added: Mapping[str, str]) -> dict[str, str]:
    """Keep what reaches credentials (ssh agent, askpass, proxies, configuration), drop what misleads."""
    # Without PATH, Python would look in its own default list.
    kept = {
        name: value
        for name, value in without_current_folder(given).items()
        if name not in _REPOSITORY_VARIABLES
    }
    settled = {
        "GIT_TERMINAL_PROMPT": "0",
        "GCM_INTERACTIVE": "never",
        "GIT_OPTIONAL_LOCKS": "0",
    }
    return {**kept, **settled, **added}
