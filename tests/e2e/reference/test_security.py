"""A security reviewer's first tool finds nothing in the reference stacks that isn't explained where it is."""

import os
from pathlib import Path

import pytest

import checkov_program
from cellwright.app.fleet.security_check import StackFiles, judged
from cellwright.checks.security.checkov import VERSION
from cellwright.model.unit import StackPin
from cellwright.stacks.catalogue import Catalogue
from e2e.reference.readme import STACKS, stack_folders, stack_name
from passed_before import check_of

ROOT = Path(__file__).parents[3]
REQUIREMENTS = ROOT / "requirements" / "checkov.in"
JUDGED_BY = (
    STACKS,
    ROOT / "requirements/checkov.txt",
    ROOT / "src/cellwright/checks",
    ROOT / "src/cellwright/stacks",
    ROOT / "src/cellwright/app/fleet/security_check.py",
    Path(__file__),
)
"""What the findings depend on: while none of it changes, checkov says the same."""
PLANTED = """\
resource "aws_sns_topic" "this" {
  name = "planted"
}

resource "aws_sqs_queue" "this" {
  #checkov:skip=CKV_AWS_27
  name = "planted"
}
"""


def test_the_version_is_the_one_that_people_are_told_to_install() -> None:
    assert f"checkov=={VERSION}\n" in REQUIREMENTS.read_text()


@pytest.mark.first
def test_every_finding_in_the_stacks_is_mended_or_explained(tmp_path: Path) -> None:
    program = checkov_program.program()
    check = check_of("checkov", JUDGED_BY)
    if check.passed():
        pytest.skip("passed before, with the same stacks and the same checkov")
    catalogue = Catalogue(STACKS, tmp_path / "cache", os.environ)
    files = StackFiles(Path(os.path.realpath(tmp_path)) / "judged")
    # Beside them one with faults, so that a program that finds nothing at all is noticed.
    planted = tmp_path / "planted"
    planted.mkdir()
    (planted / "main.tf").write_text(PLANTED)
    stacks = {stack_name(stack) for stack in stack_folders()}
    for source in (str(planted), *(f"./{stack}" for stack in sorted(stacks))):
        files.add(catalogue.tree(StackPin(source)), STACKS)

    found = [str(item) for item in judged(program, files, os.environ)]

    expected = [said for said in found if said.startswith(f"{planted}/")]
    assert any(":1:1: error: aws_sns_topic.this: " in said and "CKV_AWS_26" in said for said in expected)
    assert any("aws_sqs_queue.this skips CKV_AWS_27 and doesn't say why" in said for said in expected)
    rest = [said for said in found if said not in expected]
    assert not rest, "\n".join(rest)
    check.remember()
