from cellwright.stacks.types.constraint import AnyType, ListOf, Primitive
from cellwright.terraform.workspace.variables import (
    MAX_ENVIRONMENT,
    MAX_VARIABLE,
    InputValue,
    assign_channels,
    expression,
)


def secret(value: object, kind: object = Primitive.STRING) -> InputValue:
    return InputValue("x", value, kind, secret=True)  # type: ignore[arg-type]  # any JSON, any type


def test_inputs_that_are_no_secrets_go_into_the_file() -> None:
    channels = assign_channels([InputValue("a", {"b": [1, None]}), InputValue("c", "text", Primitive.STRING)])

    assert channels.file == {"a": {"b": [1, None]}, "c": "text"}
    assert not channels.environment
    assert not channels.private


def test_secrets_of_primitive_types_are_literal() -> None:
    assert assign_channels([secret('${x} "q"')]).environment == {"TF_VAR_x": '${x} "q"'}
    assert assign_channels([secret(4, Primitive.NUMBER)]).environment == {"TF_VAR_x": "4"}
    assert assign_channels([secret(True, Primitive.BOOL)]).environment == {"TF_VAR_x": "true"}


def test_secrets_of_other_types_are_expressions() -> None:
    channels = assign_channels([secret(["${a}", "%{b}"], ListOf(Primitive.STRING))])

    assert channels.environment == {"TF_VAR_x": '["$${a}", "%%{b}"]'}


def test_null_is_no_secret_and_goes_into_the_file() -> None:
    assert assign_channels([secret(None)]).file == {"x": None}


def test_secrets_that_do_not_fit_go_into_the_private_file() -> None:
    for item in (
        secret("anything", AnyType()),
        secret("anything", None),
        secret("with\0null"),
        secret("x" * (MAX_VARIABLE + 1)),
        secret(["a list"], Primitive.STRING),
    ):
        channels = assign_channels([item])
        assert channels.private == {"x": item.value}
        assert not channels.environment
        assert not channels.file


def test_all_secrets_together_have_a_limit() -> None:
    size = 100_000
    items = [InputValue(f"x{n}", "y" * size, Primitive.STRING, secret=True) for n in range(8)]

    channels = assign_channels(items)

    assert len(channels.environment) == MAX_ENVIRONMENT // size
    assert len(channels.private) == 8 - MAX_ENVIRONMENT // size


def test_where_the_stack_overrides_the_environment_secrets_go_into_the_private_file() -> None:
    assert assign_channels([secret("s")], use_environment=False).private == {"x": "s"}


def test_ephemeral_inputs_are_treated_as_secrets_and_can_be_selected() -> None:
    items = [
        InputValue("kept", "a", Primitive.STRING, ephemeral=True),
        InputValue("left", "b", Primitive.STRING, secret=True),
        InputValue("big", "c", AnyType(), ephemeral=True),
        InputValue("plain", "d"),
    ]

    picked = assign_channels(items).only(["kept", "big"])

    assert picked.environment == {"TF_VAR_kept": "a"}
    assert picked.private == {"big": "c"}


def test_expressions_escape_templates() -> None:
    value = {"k ${k}": 'q" \\ \n\r\t\b\f\x01 ${a} %{b} $${c} é😀', "n": [1, 1.5, True, None]}

    assert expression(value) == (
        '{"k $${k}": "q\\" \\\\ \\n\\r\\t\\u0008\\u000c\\u0001 $${a} %%{b} $$${c} é😀", '
        '"n": [1, 1.5, true, null]}'
    )


def test_values_do_not_show_in_a_representation() -> None:
    assert "s3cr3t" not in repr(secret("s3cr3t"))
    assert "s3cr3t" not in repr(assign_channels([secret("s3cr3t"), secret("s3cr3t", AnyType())]))


def test_a_text_stays_as_it_is_where_nothing_in_it_means_anything() -> None:
    plain = "10.0.0.0/16, 5 %, $5, {x}, ü, 'q', #, //"

    assert expression(plain) == f'"{plain}"'


def test_what_would_be_read_as_something_else_is_escaped() -> None:
    assert expression('a"b') == '"a\\"b"'
    assert expression("a\\b") == '"a\\\\b"'
    assert expression("${a} %{b}") == '"$${a} %%{b}"'
    assert expression("a\nb\x01") == '"a\\nb\\u0001"'
