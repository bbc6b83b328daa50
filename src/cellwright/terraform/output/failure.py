"""Why a Terraform command failed, in kinds that are handled differently."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import Enum

from cellwright.model.diagnostic import Diagnostic, DiagnosticError, Severity, error, warning
from cellwright.model.runs.plan import ResourceCounts
from cellwright.terraform.output.encryption import encryption_fault
from cellwright.terraform.output.states.state_lock import (
    LOCK_SUMMARY,
    REFUSED_LOCK,
    UNASKED_LOCK,
    UNREADABLE_STATE,
    StateLockInfo,
    as_held,
    parse_lock_info,
    why_unasked,
)
from cellwright.terraform.process.command import KILLED, Exit

_NOISE = (
    "Incomplete lock file information for providers",  # it is about the copy's lock file, not the stack's
    "Terraform encountered problems during initialisation",  # the other diagnostics say which
    "OpenTofu encountered problems during initialisation",
    "OpenTofu encountered problems during initialization",
)
# As text, which `re` compiles on first use: few commands fail.
_WITHOUT_LOCK = r"(?s)\s*(?:Terraform|OpenTofu) acquires a state lock to\s+protect the state.*"
"""How both end what they say of a lock: by the advice to do without one, which nobody should follow here."""
_STDERR_CHARS = 4_000
_MADE = 20
"""So many resources are named."""


class FailureKind(Enum):
    """What kind of failure ended a command."""

    ERROR = "error"
    """The configuration is wrong, or a provider or its service refused."""
    LOCKED = "locked"
    """Another process holds the state's lock."""
    LOCK_UNASKED = "its lock could not be asked for"
    """The backend's server did not answer, or failed, so nobody is known to hold the lock."""
    THROTTLED = "throttled"
    """Too many calls for now."""
    UNINITIALISED = "uninitialised"
    """`init` has to run again."""
    BACKEND_CHANGED = "backend changed"
    """The state is still in the previous backend; see `migration.migrate_state`."""
    ENCRYPTION = "encryption"
    """A state or a plan can't be decrypted, or is not encrypted where it has to be."""
    INTERRUPTED = "interrupted"
    """The run was asked to stop."""
    TIMED_OUT = "timed out"
    KILLED = "killed"
    """Killed from outside: out of memory, or by a person."""


_ENDED = frozenset((FailureKind.INTERRUPTED, FailureKind.TIMED_OUT, FailureKind.KILLED))
"""The command was ended; what it said is not why it failed."""

_BY_TEXT = (
    # Both programs read the state while they take its lock, and call that a lock that they can't take.
    (FailureKind.ERROR, UNREADABLE_STATE),
    (FailureKind.ERROR, REFUSED_LOCK),
    (FailureKind.LOCK_UNASKED, UNASKED_LOCK),
    (FailureKind.LOCKED, re.escape(LOCK_SUMMARY)),
    (
        FailureKind.BACKEND_CHANGED,
        r"Backend (configuration|type) changed|Unsetting the previously set backend",
    ),
    (FailureKind.UNINITIALISED, r"(terraform|tofu) init\b"),
    (
        FailureKind.THROTTLED,
        (
            r"(?i)Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|Rate exceeded|rate limit|"
            r"StatusCode: 429|BandwidthLimitExceeded|PriorRequestNotComplete"
        ),
    ),
)
"""The kind of failure by the text of its diagnostics; the first match counts."""


class TerraformError(DiagnosticError):
    """A Terraform command did not succeed."""

    def __init__(
        self, kind: FailureKind, diagnostics: Sequence[Diagnostic], lock: StateLockInfo | None = None
    ) -> None:
        super().__init__(*diagnostics)
        self.kind = kind
        self.lock = lock
        """Who holds the state's lock, if that is the cause and Terraform says so."""
        self.counts = ResourceCounts()
        """What an apply had done before it failed."""
        self.begun = True
        """Whether the command may have begun with a resource."""
        self.messages: tuple[str, ...] = ()
        """The command's other messages."""

    @property
    def why_again(self) -> str:
        """Why the command is tried again, where its kind of failure passes."""
        if self.kind is not FailureKind.LOCK_UNASKED:
            return str(self.kind.value)
        text = "\n".join(item.detail for item in self.diagnostics)
        return f"{self.kind.value}: {why_unasked(text)}, trying again"

    @property
    def has_made_something(self) -> bool:
        """Whether it has made or destroyed anything, and had the time to write that into the state."""
        done = self.counts.add + self.counts.destroy + self.counts.replace
        return self.kind is FailureKind.ERROR and done > 0


