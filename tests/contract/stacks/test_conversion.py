"""Whether a value fits a type is what `terraform plan` says of it."""

import json
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from cellwright.model.value import Json
from contract.stacks.type_judge import refused_in
from unit.stacks.conversion_cases import FITTING, REFUSED

pytestmark = pytest.mark.terraform

Pair = tuple[str, Json]
Judge = Callable[[Sequence[Pair]], set[int]]


@pytest.fixture
def refused(terraform: Callable[..., "subprocess.CompletedProcess[str]"], tmp_path: Path) -> Judge:
    """Give the indexes of the pairs that terraform refuses, judged by one process."""

    def judge(pairs: Sequence[Pair]) -> set[int]:
        declared = [f'variable "v{index}" {{\n type = {text}\n}}\n' for index, (text, _) in enumerate(pairs)]
        (tmp_path / "main.tf").write_text("".join(declared))
        values = {f"v{index}": value for index, (_, value) in enumerate(pairs)}
        (tmp_path / "x.tfvars.json").write_text(json.dumps(values, indent=0))
        return refused_in(
            terraform("plan", "-input=false", "-json", "-var-file=x.tfvars.json", folder=tmp_path)
        )

    return judge


def test_the_recorded_cases(refused: Judge) -> None:
    pairs = [*FITTING, *((text, value) for text, value, _ in REFUSED)]
    assert refused(pairs) == set(range(len(FITTING), len(pairs)))
