"""A package in several files gives all of its rules, through an import too; places are the source's."""

from collections.abc import Iterator

import pytest

from cellwright.model.diagnostic import DiagnosticError
from cellwright.planning.policy.module import Module, parse_module
from cellwright.rego.evaluator import RegoProcess

LIBRARY = "package h.lib\nimport rego.v1\nnames := [name | some name in input.cellwright.references]\n"
PART = "package h.p\nimport data.h.lib\nimport rego.v1\n"
HIT = "hit contains name if {{ some name in lib.names; name == {} }}\n"
ASKING = "package h.asking\nimport data.h.p{}\nimport rego.v1\ndeny contains name if some name in {}.hit\n"


@pytest.fixture(scope="module")
def rego() -> Iterator[RegoProcess]:
    with RegoProcess() as process:
        yield process


def parts(asking: str) -> list[Module]:
    texts = {
        "lib.rego": LIBRARY,
        "one.rego": PART + HIT.format('"z"'),
        "two.rego": PART + HIT.format('"k"'),
        "asking.rego": asking,
    }
    return [parse_module(path, text) for path, text in texts.items()]


@pytest.mark.parametrize(
    "asking", [ASKING.format("", "p"), ASKING.format(" as q", "q"), ASKING.format("", "data.h.p")]
)
@pytest.mark.parametrize("names", [["k"], ["z"], ["k", "z"], []])
def test_every_file_counts(rego: RegoProcess, asking: str, names: list[str]) -> None:
    document = {"cellwright": {"references": names}}
    assert rego.ask(parts(asking), ["data.h.asking.deny"], document) == (names,)


def test_a_place_behind_an_import_is_that_of_the_source(rego: RegoProcess) -> None:
    asking = "package h.asking\nimport data.h.p as q\nimport rego.v1\n"
    asking += 'deny contains "a" if { count(q.hit) == 0; to_number("x") == 1 }\n'
    with pytest.raises(DiagnosticError) as caught:
        rego.ask(parts(asking), ["data.h.asking.deny"], {"cellwright": {"references": []}})
    (finding,) = caught.value.diagnostics
    assert finding.position is not None
    assert finding.position.line == 4
    assert asking.splitlines()[3][finding.position.column - 1 :].startswith(("to_number", "(", '"x"'))
