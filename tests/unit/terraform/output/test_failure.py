import pytest

from cellwright.model.diagnostic import Diagnostic, Severity, error, warning
from cellwright.terraform.output.failure import (
    FailureKind,
    TerraformError,
    failure_of,
    killed_after,
    without_noise,
)
from cellwright.terraform.output.states.state_lock import StateLockInfo, parse_lock_info
from cellwright.terraform.process.command import KILLED, Exit
from cellwright.terraform.retry import TRANSIENT, RetryPolicy

LOCK_DETAIL = """Error message: resource temporarily unavailable
Lock Info:
  ID:        6de8b562-6ce4-31a7-f201-22ba1f0ba2e7
  Path:      terraform.tfstate
  Operation: OperationTypeApply
  Who:       ann@laptop
  Version:   1.11.4
  Created:   2026-11-22 22:07:24.900278054 +0000 UTC
  Info:

Terraform acquires a state lock to protect the state from being written."""


def judge(
    *found: Diagnostic, code: int = 1, timed_out: bool = False, interrupted: bool = False
) -> TerraformError:
    return failure_of(
        "terraform plan",
        Exit(code, timed_out),
        found,
        "oops",
        interrupted=interrupted,
        unit="client/acme/app",
    )


def test_a_plain_error_keeps_terraforms_message_without_the_warnings() -> None:
    failure = judge(warning("careful"), error("Invalid reference", "No such thing."))

    assert failure.kind is FailureKind.ERROR
    assert failure.diagnostics == (error("Invalid reference", "No such thing."),)


def test_a_failure_without_diagnostics_shows_standard_error() -> None:
    (found,) = judge(code=2).diagnostics

    assert found == error("terraform plan failed with exit code 2", "oops")


@pytest.mark.parametrize(
    "text",
    [
        "ThrottlingException: Rate exceeded",
        "api error Throttling: Rate exceeded",
        "RequestLimitExceeded: Request limit exceeded.",
        "https response error StatusCode: 429",
        "api error SlowDown: Please reduce your request rate.",
        "TooManyRequestsException",
    ],
)
def test_throttling_is_recognised(text: str) -> None:
    assert (
        judge(error("reading VPC", f"operation error EC2: DescribeVpcs, {text}")).kind
        is FailureKind.THROTTLED
    )


def test_a_held_lock_says_by_whom() -> None:
    failure = judge(error("Error acquiring the state lock", LOCK_DETAIL))

    assert failure.diagnostics[0].summary == "the state is locked by ann@laptop since 2026-11-22 22:07:24 UTC"
    assert "cellwright unlock client/acme/app" in failure.diagnostics[0].detail
    assert failure.kind is FailureKind.LOCKED
    assert failure.lock == StateLockInfo(
        id="6de8b562-6ce4-31a7-f201-22ba1f0ba2e7",
        who="ann@laptop",
        created="2026-11-22 22:07:24.900278054 +0000 UTC",
        operation="OperationTypeApply",
    )


@pytest.mark.parametrize(("held", "said"), [("1f0ba2e7", ", only: lock 1f0ba2e7"), ("", "")])
def test_who_wanted_a_lock_is_not_taken_for_who_holds_it(held: str, said: str) -> None:
    """Terraform's http backend describes the lock that it could not take, and names the held one's id."""
    refused = f"Error message: HTTP remote state already locked: ID={held}\n{LOCK_DETAIL}"
    told = judge(error("Error acquiring the state lock", refused)).diagnostics[0]
    assert told.summary == f"the state is locked; its backend does not say by whom{said}"
    assert "cellwright unlock client/acme/app" in told.detail


def test_the_advice_to_work_without_a_lock_is_left_out() -> None:
    advice = '\nby multiple users at the same time. You can disable locking with the "-lock=false"\nflag.'

    failure = judge(error("Error acquiring the state lock", LOCK_DETAIL + advice))

    assert failure.lock is not None
    assert failure.diagnostics[1].detail == LOCK_DETAIL.partition("\n\nTerraform acquires")[0]


def test_expired_credentials_say_so_first() -> None:
    failure = judge(error("Retrieving AWS account details", "api error ExpiredToken: The token is expired"))
    first, second = failure.diagnostics
    assert first.summary == "the AWS credentials have expired"
    assert second.summary == "Retrieving AWS account details"


@pytest.mark.parametrize("text", ["", "no lock at all", "Path: x\nWho: y", "ID 5"])
def test_a_text_without_a_lock(text: str) -> None:
    assert parse_lock_info(text) is None


def test_a_request_for_init_is_recognised() -> None:
    failure = judge(error("Required plugins are not installed", "run:\n  terraform init"))

    assert failure.kind is FailureKind.UNINITIALISED


def test_what_a_killed_apply_had_made_is_named() -> None:
    made = tuple(f"a.b{number}" for number in range(22))
    found = killed_after(made)
    assert found.summary.startswith("before it was killed it had made a.b0, a.b1, ")
    assert found.summary.endswith("a.b19 and 2 more")


def test_killed_timed_out_and_interrupted_come_first() -> None:
    assert judge(code=KILLED).kind is FailureKind.KILLED
    assert "ran out of memory" in judge(code=KILLED).diagnostics[0].detail
    assert judge(error("x"), timed_out=True).kind is FailureKind.TIMED_OUT
    interrupted = judge(error("execution halted"), code=KILLED, interrupted=True)
    assert interrupted.kind is FailureKind.INTERRUPTED
    assert [item.summary for item in interrupted.diagnostics] == [
        "terraform plan was interrupted",
        "execution halted",
    ]


