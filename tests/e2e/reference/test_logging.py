"""What containers write is evidence: no line of any stack's tasks may be dropped on its way."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e.reference.readme import STACKS

_GROUP = re.compile(r"""["']?awslogs-group["']?\s*[=:]""")
_BLOCKING = re.compile(r"""["']?mode["']?\s*[=:]\s*["']?blocking\b""")
_DRIVER = re.compile(r"""["']?logDriver["']?\s*[=:]\s*["']?(?P<driver>[\w-]+)""")


def non_blocking(text: str) -> Iterator[str]:
    """Yield the options of each `awslogs` driver that may drop lines: ECS's default since June 2025."""
    for found in _GROUP.finditer(text):
        start, end = text.rfind("{", 0, found.start()), text.find("}", found.end())
        options = text[start : end + 1]
        if not _BLOCKING.search(options):
            yield options


def files() -> list[Path]:
    """List all files in which a stack may write a task: Terraform, templates, JSON, YAML."""
    kinds = {".tf", ".tftpl", ".json", ".yaml", ".yml"}
    return [
        path for path in sorted(STACKS.rglob("*")) if path.suffix in kinds and ".terraform" not in path.parts
    ]


def test_no_task_of_any_stack_may_drop_a_line() -> None:
    found = {str(path.relative_to(STACKS)): [*non_blocking(path.read_text())] for path in files()}

    assert {path: options for path, options in found.items() if options} == {}
    assert sum(len(_GROUP.findall(path.read_text())) for path in files()) >= 4


def test_every_driver_is_one_that_can_block() -> None:
    drivers = {found["driver"] for path in files() for found in _DRIVER.finditer(path.read_text())}

    assert drivers == {"awslogs"}


@pytest.mark.parametrize(
    "options",
    [
        'options = {\n awslogs-group = "a"\n awslogs-region = "b"\n}',
        'options = {\n awslogs-group = "a"\n mode = "non-blocking"\n}',
        '{"awslogs-group": "a"}, {"mode": "blocking"}',
    ],
)
def test_a_driver_that_may_drop_lines_is_found(options: str) -> None:
    assert [*non_blocking(options)]


@pytest.mark.parametrize(
    "options",
    ['{\n awslogs-group = "a"\n mode = "blocking"\n}', '{"mode": "blocking", "awslogs-group": "a"}'],
)
def test_one_that_waits_passes(options: str) -> None:
    assert not [*non_blocking(options)]
