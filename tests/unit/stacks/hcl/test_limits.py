"""Code that is too large, too deep or too long is a finding at its place, never a crash or a long wait."""

import re

import pytest

from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.limits import CODE_STEPS
from cellwright.stacks.hcl import json_form, lexer
from cellwright.stacks.reading.module_syntax import read_module

_FEW = 1000


def finding(text: str, name: str = "main.tf") -> str:
    """What is told of a file; nothing if it is read."""
    try:
        read_module("s", {name: text.encode()})
    except DiagnosticError as fault:
        (found,) = fault.diagnostics
        return str(found)
    return ""


def block(value: str) -> str:
    return f"a {{\nx = {value}\n}}\n"


@pytest.mark.parametrize(
    "text",
    [
        block("1 ? 2 : " * 10_000 + "3"),
        block("a" + ".b" * CODE_STEPS),
        block("-" * 10_000 + "1"),
        block("1" + "+1" * 10_000),
        'a {\nx = "' + "\\n" * 100_000 + '"\n}\n',
    ],
    ids=["conditionals", "steps", "signs", "operators", "text"],
)
def test_what_is_long_is_read(text: str) -> None:
    assert finding(text) == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            block("1 ? " * 10_000),
            r"main.tf:2:\d+: error: the expression is nested too deeply; .* split it by locals",
        ),
        (
            block("a" + ".b" * 20_000),
            r"main.tf:2:2006: error: the expression has too many steps; .* by locals",
        ),
        (block("a" + "[0]" * 10_000), r"main.tf:2:3006: error: the expression has too many steps"),
        (
            block('"${' * 10_000 + "1" + '}"' * 10_000),
            r"main.tf:2:\d+: error: the expression is nested too deeply",
        ),
        (block("f(" * 10_000), r"main.tf:2:\d+: error: the expression is nested too deeply"),
        ("a {\n" * 10_000, r"main.tf:\d+:\d+: error: the expression is nested too deeply"),
    ],
    ids=["conditionals", "attributes", "indexes", "templates", "calls", "blocks"],
)
def test_what_is_too_deep_or_long_is_a_finding_at_its_place(text: str, told: str) -> None:
    assert re.search(told, finding(text)), finding(text)


def test_a_file_of_too_many_words_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    assert finding(block(f"[{'1,' * _FEW}]")) == ""
    assert finding('{"locals": {"a": [' + "1, " * _FEW + "1]}}", "main.tf.json") == ""
    monkeypatch.setattr(lexer, "CODE_TOKENS", _FEW)
    monkeypatch.setattr(json_form, "CODE_TOKENS", _FEW)
    told = r"the file is too large to be read; .* split it"
    assert re.search(rf"main.tf:2:\d+: error: {told}", finding(block(f"[{'1,' * _FEW}]")))
    found = finding('{"locals": {"a": [' + "1, " * _FEW + "1]}}", "main.tf.json")
    assert re.search(rf"main.tf.json:1:\d+: error: {told}", found)


@pytest.mark.parametrize("link", ["${local.l%d}${local.l%d}", "${local.l%d}/..%.0d"])
@pytest.mark.parametrize("order", [1, -1])
def test_locals_that_double_or_chain_in_a_source_end(link: str, order: int) -> None:
    lines = [f'l{number} = "{link % (number + 1, number + 1)}"' for number in range(500)]
    text = "\n".join(["locals {", *lines[::order], 'l500 = "a"', "}"])
    assert finding(f'{text}\nmodule "m" {{\n  source = local.l0\n}}\n') == ""
