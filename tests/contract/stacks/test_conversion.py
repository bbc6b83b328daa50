"""Whether a value fits a type is what `terraform plan` says of it."""

import json
import re
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from cellwright.model.value import Json
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
