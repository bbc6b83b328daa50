"""Identities of resources in a plan; that the binary shows the same is a contract test."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellwright.model.binary import Product
from cellwright.terraform.planfile.plan import read_plan
from cellwright.terraform.planfile.unreadable import UnreadablePlanError
from cellwright.terraform.type_schemas import TypeSchemas
from contract.relay.provider.wire import blob, number
from unit.terraform.planfile.plan_bytes import BINARIES, change, dynamic, plan, resource

PROVIDER = "registry.terraform.io/cellwright/demo"
SCHEMAS = blob(2, blob(1, "demo_item") + blob(2, blob(2, blob(2, blob(1, "a") + blob(2, '"string"')))))
BEFORE, AFTER = 7, 8
IMPORT: dict[Product, int] = {"terraform": 3, "tofu": 2}

KINDS: Mapping[str, tuple[object, st.SearchStrategy[Any]]] = {
    "string": ("string", st.text()),
    "bool": ("bool", st.booleans()),
    "number": ("number", st.integers(-(2**63), 2**64 - 1)),
    # As text where no float holds it exactly.
    "exact": ("number", st.decimals(-1000, 1000, places=3).map(lambda value: f"{value.normalize():f}")),
    "list": (["list", "string"], st.lists(st.text(), max_size=3)),
    "numbers": (["list", "number"], st.lists(st.integers(-9, 9), max_size=3)),
}
ATTRIBUTES = st.dictionaries(st.text(min_size=1), st.sampled_from(list(KINDS)), max_size=4)


def identities(types: Mapping[str, object]) -> bytes:
    """What a provider says of the identity of an item."""
    attributes = (blob(2, blob(1, name) + blob(2, json.dumps(type_))) for name, type_ in types.items())
    return blob(1, blob(1, "demo_item") + blob(2, b"".join(attributes)))


NAMED = identities({"name": "string"})


def change_of(more: bytes, known: bytes | None = NAMED, product: Product = "terraform") -> dict[str, Any]:
    """What is shown of the change of an item."""
    binary = BINARIES[product]
    item = resource(
        address="demo_item.x",
        provider=f'provider["{PROVIDER}"]',
        changed=change(values=({"a": "x"},), more=more),
    )
    parts = read_plan(plan(binary, item), binary, lambda _types: {PROVIDER: TypeSchemas(SCHEMAS, known)})
    (found,) = parts["resource_changes"]
    return dict(found["change"])


@pytest.mark.parametrize("product", BINARIES)
def test_before_and_after_and_of_an_import(product: Product) -> None:
    before, after = blob(BEFORE, dynamic({"name": "b"})), blob(AFTER, dynamic({"name": "a"}))
    imported = blob(5, blob(IMPORT[product], dynamic({"name": "i"})))
    found = change_of(before + after + imported, product=product)
    assert found["before_identity"] == {"name": "b"}
    assert found["after_identity"] == {"name": "a"}
    assert found["importing"] == {"identity": {"name": "i"}}


@pytest.mark.parametrize("product", BINARIES)
def test_an_import_by_its_id_has_no_identity(product: Product) -> None:
    imported = blob(5, blob(1, "i-1") + blob(IMPORT[product], dynamic({"name": "i"})))
    assert change_of(imported, product=product)["importing"] == {"id": "i-1"}


@given(st.data())
def test_values_of_every_kind(data: st.DataObject) -> None:
    kinds = data.draw(ATTRIBUTES)
    values = {name: data.draw(st.none() | KINDS[kind][1]) for name, kind in kinds.items()}
    known = identities({name: KINDS[kind][0] for name, kind in kinds.items()})
    found = change_of(blob(AFTER, dynamic(values)), known)
    assert found["after_identity"] == {
        name: Decimal(value) if value is not None and kinds[name] == "exact" else value
        for name, value in values.items()
    }


@pytest.mark.parametrize("product", BINARIES)
@pytest.mark.parametrize(
    ("identity", "known"),
    [
        pytest.param({"name": "x"}, None, id="no schemas of identities"),
        pytest.param({"name": "x"}, b"", id="none of this type"),
        pytest.param({"name": "x"}, NAMED[:-1], id="a damaged schema"),
        pytest.param({"name": "x"}, identities({"name": "string", "more": "bool"}), id="a newer schema"),
        pytest.param({"name": "x", "more": True}, NAMED, id="an older schema"),
        pytest.param({"name": 1}, NAMED, id="another type"),
        pytest.param({"name": msgpack.ExtType(0, b"\0")}, NAMED, id="unknown"),
        pytest.param(None, NAMED, id="null"),
        pytest.param("x", NAMED, id="no object"),
    ],
)
def test_what_is_not_known_is_left_to_the_binary(
    product: Product, identity: object, known: bytes | None
) -> None:
    for more in (
        blob(BEFORE, dynamic(identity)),
        blob(AFTER, dynamic(identity)),
        blob(5, blob(IMPORT[product], dynamic(identity))),
    ):
        with pytest.raises(UnreadablePlanError):
            change_of(more, known, product)


@pytest.mark.parametrize("field", [BEFORE, AFTER])
def test_an_identity_without_a_value_is_left_to_the_binary(field: int) -> None:
    with pytest.raises(UnreadablePlanError):
        change_of(blob(field, b""))


def test_what_is_unknown_to_import_is_left_to_the_binary() -> None:
    """As is what one product writes where the other has something else."""
    cases: list[tuple[Product, bytes]] = [
        ("terraform", number(2, 1)),
        ("terraform", blob(2, dynamic({"name": "i"}))),
        ("tofu", blob(3, dynamic({"name": "i"}))),
    ]
    for product, content in cases:
        with pytest.raises(UnreadablePlanError):
            change_of(blob(5, content), product=product)


def test_the_reason_tells_no_value() -> None:
    with pytest.raises(UnreadablePlanError, match=r"^an identity whose schema is not known$"):
        change_of(blob(AFTER, dynamic({"name": "hunter2hunter2"})), None)
