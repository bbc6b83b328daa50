from cellwright.model.position import Position
from cellwright.model.value import Value
from cellwright.stacks.contract import Variable
from cellwright.stacks.input_check import input_mismatches
from cellwright.stacks.types.constraint import Primitive


def variable(*, required: bool, nullable: bool) -> Variable:
    return Variable(
        name="x",
        type=Primitive.NUMBER,
        required=required,
        nullable=nullable,
        sensitive=False,
        ephemeral=False,
        description="",
        position=Position("main.tf"),
    )


def fits(value: Value, *, required: bool, nullable: bool) -> bool:
    return not input_mismatches(variable(required=required, nullable=nullable), value)


def test_null_where_it_is_allowed() -> None:
    assert fits(None, required=True, nullable=True)
    assert fits(None, required=False, nullable=True)


def test_null_stands_for_the_default() -> None:
    assert fits(None, required=False, nullable=False)


def test_null_where_a_value_is_needed() -> None:
    (mismatch,) = input_mismatches(variable(required=True, nullable=False), None)
    assert "null is not allowed" in mismatch.message


def test_the_type_is_checked_as_well() -> None:
    assert fits("1", required=True, nullable=False)
    assert not fits("one", required=False, nullable=True)
