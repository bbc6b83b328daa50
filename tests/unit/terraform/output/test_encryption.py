import pytest

from cellwright.model.diagnostic import error
from cellwright.terraform.output.encryption import encryption_fault
from cellwright.terraform.output.failure import FailureKind, failure_of
from cellwright.terraform.process.command import KILLED, Exit

WRONG_KEY = (
    "Error message: failed to write backup file: decryption failed for all provided methods\n"
    "attempted decryption failed for state: decryption failed: cipher: message authentication failed\n\n"
    "OpenTofu acquires a state lock to protect the state from being written"
)
RENAMED = (
    "Error message: failed to write backup file: decryption failed for all provided methods\n"
    "attempted decryption failed for state: decryption failed: cipher: message authentication failed\n"
    "attempted decryption failed for state: no decryption key available"
)
FRAMED = """╷
│ Error: Couldn't show local plan
│
│ Plan read error: the given plan file is encrypted and requires a valid
│ encryption configuration to decrypt
╵"""


@pytest.mark.parametrize(
    ("said", "summary"),
    [
        (WRONG_KEY, "the state can't be decrypted with the key that is given"),
        (RENAMED, "the state can't be decrypted with the keys that are given"),
        (FRAMED, "the plan is encrypted, and no key is given"),
        (
            "This state file is encrypted and can not be read without an encryption configuration",
            "the state is encrypted, and no key is given",
        ),
        (
            "Failed to refresh state: encountered unencrypted payload without unencrypted method configured",
            "the state is not encrypted yet",
        ),
        (
            "decryption failed for all provided methods: attempted decryption failed for plan: cipher",
            "the plan can't be decrypted with the key that is given",
        ),
        (
            "decryption failed for all provided methods",
            "the state or plan can't be decrypted with the key that is given",
        ),
        (
            'Unsupported state file format: The state file does not have a "version" attribute, which is',
            "is encrypted by OpenTofu, or is no state at all",
        ),
    ],
)
def test_what_is_wrong_with_the_key_is_said_in_plain_words(said: str, summary: str) -> None:
    found = encryption_fault(said)

    assert found is not None
    assert summary in found.summary
    assert found.detail


def test_other_texts_are_about_something_else() -> None:
    assert encryption_fault("Error acquiring the state lock: resource temporarily unavailable") is None


def test_a_wrong_key_is_no_lock_that_is_held() -> None:
    found = [error("Error acquiring the state lock", WRONG_KEY)]

    failure = failure_of("tofu plan", Exit(1), found, "", interrupted=False)

    assert failure.kind is FailureKind.ENCRYPTION
    assert [item.summary for item in failure.diagnostics[1:]] == ["Error acquiring the state lock"]
    assert failure.diagnostics[1].detail == WRONG_KEY.partition("\n\n")[0]


def test_a_command_that_only_writes_to_standard_error() -> None:
    failure = failure_of("tofu show", Exit(1), [], FRAMED, interrupted=False)

    assert failure.kind is FailureKind.ENCRYPTION
    assert "tofu show failed with exit code 1" in failure.diagnostics[1].summary


def test_a_killed_command_did_not_fail_for_its_key() -> None:
    failure = failure_of("tofu show", Exit(KILLED), [], FRAMED, interrupted=False)

    assert failure.kind is FailureKind.KILLED
