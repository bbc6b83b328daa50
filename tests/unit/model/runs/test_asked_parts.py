import re

import pytest

from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.asked_parts import parts_in_text
from cellwright.model.runs.plan_options import PlanOptions, options_as_asked, options_from_json

HERE = "here belongs a dot and a name, a key in brackets, or nothing"


def test_addresses_are_taken_as_the_programs_write_them() -> None:
    options = options_as_asked(replace=["a.b[01]"], targets=["module.c", r'a.b["\u0041"]', "data.a.b"])

    assert options == PlanOptions(replace=("a.b[1]",), targets=("module.c", 'a.b["A"]', "data.a.b"))
    assert options_as_asked(refresh_only=True) == PlanOptions(refresh_only=True)


def test_every_text_that_is_no_address_is_named() -> None:
    with pytest.raises(DiagnosticError) as caught:
        options_as_asked(
            replace=["module.c", "data.a.b"],
            targets=["a.b.c", "", "a.b[c]"],
            excludes=["resource.a.b", "a\u202e.b"],
        )

    texts = [str(item).removeprefix("error: ") for item in caught.value.diagnostics]
    replaced, none = "is no resource that can be replaced", "is no address of a resource or module"
    assert [text.partition(";")[0] for text in texts] == [
        f"'module.c' {replaced}",
        f"'data.a.b' {replaced}",
        f"'a.b.c' {none}, from character 4 on: after a resource's name only a key may follow, in brackets",
        f"'' {none}: a name belongs here",
        f"""'a.b[c]' {none}, from character 4 on: a key is a number or a text in double quotes: [0], ["a"]""",
        f"'resource.a.b' {none}: leave out 'resource.'",
        f"'a\\u202e.b' {none}, from character 2 on: {HERE}",
    ]
    assert "in a shell, put single quotes" in texts[2]


def test_what_was_recorded_before_is_read_as_it_is() -> None:
    assert options_from_json({"targets": ["a.b.c"]}).targets == ("a.b.c",)


def test_a_file_lists_addresses_one_a_line() -> None:
    text = '# what is meant\n\n  a.b\r\n\tmodule.c["x"] \n#a.d\n'

    assert parts_in_text(text, "parts") == ("a.b", 'module.c["x"]')


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "a.b\n  a.b.c\n",
            "parts:2:3: error: 'a.b.c' is no address of a resource or module, from character 4",
        ),
        ("a.b # mine\n", "parts:1:1: error: 'a.b # mine' is no address"),
        ("\n# nothing\n", "parts:1:1: error: the file lists no address"),
        ("", "the file lists no address"),
    ],
)
def test_what_a_file_should_not_have_is_told_with_its_line(text: str, told: str) -> None:
    with pytest.raises(DiagnosticError, match=re.escape(told)):
        parts_in_text(text, "parts")
