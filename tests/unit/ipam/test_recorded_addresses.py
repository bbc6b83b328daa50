"""What Terraform built with against what the files say."""

import pytest

from cellwright.ipam.holdings import HeldBlock
from cellwright.ipam.recorded_addresses import recorded_findings
from cellwright.model.address import UnitAddress
from cellwright.model.applied import AppliedHead, AppliedInput, AppliedUnit, RecordedOutput
from cellwright.model.position import Position
from cellwright.model.unit import Backend, Input, Origin, StackPin, Unit
from cellwright.model.value import Json
from unit.ipam.test_book import book, holding, release

NET = UnitAddress("client", "acme", "net")


def unit(written: str = "${cell.addresses.clients}", *, enabled: bool = True) -> Unit:
    place = Position("defaults.yaml", 2, 1)
    return Unit(
        address=NET,
        stack=StackPin("./net"),
        enabled=enabled,
        inputs={"cidr": Input("10.64.0.0/22", Origin("defaults.yaml", place, written))},
        needs=(),
        backend=Backend("local"),
        environment={},
        labels={},
        position=place,
    )


def applied(value: Json, output: Json = None, address: UnitAddress = NET) -> dict[UnitAddress, AppliedUnit]:
    outputs = {"cidr": RecordedOutput("d", sensitive=False, value=output)} if output else {}
    return {
        address: AppliedUnit(
            head=AppliedHead(address=address, fingerprint="f"),
            source_digest="s",
            source_label="net",
            backend_digest="b",
            inputs={"cidr": AppliedInput("d", sensitive=False, value=value)},
            outputs=outputs,
        )
    }


def findings(
    units: list[Unit], record: dict[UnitAddress, AppliedUnit], held: list[HeldBlock] | None = None
) -> list[str]:
    found = book(held if held is not None else [holding("acme", "10.64.0.0/22")])
    return [str(item) for item in recorded_findings(found, units, record, lambda item: Position(item.path))]


def test_what_agrees_is_no_finding_and_neither_is_what_was_never_applied() -> None:
    assert findings([unit()], applied("10.64.0.0/22", "10.64.0.0/22")) == []
    assert findings([unit()], {}) == []


def test_an_input_applied_with_another_block_is_told() -> None:
    (told,) = findings([unit()], applied("10.64.4.0/22"))
    assert told.startswith("clients/acme.yaml:1:1: error: client/acme/net was applied with the input cidr = ")
    assert "10.64.4.0/22, its file says 10.64.0.0/22; put 10.64.4.0/22 back" in told


def test_a_block_may_be_spelled_in_another_way() -> None:
    six = [holding("acme", "fd00:64::/56")]
    assert findings([unit()], applied("FD00:0064::/56", "fd00:64:0::/56"), six) == []


def test_an_output_of_the_same_name_must_agree_too() -> None:
    (told,) = findings([unit()], applied("10.64.0.0/22", "10.64.8.0/22"))
    assert "the output cidr = 10.64.8.0/22" in told


@pytest.mark.parametrize(
    "written", ["10.64.4.0/22", "x ${cell.addresses.clients}", "${cell.addresses.other}"]
)
def test_only_an_input_that_is_the_allocation_is_held_to_it(written: str) -> None:
    assert findings([unit(written)], applied("10.64.4.0/22")) == []


def test_a_unit_that_is_switched_off_is_not_compared() -> None:
    assert findings([unit(enabled=False)], applied("10.64.4.0/22")) == []


def test_a_secret_is_not_compared() -> None:
    assert findings([unit()], applied(None)) == []


GONE = UnitAddress("client", "gone", "net")


def test_what_a_forgotten_cell_still_stands_on_may_not_be_anybody_elses() -> None:
    (told,) = findings([], applied("10.64.1.0/24", address=GONE))
    assert told.startswith(
        "error: client/gone/net is still applied with cidr = 10.64.1.0/24, which client/acme"
    )
    assert "cellwright apply client/gone/net --destroy" in told


def test_what_a_forgotten_cell_still_stands_on_is_told_where_it_could_be_given_away() -> None:
    (told,) = findings([], applied("10.64.4.0/22", address=GONE))
    assert told.startswith(
        "warning: client/gone/net is still applied with cidr = 10.64.4.0/22, which no cell"
    )
    quarantined = book([], [release("10.64.4.0/22")])
    found = recorded_findings(quarantined, [], applied("10.64.4.0/22", address=GONE), lambda _: Position("x"))
    assert list(found) == []


@pytest.mark.parametrize("value", ["10.0.0.0/22", "text", 3, None, ["10.64.4.0/22"], "10.0.0.0/8"])
def test_a_forgotten_value_that_is_no_block_of_a_pool_is_nothing(value: Json) -> None:
    assert findings([], applied(value, address=GONE)) == []


def test_a_stack_that_a_cell_has_no_more_is_not_told_while_the_cell_keeps_its_block() -> None:
    assert findings([], applied("10.64.0.0/22"), [holding("acme", "10.64.0.0/22")]) == []
