"""Every role that a stack makes lies where its deployer may work, beneath a boundary: else AWS refuses it."""

import re
from pathlib import Path

import pytest

from e2e.reference.readme import stack_folders, stack_name

_ROLE = re.compile(
    r'^resource "(aws_iam_role|aws_iam_policy)" "(\w+)" \{\n(.*?)^\}', re.MULTILINE | re.DOTALL
)
_BY_DEPLOYERS = ("base/domain", "base/network", "base/peering", "client/", "utility/")
_FOR_CLIENTS = 'path = "/${var.tags["Fleet"]}/${var.tags["Client"]}/"'
_OF_DEPLOYERS = 'path = "/${var.tags["Fleet"]}/shared/clients/"'


@pytest.mark.parametrize(
    "stack", [one for one in stack_folders() if stack_name(one).startswith(_BY_DEPLOYERS)], ids=stack_name
)
def test_a_role_has_the_fleets_path_and_a_boundary(stack: Path) -> None:
    texts = [re.sub(r" +", " ", file.read_text()) for file in stack.glob("*.tf")]
    by_name = any(f" role_{_FOR_CLIENTS}" in text for text in texts)
    for text in texts:
        for kind, name, body in _ROLE.findall(text):
            plain = body.replace("path = local.role_path", _FOR_CLIENTS) if by_name else body
            assert _FOR_CLIENTS in plain or _OF_DEPLOYERS in plain, f"{stack_name(stack)}: {kind}.{name}"
            if kind == "aws_iam_role":
                assert "permissions_boundary = var." in plain, f"{stack_name(stack)}: {kind}.{name}"


@pytest.mark.parametrize("stack", stack_folders(), ids=stack_name)
def test_an_arn_of_a_role_is_written_with_its_path(stack: Path) -> None:
    for file in stack.glob("*.tf"):
        if stack_name(stack).startswith(_BY_DEPLOYERS):
            assert not re.search(r':role/\$\{(?!var\.tags\["Fleet"\])', file.read_text()), file
