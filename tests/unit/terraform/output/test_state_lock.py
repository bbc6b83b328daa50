import os
import pwd
import socket
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cellwright.terraform.output.state_lock import Desertion, StateLockInfo, is_deserted, parse_lock_info

TAKEN = datetime(2026, 11, 22, 21, 48, 12, tzinfo=UTC).timestamp()
DEAD = Desertion(started=TAKEN - 10, found=TAKEN + 60)
OURS = StateLockInfo(
    id="5a48b98c",
    who=f"{pwd.getpwuid(os.getuid()).pw_name}@{socket.gethostname()}",
    created="2026-11-22 21:48:12.525063723 +0000 UTC",
    path="states/a.tfstate",
    operation="apply",
)


def test_a_lock_is_read_from_terraform_s_words() -> None:
    said = (
        "Error message: ConditionalCheckFailed\nLock Info:\n"
        "  ID:        5a48b98c\n  Path:      states/a.tfstate\n  Operation: OperationTypeApply\n"
        f"  Who:       {OURS.who}\n  Version:   1.11.4\n  Created:   {OURS.created}\n  Info:      \n"
    )
    assert parse_lock_info(said) == OURS
    assert parse_lock_info("Error: something else") is None


def test_what_a_killed_command_took_while_it_lived_is_deserted() -> None:
    assert is_deserted(OURS, DEAD)
    assert is_deserted(replace(OURS, created="2026-11-22 21:48:12 +0000 UTC"), DEAD)


@pytest.mark.parametrize(
    "lock",
    [
        replace(OURS, who="eve@elsewhere"),
        replace(OURS, who=""),
        replace(OURS, created="2026-11-22 21:47:30.5 +0000 UTC"),
        replace(OURS, created="2026-11-22 21:49:12.5 +0000 UTC"),
        replace(OURS, created="yesterday"),
        replace(OURS, created=""),
    ],
    ids=["somebody else", "nobody", "before it was started", "after it was found dead", "no time", "unknown"],
)
def test_any_other_lock_is_somebody_s(lock: StateLockInfo) -> None:
    assert not is_deserted(lock, DEAD)
