import os
import pwd
import socket
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cellwright.terraform.output.states.state_lock import (
    KilledCommand,
    StateLockInfo,
    is_stale_lock,
    parse_lock_info,
)

TAKEN = datetime(2026, 11, 22, 21, 48, 12, tzinfo=UTC).timestamp()
DEAD = KilledCommand(started=TAKEN - 10, found=TAKEN + 60)
FIXED = StateLockInfo(
    id="5a48b98c",
    who=f"{pwd.getpwuid(os.getuid()).pw_name}@{socket.gethostname()}",
    created="2026-11-22 21:48:12.525063723 +0000 UTC",
    operation="OperationTypeApply",
)


def test_a_lock_is_read_from_terraforms_message() -> None:
    said = (
        "Error message: ConditionalCheckFailed\nLock Info:\n"
        "  ID:        5a48b98c\n  Path:      states/a.tfstate\n  Operation: OperationTypeApply\n"
        f"  Who:       {FIXED.who}\n  Version:   1.11.4\n  Created:   {FIXED.created}\n  Info:      \n"
    )
    assert parse_lock_info(said) == FIXED
    assert parse_lock_info("Error: something else") is None


def test_a_lock_that_a_killed_command_took_is_stale() -> None:
    assert is_stale_lock(FIXED, DEAD)
    assert is_stale_lock(replace(FIXED, created="2026-11-22 21:48:12 +0000 UTC"), DEAD)


@pytest.mark.parametrize(
    "lock",
    [
        replace(FIXED, who="eve@elsewhere"),
        replace(FIXED, who=""),
        replace(FIXED, created="2026-11-22 21:47:30.5 +0000 UTC"),
        replace(FIXED, created="2026-11-22 21:49:12.5 +0000 UTC"),
        replace(FIXED, created="yesterday"),
        replace(FIXED, created=""),
    ],
    ids=["somebody else", "nobody", "before it was started", "after it was found dead", "no time", "unknown"],
)
def test_any_other_lock_is_not_stale(lock: StateLockInfo) -> None:
    assert not is_stale_lock(lock, DEAD)


@pytest.mark.parametrize(
    ("created", "told"),
    [
        ("2026-11-22 21:48:12.525063723 +0000 UTC", "2026-11-22 21:48:12 UTC"),
        ("2026-01-01 00:00:00 +0000 UTC", "2026-01-01 00:00:00 UTC"),
        ("yesterday", "yesterday"),
        ("", ""),
    ],
)
def test_the_time_at_which_it_was_taken_is_told_to_the_second(created: str, told: str) -> None:
    assert replace(FIXED, created=created).taken == told
