import random

import pytest

from cellwright.terraform.planfile.resource_address import parse_address, provider_source
from cellwright.terraform.planfile.unreadable import UnreadablePlanError

ORDERED = [
    "a_type.x",
    "b_type.a",
    "b_type.b",
    "b_type.b[2]",
    "b_type.b[10]",
    'b_type.b["10"]',
    'b_type.b["2"]',
    "module.a.b_type.b",
    "module.a[0].b_type.b",
    "module.a[10].a_type.x",
    'module.a["k.1"].a_type.x',
    "module.b.a_type.x",
    "module.a.module.a.a_type.x",
]
"""As Terraform lists them: the root first, then by depth."""


def test_addresses_sort_as_terraform_lists_them() -> None:
    mixed = ORDERED.copy()
    random.Random(7).shuffle(mixed)  # noqa: S311  no secret
    assert sorted(mixed, key=lambda text: parse_address(text).order) == ORDERED


def test_the_parts_of_an_address() -> None:
    found = parse_address('module.a["x.y"].module.b[3].some_type.name["k]1"]')
    assert (found.module, found.type, found.name, found.index) == (
        'module.a["x.y"].module.b[3]',
        "some_type",
        "name",
        "k]1",
    )
    assert (parse_address("t.n").module, parse_address("t.n").index) == ("", None)
    assert parse_address("t.n[0]").index == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "data.a.b",
        "ephemeral.a.b",
        't.n["a\\nb"]',
        't.n["$${x}"]',
        "t.n[*]",
        "t.n[",
        "t.n.x",
    ],
)
def test_others_are_left_to_the_binary(text: str) -> None:
    with pytest.raises(UnreadablePlanError):
        parse_address(text)


@pytest.mark.parametrize("before", ["", "module.a.", 'module.a["x"].'])
@pytest.mark.parametrize("after", ["", ".alias", '.alias["key"]'])
def test_the_source_of_a_provider(before: str, after: str) -> None:
    assert provider_source(f'{before}provider["registry.terraform.io/hashicorp/aws"]{after}') == (
        "registry.terraform.io/hashicorp/aws"
    )
    with pytest.raises(UnreadablePlanError):
        provider_source("aws")
