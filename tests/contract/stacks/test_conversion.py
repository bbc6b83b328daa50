"""Whether a value fits a type is what `terraform plan` says of it."""

import json
import random
import re
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from cellwright.model.value import Json
from cellwright.stacks.types.conversion import mismatches
from unit.stacks.conversion_cases import FITTING, REFUSED
from unit.stacks.type_text import parse_type

pytestmark = pytest.mark.terraform

Pair = tuple[str, Json]
Judge = Callable[[Sequence[Pair]], set[int]]
LEAVES = ("string", "number", "bool", "any")
SCALARS: tuple[Json, ...] = ("x", "1", "true", "", 0, 1, 2.5, True, False, None)


@pytest.fixture
def refused(terraform: Callable[..., "subprocess.CompletedProcess[str]"], tmp_path: Path) -> Judge:
    """Give the indexes of the pairs that terraform refuses, judged by one process."""

    def judge(pairs: Sequence[Pair]) -> set[int]:
        declared = [f'variable "v{index}" {{\n type = {text}\n}}\n' for index, (text, _) in enumerate(pairs)]
        (tmp_path / "main.tf").write_text("".join(declared))
        values = {f"v{index}": value for index, (_, value) in enumerate(pairs)}
        (tmp_path / "x.tfvars.json").write_text(json.dumps(values, indent=0))
        outcome = terraform("plan", "-input=false", "-json", "-var-file=x.tfvars.json", folder=tmp_path)
        found = set()
        for line in outcome.stdout.splitlines():
            diagnostic = json.loads(line).get("diagnostic")
            if diagnostic and diagnostic["severity"] == "error":
                match = re.search(r"\bvar\.v(\d+)\b", diagnostic["detail"])
                assert match, diagnostic
                found.add(int(match[1]))
        assert outcome.returncode == (1 if found else 0)
        return found

    return judge


def test_the_recorded_cases(refused: Judge) -> None:
    pairs = [*FITTING, *((text, value) for text, value, _ in REFUSED)]
    assert refused(pairs) == set(range(len(FITTING), len(pairs)))


def test_types_and_values_by_chance(refused: Judge) -> None:
    chance = random.Random(20261122)  # noqa: S311 -- no secrets: the same pairs every time
    pairs = [(_type(chance, 3), _value(chance, 3)) for _ in range(400)]
    ours = {index for index, (text, value) in enumerate(pairs) if mismatches(parse_type(text), value)}
    theirs = refused(pairs)
    assert 50 < len(theirs) < len(pairs) - 50
    assert [pairs[index] for index in sorted(ours - theirs)] == []
    # What only the elements' types taken together rule out may pass: Terraform reports it itself.
    assert len(theirs - ours) <= len(theirs) // 50


def _type(chance: random.Random, depth: int) -> str:
    if depth == 0 or chance.random() < 0.3:
        return chance.choice(LEAVES)
    match chance.choice(("list", "set", "map", "tuple", "object")):
        case "tuple":
            return f"tuple([{', '.join(_type(chance, depth - 1) for _ in range(chance.randint(0, 2)))}])"
        case "object":
            names = chance.sample("abc", chance.randint(0, 2))
            return f"object({{{', '.join(f'{name} = {_attribute(chance, depth - 1)}' for name in names)}}})"
        case collection:
            return f"{collection}({_type(chance, depth - 1)})"


def _attribute(chance: random.Random, depth: int) -> str:
    inner = _type(chance, depth)
    return f"optional({inner})" if chance.random() < 0.4 else inner


def _value(chance: random.Random, depth: int) -> Json:
    if depth == 0 or chance.random() < 0.3:
        return chance.choice(SCALARS)
    if chance.random() < 0.5:
        return [_value(chance, depth - 1) for _ in range(chance.randint(0, 2))]
    return {name: _value(chance, depth - 1) for name in chance.sample("abc", chance.randint(0, 2))}
