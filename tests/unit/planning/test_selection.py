import time
from collections.abc import Callable

import pytest

from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.unit import Unit
from cellwright.model.value import OutputReference
from cellwright.planning.selection import Relatives, select

MakeUnit = Callable[..., Unit]


@pytest.fixture
def units(unit: MakeUnit) -> dict[UnitAddress, Unit]:
    network = UnitAddress("base", "prod", "network")
    made = [
        unit("base/prod/network"),
        unit("client/acme/foundation", {"vpc": OutputReference(network, "vpc_id")}, labels={"tier": "gold"}),
        unit("client/acme/app", needs=("client/acme/foundation",), labels={"tier": "gold"}),
        unit("client/globex/app", labels={"tier": "standard"}),
    ]
    return {item.address: item for item in made}


@pytest.mark.parametrize(
    ("selector", "chosen"),
    [
        ("client/acme", {"client/acme/app", "client/acme/foundation"}),
        ("client/acme/", {"client/acme/app", "client/acme/foundation"}),
        ("client/*/app", {"client/acme/app", "client/globex/app"}),
        ("client/acme/app", {"client/acme/app"}),
        ("base/**", {"base/prod/network"}),
        ("**/app", set()),
        ("base", {"base/prod/network"}),
        ("tier=gold", {"client/acme/app", "client/acme/foundation"}),
        ("tier=gold,*/*/app", {"client/acme/app"}),
        ("stack=app,tier=standard", {"client/globex/app"}),
    ],
)
def test_a_selector_chooses(units: dict[UnitAddress, Unit], selector: str, chosen: set[str]) -> None:
    if not chosen:
        with pytest.raises(DiagnosticError):
            select(units, [selector])
        return
    assert {str(address) for address in select(units, [selector])} == chosen


def test_several_selectors_add_up_and_none_means_all(units: dict[UnitAddress, Unit]) -> None:
    assert len(select(units, ["base/**", "client/globex"])) == 2
    assert select(units, []) == frozenset(units)


def test_relatives_come_along(units: dict[UnitAddress, Unit]) -> None:
    up = select(units, ["client/acme/app"], Relatives(upstreams=True))
    assert {str(address) for address in up} == {
        "client/acme/app",
        "client/acme/foundation",
        "base/prod/network",
    }
    down = select(units, ["base/prod"], Relatives(downstreams=True))
    assert {str(address) for address in down} == {
        "client/acme/app",
        "client/acme/foundation",
        "base/prod/network",
    }


def test_units_that_only_the_ledger_knows_can_be_chosen(units: dict[UnitAddress, Unit]) -> None:
    gone = UnitAddress("client", "initech", "app")
    assert select(units, ["client/initech"], recorded=[gone]) == {gone}


@pytest.mark.parametrize("selector", ["client/" + "[" * 30_000, "tier=" + "[" * 30_000])
def test_a_selector_longer_than_any_address_matches_nothing_at_once(
    units: dict[UnitAddress, Unit], selector: str
) -> None:
    before = time.process_time()
    with pytest.raises(DiagnosticError):
        select(units, [selector])
    assert time.process_time() - before < 1


def test_a_selector_that_matches_nothing_is_answered_with_the_nearest(units: dict[UnitAddress, Unit]) -> None:
    with pytest.raises(DiagnosticError) as caught:
        select(units, ["client/acne", "clent/globex/app"])
    first, second = caught.value.diagnostics
    assert "client/acme" in first.detail
    assert "client/globex/app" in second.detail
