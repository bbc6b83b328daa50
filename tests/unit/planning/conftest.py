"""Small units for tests of pure decisions."""

from collections.abc import Callable, Mapping

import pytest

from cellwright.model.address import UnitAddress
from cellwright.model.position import Position
from cellwright.model.unit import Backend, Input, Origin, StackPin, Unit
from cellwright.model.value import Value
from cellwright.planning.digest import Digester

MakeUnit = Callable[..., Unit]


def make_unit(
    address: str,
    inputs: Mapping[str, Value] | None = None,
    needs: tuple[str, ...] = (),
    *,
    enabled: bool = True,
    labels: Mapping[str, str] | None = None,
) -> Unit:
    position = Position("clients/acme/client.yaml", 5, 3)
    return Unit(
        address=UnitAddress.parse(address),
        stack=StackPin("./stacks/app"),
        enabled=enabled,
        inputs={
            name: Input(value, Origin(position.file, position, value))
            for name, value in (inputs or {}).items()
        },
        needs=tuple(UnitAddress.parse(need) for need in needs),
        backend=Backend("local"),
        environment={},
        labels=labels or {},
        position=position,
    )


@pytest.fixture
def unit() -> MakeUnit:
    return make_unit


@pytest.fixture
def digester() -> Digester:
    return Digester(b"k" * 32)
