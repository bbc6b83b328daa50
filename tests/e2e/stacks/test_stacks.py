"""Each reference stack passes its own tests: the real provider's plans, with made-up answers for AWS's.

The short tests try each stack on Terraform or on OpenTofu, by turns; `make test-long` the other half. What
passed is not tried again on this machine while stack, program and provider are the same.
"""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import asdict
from fnmatch import fnmatch
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

import binaries
from cellwright.files.lock import locked
from cellwright.stacks.source.folder import is_left_out
from cellwright.terraform.install.version_constraint import parse_constraint
from e2e.reference.readme import stack_folders, stack_name
from e2e.stacks import provider, suite
from e2e.stacks.provider import provider_version
from e2e.stacks.suite import TESTS, Outcome, run_suite
from passed_before import Check, check_of
from patience import PATIENCE

TESTED = [stack for stack in stack_folders() if any((stack / "tests").glob("*.hcl"))]

REQUIRED = re.compile(r'required_version = "([^"]+)"')
RUN_BY = [Path(str(module.__file__)) for module in (suite, provider)]
"""What tells how a stack's tests are run."""

EACH_STACK = pytest.mark.parametrize("stack", TESTED, ids=stack_name)


@pytest.fixture(name="shared", scope="session")
def shared_fixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this test run have in common."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "stacks-tested"
    folder.mkdir(exist_ok=True)
    return folder


def check_for(name: str, stack: Path) -> Check:
    """One stack's tests on one program, as what they have passed with."""
    programs = (str(binaries.binary(name)), provider_version())
    return check_of("tests of a stack", [stack, *RUN_BY], *programs)


def outcome(name: str, stack: Path, request: pytest.FixtureRequest, shared: Path) -> Outcome | None:
    """The outcome of one stack's tests; None: they have passed meanwhile, in another run of the tests.

    All that were selected and have not passed before run at once, for whoever asks first.
    """
    label = name.replace("/", "_")
    known = shared / f"{label}.json"
    lock = shared / f"{label}.lock"
    with locked(lock, timeout=PATIENCE, busy="the stacks' tests still run", advice="look at the machine"):
        if not known.exists():
            wanted = {
                Path(str(item.callspec.params["stack"]))
                for item in request.session.items
                if isinstance(item, pytest.Function)
                and item.originalname == request.node.originalname
                and item.callspec.params.get("name") == name
                and not check_for(name, Path(str(item.callspec.params["stack"]))).passed()
            }
            (folder := shared / label).mkdir()
            found = run_suite(name, sorted(item for item in wanted if is_made_for(item, name)), folder)
            known.write_text(json.dumps({stack: asdict(one) for stack, one in found.items()}))
    found = json.loads(known.read_text()).get(stack_name(stack))
    return Outcome(**found) if found else None


def is_made_for(stack: Path, name: str) -> bool:
    needed = REQUIRED.findall((stack / "versions.tf").read_text())
    return all(parse_constraint(text).allows(binaries.binary(name).version) for text in needed)


def by_turns() -> Iterator[ParameterSet]:
    """Each stack with both programs; in the short tests with one, unless its tests are written for each.

    With programs that are named, always.
    """
    for number, stack in enumerate(TESTED):
        both = any((stack / "tests").glob("*.tofutest.hcl"))
        for turn, name in enumerate(binaries.BOTH):
            marks = () if both or number % len(binaries.BOTH) == turn else pytest.mark.long
            yield pytest.param(name, stack, marks=marks, id=f"{stack_name(stack)}-{name}")
        for name in binaries.NAMED:
            yield pytest.param(name, stack, id=f"{stack_name(stack)}-{name}")


@pytest.mark.terraform
@pytest.mark.parametrize(("name", "stack"), list(by_turns()))
def test_a_stack_passes_its_tests(
    name: str, stack: Path, request: pytest.FixtureRequest, shared: Path
) -> None:
    if not is_made_for(stack, name):
        pytest.skip(f"{stack_name(stack)} is not made for {binaries.binary(name)}")
    check = check_for(name, stack)
    if check.passed() or (ended := outcome(name, stack, request, shared)) is None:
        pytest.skip("passed before, with the same stack, program and provider")

    assert not ended.told, ended.told
    assert ended.passed
    check.remember()


@EACH_STACK
def test_what_lies_beside_a_stacks_tests_is_no_part_of_its_source(stack: Path) -> None:
    for path in (stack / "tests").iterdir():
        assert path.is_file(), path
        assert any(fnmatch(path.name, pattern) for pattern in TESTS), path
        assert is_left_out(path.name), path


@EACH_STACK
def test_a_test_needs_no_cloud_and_takes_the_stack_itself(stack: Path) -> None:
    for path in (stack / "tests").glob("*test.hcl"):
        text = path.read_text()
        assert 'mock_provider "aws" {' in text, path
        assert not re.search(r"^  module \{", text, re.MULTILINE), path
        assert re.search(r'^run "\w+" \{$', text, re.MULTILINE), path
