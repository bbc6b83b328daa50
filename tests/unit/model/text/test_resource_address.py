import pytest

from cellwright.model.text.resource_address import AddressTextError, read_part_address


@pytest.mark.parametrize(
    ("text", "written", "kind"),
    [
        ("aws_vpc.this", "aws_vpc.this", "managed"),
        (
            'module.a["x"].module.b[0].aws_vpc.this["é"]',
            'module.a["x"].module.b[0].aws_vpc.this["é"]',
            "managed",
        ),
        ("module.network", "module.network", "module"),
        ("module.a[1]", "module.a[1]", "module"),
        ("data.aws_ami.this", "data.aws_ami.this", "other"),
        ("module.a.ephemeral.aws_kms_secrets.this", "module.a.ephemeral.aws_kms_secrets.this", "other"),
        ("a.b[01]", "a.b[1]", "managed"),
        ("a.b[1e2]", "a.b[100]", "managed"),
        (r'a.b["\u0041\n\\"]', r'a.b["A\n\\"]', "managed"),
        ('a.b["$${c} %%{d} $e"]', 'a.b["$${c} %%{d} $e"]', "managed"),
        ('a.b["e\u0301\\u200b"]', 'a.b["é\\u200b"]', "managed"),
        ("a.b[9223372036854775807]", "a.b[9223372036854775807]", "managed"),
    ],
)
def test_addresses_are_written_as_the_programs_write_them(text: str, written: str, kind: str) -> None:
    part = read_part_address(text)

    assert (part.text, part.is_managed) == (written, kind == "managed")
    assert part.is_module == (kind == "module")
    assert read_part_address(written) == part


@pytest.mark.parametrize(
    ("text", "offset", "why"),
    [
        ("", 0, "a name belongs here"),
        ("-a.b", 0, "a name belongs here"),
        ("a", 1, "the name of a resource belongs here"),
        ("a.b.c", 3, "only a key may follow"),
        ("a.b[0].c", 6, "nothing may follow the key"),
        ("a.b[0][1]", 6, "nothing may follow the key"),
        ("a.b[c]", 3, "a number or a text in double quotes"),
        ("a.b[", 3, "a number or a text in double quotes"),
        ('a.b["${c}"]', 3, "a number or a text in double quotes"),
        ("a.b[1.5]", 3, "a number in brackets is whole"),
        ("a.b[9223372036854775808]", 3, "a number in brackets is whole"),
        ("a.b[1e999999999]", 3, "a number in brackets is whole"),
        (r'a.b["x\ud800"]', 6, "is no character"),
        ("a..b", 2, "a name belongs here"),
        ("a.b\n", 3, "a dot and a name, a key in brackets, or nothing"),
        ("a . b", 1, "a dot and a name, a key in brackets, or nothing"),
        ("module", 6, "the name of a module"),
        ("module[0]", 6, "the name of a module"),
        ("module.a[0][1].b.c", 11, "a dot and a name belong here"),
        ("module.a.b", 10, "the name of a resource"),
        ("data.a", 6, "the name of a resource"),
        ("data", 4, "the type of a resource"),
    ],
)
def test_what_is_no_address_is_told_with_its_place(text: str, offset: int, why: str) -> None:
    with pytest.raises(AddressTextError) as caught:
        read_part_address(text)

    assert caught.value.offset == offset
    assert why in caught.value.why


def test_a_long_text_is_refused_in_an_instant() -> None:
    with pytest.raises(AddressTextError):
        read_part_address('a.b["' + "$" * 100_000 + "\n")
