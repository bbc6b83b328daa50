import pytest

from cellwright.stacks.reading.module_syntax import read_module
from unit.stacks.reading.feature_cases import CASES, JSON_CASES, ROOT_CASES


@pytest.mark.parametrize("name", [*CASES, *ROOT_CASES])
def test_nothing_new_is_refused(name: str) -> None:
    module = read_module("m", {"main.tf": {**CASES, **ROOT_CASES}[name].encode()})
    assert module.variables.keys() <= {"a", "b"}


@pytest.mark.parametrize("name", JSON_CASES)
def test_nothing_new_is_refused_in_json(name: str) -> None:
    module = read_module("m", {"main.tf.json": JSON_CASES[name].encode()})
    assert module.variables.keys() <= {"a"}
