"""Our reader of HCL takes exactly what `terraform` takes."""

import random
import re
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from cellwright.stacks.hcl.native import parse_native
from cellwright.stacks.hcl.source import Source, SyntaxFault
from unit.stacks.hcl.syntax_cases import ACCEPTED, REJECTED

pytestmark = pytest.mark.terraform

Judge = Callable[[Mapping[str, str]], set[str]]
SCRAPS = (
    *(
        '"',
        "${",
        "}",
        "{",
        "(",
        ")",
        "[",
        "]",
        "\n",
        " ",
        "=",
        "a",
        "1",
        ".",
        ",",
        "?",
        ":",
        "=>",
        "...",
        "\\",
    ),
    *("$", "%", "~", "::", "*", "-", "!", "&&", "$${", '"x"', "\r\n", "_", "é", '\\"', "true", "null", "if"),
    *("%{ if x }", "%{ endif }", "<<E\n", "E\n", "# c\n", "/* c */", "for x in y"),
)


@pytest.fixture
def refused(terraform: Callable[..., "subprocess.CompletedProcess[str]"], tmp_path: Path) -> Judge:
    """Give the names of the texts that terraform refuses, judged by one process."""

    def judge(texts: Mapping[str, str]) -> set[str]:
        names = list(texts)
        for index, name in enumerate(names):
            (tmp_path / f"f{index}.tf").write_bytes(texts[name].encode())
        outcome = terraform("fmt", "-no-color", "-check", "-write=false", ".", folder=tmp_path)
        return {names[int(index)] for index in re.findall(r"\bf(\d+)\.tf\s+line", outcome.stderr)}

    return judge


def test_the_recorded_cases(refused: Judge) -> None:
    texts = {**ACCEPTED, **{name: text for name, (text, _) in REJECTED.items()}}
    assert refused(texts) == set(REJECTED)


def test_a_byte_order_mark(refused: Judge) -> None:
    assert refused({"mark": "\ufeffa = 1\n"}) == set()
    assert parse_native(Source.decode("main.tf", "\ufeffa = 1\n".encode()).text).attributes


def test_texts_with_one_thing_wrong_in_them(refused: Judge) -> None:
    chance = random.Random(20261122)  # noqa: S311 -- no secrets: the same texts every time
    texts = [*ACCEPTED.values(), *(text for text, _ in REJECTED.values())]
    changed = {str(index): _change(chance.choice(texts), chance) for index in range(3000)}
    ours = {name for name, text in changed.items() if not _taken(text)}
    theirs = refused(changed)
    assert len(changed) - len(theirs) > 100
    assert {changed[name] for name in ours - theirs} == set()
    # The other way about a handful is known, nested splats and "1e5.0": Terraform reports those itself.
    assert len(theirs - ours) <= 3


def _change(text: str, chance: random.Random) -> str:
    at = chance.randint(0, len(text))
    if chance.random() < 0.6:
        return text[:at] + chance.choice(SCRAPS) + text[at:]
    return text[:at] + text[at + chance.randint(1, 3) :]


def _taken(text: str) -> bool:
    try:
        parse_native(text)
    except SyntaxFault:
        return False
    return True
