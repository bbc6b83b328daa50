"""What is known of plan files, and what is left to the binary; that both say the same is a contract test."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellwright.model.binary import Product
from cellwright.terraform.install.binary import Binary
from cellwright.terraform.planfile.plan import read_plan
from cellwright.terraform.planfile.unreadable import UnreadablePlanError
from cellwright.terraform.type_schemas import TypeSchemas
from contract.relay.provider.wire import blob, number
from unit.terraform.planfile.plan_bytes import (
    BINARIES,
    DATA,
    OPENTOFU,
    TERRAFORM,
    change,
    dynamic,
    outcome,
    plan,
    resource,
    typed,
)

UNKNOWN = msgpack.ExtType(0, b"\0")


def nothing_known(types: frozenset[str]) -> Mapping[str, TypeSchemas]:  # noqa: ARG001  what is asked for
    """No provider's schemas."""
    return {}


@pytest.mark.parametrize("binary", BINARIES.values())
def test_an_empty_plan(binary: Binary) -> None:
    parts = read_plan(plan(binary), binary, nothing_known)

    own = {"applyable": False, "complete": True} if binary.product == "terraform" else {}
    assert parts == {
        "format_version": "1.2",
        "terraform_version": str(binary.version),
        "timestamp": "2026-11-22T10:00:00Z",
        "errored": False,
        **own,
    }


def test_a_resource_and_an_output() -> None:
    output = blob(4, blob(1, "o") + blob(2, change(values=(typed("number", "0.1"),))) + number(3, 1))
    parts = read_plan(plan(TERRAFORM, resource(), output, number(25, 1)), TERRAFORM, nothing_known)

    assert parts["resource_changes"] == [
        {
            "address": "terraform_data.x",
            "mode": "managed",
            "type": "terraform_data",
            "name": "x",
            "provider_name": "terraform.io/builtin/terraform",
            "change": {
                "actions": ["create"],
                "before": None,
                "after": {"id": "i", "input": "x", "output": None, "triggers_replace": None},
                "after_unknown": {},
                "before_sensitive": False,
                "after_sensitive": {},
            },
        }
    ]
    assert parts["output_changes"] == {
        "o": {
            "actions": ["create"],
            "before": None,
            "after": Decimal("0.1"),
            "after_unknown": False,
            "before_sensitive": True,
            "after_sensitive": True,
        }
    }
    assert parts["applyable"] is True


_BOTH_KNOW = [number(5, 1), blob(22, "x"), blob(15, "x"), blob(13, "x")]


@pytest.mark.parametrize("field", _BOTH_KNOW)
@pytest.mark.parametrize("product", BINARIES)
def test_fields_that_are_not_shown_change_nothing(product: Product, field: bytes) -> None:
    binary = BINARIES[product]
    assert read_plan(plan(binary, field), binary, nothing_known) == read_plan(
        plan(binary), binary, nothing_known
    )


@pytest.mark.parametrize(
    ("binary", "field"),
    [
        (TERRAFORM, blob(6, "an address that is left out: OpenTofu's")),
        (OPENTOFU, number(25, 1)),
        (OPENTOFU, number(28, 1)),
        *(
            (TERRAFORM, blob(number_, "deferred, actions, stores, what is yet to come"))
            for number_ in (27, 29, 30, 31, 32, 33)
        ),
        *((OPENTOFU, blob(number_, "what is yet to come")) for number_ in (23, 24, 27, 30, 500000000)),
    ],
)
def test_a_field_that_the_product_does_not_have_is_left_to_the_binary(binary: Binary, field: bytes) -> None:
    with pytest.raises(UnreadablePlanError, match=r"^field \d+ of a plan$"):
        read_plan(plan(binary, field), binary, nothing_known)


@pytest.mark.parametrize(
    "content",
    [
        plan(form=4),
        plan(version="1.11.5"),
        plan(version="no version"),
        plan(TERRAFORM, number(20, 1)),
        plan(TERRAFORM, b"\x1a\x7f"),
        b"no message",
    ],
)
def test_plans_of_others_and_broken_ones_are_left_to_the_binary(content: bytes) -> None:
    with pytest.raises(UnreadablePlanError):
        read_plan(content, TERRAFORM, nothing_known)


@pytest.mark.parametrize("binary", BINARIES.values())
@pytest.mark.parametrize(
    "item",
    [
        # Of a change: the actions 4, 9 and 10, values that don't fit the action, an import of another kind.
        resource(changed=change(action=4)),
        resource(changed=change(action=9)),
        resource(changed=change(action=10)),
        resource(changed=change(action=3)),
        resource(changed=change(values=(DATA, DATA))),
        resource(changed=change(more=blob(5, number(2, 1)))),
        resource(changed=change(more=blob(5, blob(4, dynamic({"id": "x"}))))),
        resource(changed=change(more=blob(9, "x"))),
        resource(changed=change(action=5, values=({**DATA, "id": UNKNOWN},))),
        resource(changed=change(values=(UNKNOWN,))),
        resource(changed=change(more=blob(8, dynamic({"id": UNKNOWN})))),
        # Of a resource: a reason that only one product has, another provider or kind, no change.
        resource(more=number(12, 14)),
        resource(more=blob(15, "x")),
        resource(address="data.terraform_remote_state.x"),
        resource(address="terraform_other.x"),
        resource(provider='provider["registry.terraform.io/hashicorp/aws"]'),
        resource(provider="none"),
        blob(3, blob(13, "terraform_data.x") + blob(8, 'provider["terraform.io/builtin/terraform"]')),
        blob(3, b"\x6a\x02\xff\xff"),
        # Of an output.
        blob(4, blob(1, "o") + blob(2, change(values=(typed("number", 1),), more=blob(5, blob(1, "x"))))),
        blob(4, blob(1, "o") + blob(2, change(values=("untyped",)))),
    ],
)
def test_what_is_not_known_is_left_to_the_binary(binary: Binary, item: bytes) -> None:
    with pytest.raises(UnreadablePlanError):
        read_plan(plan(binary, item), binary, nothing_known)


@given(place=st.floats(0, 1, exclude_max=True), octet=st.integers(0, 255))
def test_any_damage_is_noticed_or_gives_a_plan(place: float, octet: int) -> None:
    output = blob(4, blob(1, "o") + blob(2, change(values=(typed(["list", "number"], [1, "0.1"]),))))
    variable = blob(2, blob(1, "v") + blob(2, dynamic(typed("string", "x"))))
    content = bytearray(plan(TERRAFORM, resource(more=number(12, 1)), output, variable))
    content[int(place * len(content))] = octet
    assert outcome(lambda: read_plan(bytes(content), TERRAFORM, nothing_known))


def test_a_product_that_is_taken_for_the_other_one_is_noticed() -> None:
    pairs: list[tuple[Binary, Product]] = [(TERRAFORM, "tofu"), (OPENTOFU, "terraform")]
    for real, other in pairs:
        taken_for = Binary(Path("/x"), other, real.version)
        with pytest.raises(UnreadablePlanError):
            read_plan(plan(real, resource()), taken_for, nothing_known)


def test_the_reason_names_the_provider_and_no_value() -> None:
    secret = {**DATA, "input": typed("string", "hunter2hunter2")}
    aws = resource(
        provider='provider["registry.terraform.io/hashicorp/aws"]', changed=change(values=(secret,))
    )
    with pytest.raises(UnreadablePlanError, match=r"^a resource of registry.terraform.io/hashicorp/aws$"):
        read_plan(plan(TERRAFORM, aws), TERRAFORM, nothing_known)