def test_noise_and_repetitions_are_dropped() -> None:
    found = [
        error("execution halted"),
        Diagnostic(Severity.WARNING, "Incomplete lock file information for providers"),
        error("Terraform encountered problems during initialisation, including problems\nwith"),
        error("execution halted"),
    ]

    assert without_noise(found) == (error("execution halted"),)


def failing(*kinds: FailureKind) -> tuple[list[FailureKind], list[float], list[int]]:
    """Run work that fails in these ways and then succeeds; tell the failures left, the pauses, the notes."""
    left, pauses, notes = list(kinds), list[float](), list[int]()

    def work() -> str:
        if left:
            raise TerraformError(left.pop(0), (error("x"),))
        return "done"

    policy = RetryPolicy(attempts=4, base=2.0, longest=5.0, draw=lambda _, most: most)
    assert policy.run(work, lambda attempt, _: notes.append(attempt), pauses.append) == "done"
    return left, pauses, notes


def test_transient_failures_are_retried_with_growing_pauses() -> None:
    left, pauses, notes = failing(FailureKind.THROTTLED, FailureKind.LOCKED, FailureKind.THROTTLED)

    assert left == []
    assert pauses == [2.0, 4.0, 5.0]
    assert notes == [2, 3, 4]


def test_retries_end() -> None:
    with pytest.raises(TerraformError):
        failing(*[FailureKind.THROTTLED] * 4)


@pytest.mark.parametrize("kind", [kind for kind in FailureKind if kind not in TRANSIENT])
def test_other_failures_are_not_retried(kind: FailureKind) -> None:
    with pytest.raises(TerraformError):
        failing(kind)


def test_a_changed_backend_is_recognised() -> None:
    failure = judge(error("Backend configuration changed", 'run "terraform init -migrate-state"'))

    assert failure.kind is FailureKind.BACKEND_CHANGED
    assert "move the state there" in failure.diagnostics[0].detail


@pytest.mark.parametrize(
    "said",
    [
        "Unsupported state file format: The state file uses format version 5.",
        "Invalid state file format: The state file does not conform to the expected JSON data structure.",
        "Invalid OpenTofu version string: State file claims to have been written by OpenTofu version x.",
        "Invalid resource instance metadata in state: Instance a.b has invalid status.",
        "Duplicate resource instance in state: Instance a.b appears multiple times in the state file.",
    ],
)
def test_a_state_that_can_not_be_read_is_no_lock_to_wait_for(said: str) -> None:
    """Both programs read it while they take the lock, and say that they could not take it."""
    failure = judge(error("Error acquiring the state lock", f"Error message: {said}"))

    assert failure.kind not in TRANSIENT
    own, theirs = failure.diagnostics
    assert own.summary == "the state is damaged, or of a format that this program does not know"
    assert said in theirs.detail


@pytest.mark.parametrize(
    "said",
    [
        "Unexpected HTTP response code 405",
        "HTTP remote state endpoint requires auth",
        "open /states/.app.tfstate.lock.info: permission denied",
        "open /states/app.tfstate: read-only file system",
        "operation error S3: PutObject, https response error StatusCode: 403, api error AccessDenied",
        "operation error S3: PutObject, https response error StatusCode: 404, NoSuchBucket",
    ],
)
def test_a_lock_that_is_refused_is_held_by_nobody(said: str) -> None:
    refused = error("Error acquiring the state lock", f"Error message: {said}")

    assert judge(refused).kind is FailureKind.ERROR
    assert judge(error(refused.summary, f"{said}\n{LOCK_DETAIL}")).kind is FailureKind.LOCKED


def test_a_lock_that_may_be_had_later_is_tried_again() -> None:
    said = "HTTP remote state already locked, failed to read body: 403"
    assert judge(error("Error acquiring the state lock", said)).kind is FailureKind.LOCKED


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("Unexpected HTTP response code 501", "the server answered 501"),
        ("operation error S3: PutObject, https response error StatusCode: 503", "the server answered 503"),
        (
            "Failed to lock: LOCK http://states/a giving up after\n1 attempt(s)",
            "the server answered 429 or 5xx",
        ),
        (
            "Failed to lock: LOCK http://s/a giving up after 1 attempt(s): dial tcp: connection refused",
            "connection refused",
        ),
    ],
)
def test_a_server_that_can_not_be_asked_for_a_lock_is_no_lock_that_is_held(said: str, why: str) -> None:
    failure = judge(error("Error acquiring the state lock", f"Error message: {said}"))

    assert failure.kind is FailureKind.LOCK_UNASKED
    assert failure.why_again == f"its lock could not be asked for: {why}, trying again"
    assert failure.diagnostics[0].summary == f"the lock of the state could not be asked for: {why}"
    held = judge(error("Error acquiring the state lock", f"Error message: {said}\n{LOCK_DETAIL}"))
    assert (held.kind, held.why_again) == (FailureKind.LOCKED, "locked")


def test_a_server_is_waited_for_longer_but_not_for_ever() -> None:
    left, pauses, _ = failing(*[FailureKind.LOCK_UNASKED] * 7)
    assert (left, len(pauses)) == ([], 7)
    with pytest.raises(TerraformError):
        failing(*[FailureKind.LOCK_UNASKED] * 8)
