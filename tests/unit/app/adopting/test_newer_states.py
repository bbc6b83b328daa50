"""A state that a newer program wrote is not adopted by an older one; products number their releases apart."""

import pytest

from cellwright.app.adopting.looking import newer_than
from cellwright.model.address import UnitAddress
from cellwright.model.applied import StateMark
from cellwright.model.binary import BinaryVersion
from cellwright.terraform.output.states.state_reader import StateSnapshot

UNIT = UnitAddress.parse("client/acme/app")
TERRAFORM = BinaryVersion("terraform", "1.15.9")
OPENTOFU = BinaryVersion("tofu", "1.12.6")


def state(writer: BinaryVersion | None, version: str = "") -> StateSnapshot:
    return StateSnapshot(StateMark("l", 1), {}, writer.version if writer else version, 1, writer)


@pytest.mark.parametrize(
    ("found", "now", "by"),
    [
        (state(TERRAFORM), BinaryVersion("terraform", "1.11.4"), "Terraform 1.15.9"),
        (state(OPENTOFU), BinaryVersion("terraform", "1.11.4"), "OpenTofu 1.12.6"),
        (state(None, "1.15.9"), OPENTOFU, "version 1.15.9"),
    ],
)
def test_newer(found: StateSnapshot, now: BinaryVersion, by: str) -> None:
    fault = newer_than(UNIT, found, now)
    assert fault is not None
    assert fault.summary == f"the state of client/acme/app was written by {by}, which is newer than {now}"


@pytest.mark.parametrize(
    "found", [state(TERRAFORM), state(BinaryVersion("tofu", "1.12.9")), state(None), state(OPENTOFU)]
)
def test_not_newer_for_opentofu(found: StateSnapshot) -> None:
    assert newer_than(UNIT, found, OPENTOFU) is None
