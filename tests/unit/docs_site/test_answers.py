"""Troubleshooting and questions tell what is so: messages of ours, commands that can be typed, figures."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from cellwright.app.fleet.schema.settings import cell_keys, fleet_settings
from cellwright.cli import exit_codes
from cellwright.engine.lease.keeper import TTL
from cellwright.model.offboarding import DEFAULT_HOLD
from docs_site.reference.commands import commands_page
from every_command import answer
from unit.app.kit import NOBODY, install_program, make_fleet, put_under_git

ROOT = Path(__file__).parents[3]
TROUBLES, QUESTIONS = ROOT / "docs" / "troubleshooting.md", ROOT / "docs" / "faq.md"
PAGES = TROUBLES.read_text() + QUESTIONS.read_text()
EXAMPLES = (
    "base/prod-use1/network",
    "client/acme/app: failed",
    "client/acme/app",
    "by ada@laptop",
    "(process 4711)",
    "812",
    "the server answered 503",
    "medloop",
    "trial",
)
"""Names and numbers within the messages that the page quotes; what holds another one comes first."""


@cache
def told() -> str:
    """Every text in the code."""
    return "\n".join(
        node.value
        for path in (ROOT / "src" / "cellwright").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def quoted() -> Iterator[str]:
    """What the headings of troubleshooting quote of messages, without examples and names."""
    for heading in re.findall(r"^### (.*)$", TROUBLES.read_text(), re.MULTILINE):
        for message in re.findall(r"`([^`]+)`", heading):
            parts = [message]
            for example in ("…", *EXAMPLES):
                parts = [piece for part in parts for piece in part.split(example)]
            yield from (stripped for part in parts if len(stripped := part.strip(" '():")) > 3)


@pytest.mark.parametrize("fragment", sorted(set(quoted())))
def test_each_message_that_is_quoted_is_one_of_ours(fragment: str) -> None:
    if fragment.startswith(("command not found", "CELLWRIGHT_RELAY=off", "apply")):
        return  # of the shell's, a setting, a command
    assert fragment in told()


def typed() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each command that the pages name, with its options."""
    for text in re.findall(r"`cellwright ([^`]+)`", PAGES):
        words = text.split(" -- ")[0].split()
        plain = [word for word in words if re.fullmatch(r"[a-z][a-z-]*", word)]
        yield " ".join(plain[:2]), tuple(word for word in words if word.startswith("--"))


def test_each_command_that_is_named_can_be_typed() -> None:
    page = commands_page()
    sections = {part.partition("\n")[0]: part for part in page.split("\n### ")[1:]}
    for name, options in {*typed()}:
        section = sections.get(name) or sections.get(name.partition(" ")[0])
        assert section is not None, name
        for option in options:
            assert option in section, (name, option)


def test_each_setting_that_is_named_is_one() -> None:
    known = {item.path for item in fleet_settings()} | set(cell_keys().words)
    for path in set(re.findall(r"`([a-z_]+\.[a-z_]+)`", PAGES)) - {"fleet.yaml"}:
        assert path in known, path
    for path in re.findall(r"`([a-z_]+): \{([a-z_]+):", PAGES):
        assert ".".join(path) in known, path


def test_the_figures_are_right() -> None:
    assert f"{exit_codes.INTERNAL}" in TROUBLES.read_text().partition("### exit code ")[2][:3]
    assert "keeps its leases for a minute" in TROUBLES.read_text()
    assert TTL == 60
    assert f"{DEFAULT_HOLD // 86_400} days by default" in QUESTIONS.read_text()
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert set(re.findall(r"cellwright\[([a-z]+)\]", PAGES)) <= set(extras)
    (units,) = re.findall(r"([0-9,]+) units were tried", QUESTIONS.read_text())
    assert f"## Size: what {units} units cost" in (ROOT / "docs" / "performance.md").read_text()


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    root = tmp_path / "fleet"
    make_fleet(root, acme="{}\n")
    put_under_git(root)
    return root


def test_messages_that_are_met_first_come_as_they_are_quoted(fleet: Path, tmp_path: Path) -> None:
    environment = {**NOBODY, "PATH": f"{install_program(tmp_path / 'bin')}:/usr/bin:/bin"}
    (fleet / "clients" / "acme.yaml").write_text("stacks: {app: {size: 5}}\n")
    code, text = answer(("apply", "client/acme", "--yes"), fleet, environment)
    assert code == exit_codes.FINDINGS
    assert "the commit would not say what is applied: not committed is" in " ".join(text.split())

    other = tmp_path / "other"
    make_fleet(other, acme="{}\n")
    named = {**environment, "CELLWRIGHT_LEDGER": f"sqlite:///{tmp_path / 'one.db'}"}
    answer(("plan", "client/acme"), fleet, named)
    assert "the key of the ledger" in answer(("status",), other, named)[1]
    settings = other / "fleet.yaml"
    settings.write_text(settings.read_text().replace("fleet: trial", "fleet: medloop"))
    code, text = answer(("status",), other, named)
    assert code == exit_codes.FINDINGS
    assert "belongs to the fleet 'trial', not to 'medloop'" in " ".join(text.split())
