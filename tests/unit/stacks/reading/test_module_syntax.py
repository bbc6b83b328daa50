from collections.abc import Mapping

import pytest

from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.position import Position
from cellwright.stacks.reading.module import RequiredVersion, TerraformModule
from cellwright.stacks.reading.module_record import decode_module, encode_module
from cellwright.stacks.reading.module_syntax import read_module


def module(files: str | Mapping[str, str]) -> TerraformModule:
    """Read a module, and see that the cache keeps all of it."""
    named = {"main.tf": files} if isinstance(files, str) else files
    read = read_module("m", {name: text.encode() for name, text in named.items()})
    assert decode_module(encode_module(read), "m") == read
    return read


@pytest.mark.parametrize("kind", ["variable", "output"])
def test_what_is_deprecated_says_why(kind: str) -> None:
    argument = "default" if kind == "variable" else "value"
    text = f'deprecated = "Use b,\\n  please."\n  {argument} = 1'
    found = module(f'{kind} "a" {{\n  {text}\n}}\n{kind} "b" {{\n  {argument} = 1\n}}\n')
    declared = found.variables if kind == "variable" else found.outputs
    assert declared["a"].deprecated == "Use b, please."
    assert declared["b"].deprecated is None


def test_an_override_file_may_deprecate() -> None:
    found = module(
        {"main.tf": 'variable "a" {}\n', "x_override.tf": 'variable "a" {\n deprecated = "x"\n}\n'}
    )
    assert found.variables["a"].deprecated == "x"


def test_the_versions_that_a_module_is_made_for() -> None:
    found = module(
        {
            "main.tf": 'terraform {\n  required_version = ">= 1.9"\n}\n',
            "more_override.tf": 'terraform {\n  required_version = "< 2"\n}\n',
            "tofu.tf": 'language {\n  compatible_with {\n    opentofu = ">= 1.12"\n    x = "x"\n  }\n}\n',
        }
    )
    assert found.versions == (
        RequiredVersion(">= 1.9", Position("m/main.tf", 2, 3)),
        RequiredVersion(None, Position("m/tofu.tf", 1, 1), language=True),
        RequiredVersion(">= 1.12", Position("m/tofu.tf", 3, 5), language=True),
        RequiredVersion("< 2", Position("m/more_override.tf", 2, 3), overrides=True),
    )


def test_versions_in_json() -> None:
    found = module(
        {
            "main.tf.json": '{"terraform": {"required_version": ">= 1.9"},\n'
            ' "language": {"compatible_with": {"opentofu": ">= 1.12"}}}'
        }
    )
    assert [(item.constraint, item.language) for item in found.versions] == [
        (">= 1.9", False),
        (None, True),
        (">= 1.12", True),
    ]


@pytest.mark.parametrize(
    "files",
    [
        {"main.tf": 'terraform {\n  state_store "x_y" {\n    provider "x" {}\n  }\n}\n'},
        {"main.tf.json": '{"terraform":\n  {"state_store": {"x_y": {"provider": {"x": {}}}}}}'},
    ],
)
def test_a_store_of_state(files: Mapping[str, str]) -> None:
    store = module(files).state_store
    assert store is not None
    assert store.line == 2
    assert module('terraform {\n  backend "local" {}\n}\n').state_store is None


CLOUD = 'terraform {\n  cloud {\n    organization = "o"\n  }\n}\n'
BACKEND = 'terraform {\n  backend "s3" {\n  }\n}\n'


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("zzz_override.tf", BACKEND, "m/zzz_override.tf:2:3: error: this `backend` block would win"),
        ("zzz_override.tf", CLOUD, "m/zzz_override.tf:2:3: error: this `cloud` block would win"),
        ("zz_z_override.tofu", BACKEND, "m/zz_z_override.tofu:2:3: error: this `backend` block would win"),
        ("é_override.tf", CLOUD, "m/é_override.tf:2:3: error: this `cloud` block would win"),
        (
            "zzz_override.tf.json",
            '{"terraform":\n {"backend": {"local": {}}}}',
            "m/zzz_override.tf.json:2:15: error: this `backend` block would win",
        ),
        (
            "zz_cellwright_override.tofu",
            "terraform {\n}\n",
            "m/zz_cellwright_override.tofu:1:1: error: zz_cellwright_override.tofu would",
        ),
        (
            "zz_cellwright_override.tf.json",
            '{"terraform":\n {"backend": {"local": {}}}}',
            "m/zz_cellwright_override.tf.json:2:15: error: this `backend` block would win",
        ),
    ],
)
def test_a_backend_that_would_win_over_the_fleets_is_refused_at_its_line(
    name: str, text: str, expected: str
) -> None:
    with pytest.raises(DiagnosticError) as caught:
        module({"main.tf": BACKEND, name: text})
    [found] = caught.value.diagnostics
    place = found.position
    assert place is not None
    assert f"{place.file}:{place.line}:{place.column}: error: {found.summary}".startswith(expected)


@pytest.mark.parametrize("name", ["a_override.tf", "override.tf", "main.tf", "zzz.tf", "a_override.tofu"])
@pytest.mark.parametrize("text", [BACKEND, CLOUD])
def test_any_other_backend_is_replaced_by_the_fleets(name: str, text: str) -> None:
    assert module({name: text}).variables == {}


def test_an_override_without_a_backend_may_be_read_last() -> None:
    found = module({"zzz_override.tf": 'terraform {\n  required_version = ">= 1.9"\n}\n'})
    assert [item.constraint for item in found.versions] == [">= 1.9"]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ('"a ${1}"', '"a 1"'),
        ('"é"', '"\\u00e9"'),
        ("[1, 2.5, { a = null }]", '[1,2.5,{"a":null}]'),
        ("null", "null"),
        ("1 + 1", ""),
    ],
)
def test_a_default_that_is_a_constant_is_kept(written: str, kept: str) -> None:
    assert module(f'variable "a" {{\n  default = {written}\n}}\n').variables["a"].default == kept


def test_what_validations_say_is_kept() -> None:
    rule = 'validation {{\n condition = true\n error_message = "{}"\n }}\n'
    found = module(f'variable "a" {{\n{rule.format("One.")}{rule.format("Two.")}}}\n').variables["a"]
    assert (found.rules, found.default) == (("One.", "Two."), "")
