"""Where the products differ in what they make of a unit's inputs and source."""

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from packaging.version import Version

from cellwright.stacks.reading.module import is_configuration
from cellwright.stacks.source.tree import StackTree
from cellwright.terraform.install.binary import Binary
from cellwright.terraform.output.encryption import VARIABLE
from cellwright.terraform.workspace.variables import InputChannels

_EARLY = Version("1.15")
"""The first Terraform whose module sources take variables (`const`)."""

_FORGETS = Version("1.12.0.dev0")
"""The first OpenTofu that knows `destroy = false`, and ends a destroy that kept something with an error."""

_PASSES_OVER_ACTIONS = (1, 13)
"""The Terraform that reads `action` blocks, as an experiment, and carries out none without a word."""

_EXCLUDES = Version("1.9.0.dev0")
"""The first OpenTofu that knows `-exclude`; no Terraform does."""

_ENCRYPTION = re.compile(rb"\bencryption\b")


def told(command: str, binary: Binary, channels: InputChannels, ephemeral: frozenset[str]) -> InputChannels:
    """Choose the secrets for `command`; other inputs are in a file that every command reads.

    OpenTofu evaluates variables in every command: for its encryption, backend and module sources. `apply`
    gets what `plan` got, because OpenTofu refuses a value that differs from the plan's. Terraform evaluates
    them where it reads the configuration; when a plan is applied it needs the ephemeral ones alone, which
    the plan does not hold.
    """
    if binary.product == "tofu" or command == "plan":
        return channels
    if command == "apply":
        return channels.only(ephemeral)
    return channels if binary.version >= _EARLY else channels.only(())


def may_encrypt(binary: Binary, tree: StackTree, environment: Mapping[str, str]) -> bool:
    """Tell whether states may be encrypted: OpenTofu is told to by the environment, or by the root module."""
    if binary.product != "tofu":
        return False
    if environment.get(VARIABLE):
        return True
    files = (file for file in tree.files if str(PurePosixPath(file.path).parent) == tree.module)
    return any(_ENCRYPTION.search(file.source.read_bytes()) for file in files if _is_code(file.path))


def passes_over_actions(binary: Binary) -> bool:
    """Tell whether a binary reads `action` blocks and carries out none."""
    return binary.product == "terraform" and binary.version.release[:2] == _PASSES_OVER_ACTIONS


def knows_exclude(binary: Binary) -> bool:
    """Tell whether a binary can leave resources out of a plan."""
    return binary.product == "tofu" and binary.version >= _EXCLUDES


def computes_sources(tree: StackTree) -> bool:
    """Tell whether the source of a module may be made of variables: then it may be another for each unit."""
    return any(_computes_source(file.path, file.source.read_text(errors="replace")) for file in tree.files)


def _computes_source(name: str, content: str) -> bool:
    if "module" not in content or not _is_code(name):
        return False
    if name.endswith(".json"):
        return "${" in content
    # Imported where a stack may have modules: what reads HCL takes long to import.
    from cellwright.stacks.hcl.native import parse_native  # noqa: PLC0415
    from cellwright.stacks.hcl.source import SyntaxFault  # noqa: PLC0415
    from cellwright.stacks.hcl.syntax import Literal  # noqa: PLC0415

    try:
        calls = parse_native(content).blocks_of("module")
    except SyntaxFault:
        return True
    return any(
        not isinstance(call.body.attributes["source"].value, Literal)
        for call in calls
        if "source" in call.body.attributes
    )


def _is_code(name: str) -> bool:
    return is_configuration(PurePosixPath(name).name)


def forgetting_is_no_error(binary: Binary) -> tuple[str, ...]:
    """The option with which `apply` succeeds when a destroy leaves objects that the stack says to keep."""
    return ("-suppress-forget-errors",) if binary.product == "tofu" and binary.version >= _FORGETS else ()