def without_noise(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Drop repetitions, and diagnostics without information."""
    return tuple(item for item in dict.fromkeys(diagnostics) if not item.summary.startswith(_NOISE))


def failure_of(
    command: str,
    ended: Exit,
    diagnostics: Sequence[Diagnostic],
    stderr: str,
    *,
    interrupted: bool,
    unit: str = "",
) -> TerraformError:
    """Describe why `command` (`terraform plan`) of a unit failed; `stderr` is redacted."""
    from cellwright.terraform.output.hints import hint  # noqa: PLC0415  most commands succeed

    errors = [item for item in diagnostics if item.severity is Severity.ERROR]
    text = "\n".join(f"{item.summary}\n{item.detail}" for item in errors)
    kind = _kind(ended, text, interrupted=interrupted)
    own = _own_diagnostic(command, kind, ended)
    if kind not in _ENDED:
        # OpenTofu reports it as a lock that can't be had, which would be tried again.
        if fault := encryption_fault(text or stderr):
            kind, own = FailureKind.ENCRYPTION, fault
        if not errors:
            detail = stderr.strip()[-_STDERR_CHARS:] or "the unit's log may say more"
            errors = [error(f"{command} failed with exit code {ended.code}", detail)]
    shown = [_without_bad_advice(item) for item in errors]
    if own is not None:
        return TerraformError(kind, (own, *shown))
    lock = next((found for item in errors if (found := parse_lock_info(item.detail))), None)
    told = hint(text or stderr, as_held(lock, text) if lock is not None else None, unit)
    return TerraformError(kind, shown if told is None else (told, *shown), lock)


def _without_bad_advice(item: Diagnostic) -> Diagnostic:
    return replace(item, detail=re.sub(_WITHOUT_LOCK, "", item.detail))


def interrupted_before(command: str) -> TerraformError:
    """Describe a command that was not started because the run was asked to stop."""
    return TerraformError(FailureKind.INTERRUPTED, (error(f"{command} was not started: interrupted"),))


def _kind(ended: Exit, text: str, *, interrupted: bool) -> FailureKind:
    if interrupted:
        return FailureKind.INTERRUPTED
    if ended.timed_out:
        return FailureKind.TIMED_OUT
    if ended.code == KILLED:
        return FailureKind.KILLED
    found = (kind for kind, pattern in _BY_TEXT if re.search(pattern, text))
    return next(found, FailureKind.ERROR)


def killed_after(made: Sequence[str]) -> Diagnostic:
    """Name what a command had made that was killed: perhaps no state knows of it."""
    more = f" and {len(made) - _MADE} more" if len(made) > _MADE else ""
    return warning(
        f"before it was killed it had made {', '.join(made[:_MADE])}{more}",
        "where the next plan creates one of these again, the state does not have it, and it would be there "
        "twice: remove or import it first",
    )


def _own_diagnostic(command: str, kind: FailureKind, ended: Exit) -> Diagnostic | None:
    match kind:
        case FailureKind.INTERRUPTED:
            return error(f"{command} was interrupted", "cellwright resume goes on with what is left")
        case FailureKind.TIMED_OUT:
            return error(
                f"{command} was stopped: it took longer than its time-out",
                "raise terraform.timeout in fleet.yaml, or look in the unit's log for what it waited for",
            )
        case FailureKind.KILLED:
            return error(
                f"{command} was killed (exit code {ended.code})",
                "if nobody did it, the machine ran out of memory: run fewer units at once (--parallel)",
            )
        case FailureKind.BACKEND_CHANGED:
            return error(
                "the settings name another backend than the one that holds the state",
                "move the state there, or take the change of `state` in fleet.yaml back",
            )
        case _:
            return None
