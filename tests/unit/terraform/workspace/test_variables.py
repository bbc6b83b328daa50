from cellwright.stacks.types.facade import AnyType, ListOf, Primitive
from cellwright.terraform.workspace.variables import (
    MAX_ENVIRONMENT,
    MAX_VARIABLE,
    InputValue,
    deliver,
    expression,
)


def secret(value: object, kind: object = Primitive.STRING) -> InputValue:
    return InputValue("x", value, kind, secret=True)  # type: ignore[arg-type]  # any JSON, any type


def test_what_is_no_secret_goes_by_the_file() -> None:
    delivery = deliver([InputValue("a", {"b": [1, None]}), InputValue("c", "text", Primitive.STRING)])

    assert delivery.file == {"a": {"b": [1, None]}, "c": "text"}
    assert not delivery.environment
    assert not delivery.private


def test_secrets_of_primitive_types_go_literally() -> None:
    assert deliver([secret('${x} "q"')]).environment == {"TF_VAR_x": '${x} "q"'}
    assert deliver([secret(4, Primitive.NUMBER)]).environment == {"TF_VAR_x": "4"}
    assert deliver([secret(True, Primitive.BOOL)]).environment == {"TF_VAR_x": "true"}


def test_secrets_of_other_types_go_as_expressions() -> None:
    delivery = deliver([secret(["${a}", "%{b}"], ListOf(Primitive.STRING))])

    assert delivery.environment == {"TF_VAR_x": '["$${a}", "%%{b}"]'}


def test_null_tells_nothing_and_goes_by_the_file() -> None:
    assert deliver([secret(None)]).file == {"x": None}


def test_what_an_environment_cant_carry_goes_by_the_private_file() -> None:
    for item in (
        secret("anything", AnyType()),
        secret("anything", None),
        secret("with\0null"),
        secret("x" * (MAX_VARIABLE + 1)),
        secret(["a list"], Primitive.STRING),
    ):
        delivery = deliver([item])
        assert delivery.private == {"x": item.value}
        assert not delivery.environment
        assert not delivery.file


def test_all_secrets_together_have_a_limit() -> None:
    size = 100_000
    items = [InputValue(f"x{n}", "y" * size, Primitive.STRING, secret=True) for n in range(8)]

    delivery = deliver(items)

    assert len(delivery.environment) == MAX_ENVIRONMENT // size
    assert len(delivery.private) == 8 - MAX_ENVIRONMENT // size


def test_where_the_stack_overrules_the_environment_secrets_go_by_the_private_file() -> None:
    assert deliver([secret("s")], environment_counts=False).private == {"x": "s"}


def test_ephemeral_inputs_go_the_secret_ways_and_can_be_picked() -> None:
    items = [
        InputValue("kept", "a", Primitive.STRING, ephemeral=True),
        InputValue("left", "b", Primitive.STRING, secret=True),
        InputValue("big", "c", AnyType(), ephemeral=True),
        InputValue("plain", "d"),
    ]

    picked = deliver(items).of(["kept", "big"])

    assert picked.environment == {"TF_VAR_kept": "a"}
    assert picked.private == {"big": "c"}


def test_expressions_escape_what_would_mean_something() -> None:
    value = {"k ${k}": 'q" \\ \n\r\t\b\f\x01 ${a} %{b} $${c} é😀', "n": [1, 1.5, True, None]}

    assert expression(value) == (
        '{"k $${k}": "q\\" \\\\ \\n\\r\\t\\u0008\\u000c\\u0001 $${a} %%{b} $$${c} é😀", '
        '"n": [1, 1.5, true, null]}'
    )


def test_values_do_not_show_in_a_representation() -> None:
    assert "s3cr3t" not in repr(secret("s3cr3t"))
    assert "s3cr3t" not in repr(deliver([secret("s3cr3t"), secret("s3cr3t", AnyType())]))
