"""Whether a stack's modules allow a binary: `required_version`, and OpenTofu's `language` blocks.

Terraform counts `required_version`, that of an override file alone if there is one; OpenTofu up to 1.11 too.
Since 1.12 OpenTofu counts `required_version` in `*.tofu` files only, because elsewhere it may be meant for
Terraform, and `compatible_with` in `language` blocks, which nothing else can read.
"""

from collections.abc import Iterable, Iterator

from packaging.version import Version

from cellwright.model.binary import BinaryVersion
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.stacks.contract import RequiredVersion
from cellwright.terraform.install.version_constraint import ConstraintError, parse_constraint

_LANGUAGE_BLOCKS = Version("1.12")
"""The first OpenTofu that reads `language` blocks."""
_OPENTOFU_FILES = (".tofu", ".tofu.json")
ANOTHER_PROGRAM = (
    "name another binary or version with `terraform` in the fleet, or take another version of the stack"
)
"""What to do about a stack that is not made for the program that runs it."""


def version_refusals(versions: Iterable[RequiredVersion], binary: BinaryVersion) -> Iterator[Diagnostic]:
    """Report every constraint of a stack's modules that this binary would refuse, at its place."""
    listed = tuple(versions)
    modern = binary.product == "tofu" and _core(binary) >= _LANGUAGE_BLOCKS
    overridden = {_folder(item) for item in listed if item.overrides}
    for item in listed:
        if item.language and not modern:
            if item.constraint is None:
                summary = (
                    f"the stack is not made for {binary}: only OpenTofu 1.12 and newer read a language block"
                )
                yield error(summary, ANOTHER_PROGRAM, item.position)
        elif not item.language and modern:
            if item.position.file.endswith(_OPENTOFU_FILES):
                yield from _refusal(item, binary)
        elif item.language or item.overrides or _folder(item) not in overridden:
            yield from _refusal(item, binary)


def _refusal(item: RequiredVersion, binary: BinaryVersion) -> Iterator[Diagnostic]:
    if item.constraint is None:
        return
    try:
        allowed = parse_constraint(item.constraint).allows(_core(binary))
    except ConstraintError:
        return  # the binary says what is wrong with it
    if not allowed:
        yield error(
            f"the stack is not made for {binary}: it asks for '{item.constraint}'",
            ANOTHER_PROGRAM,
            item.position,
        )


def _core(binary: BinaryVersion) -> Version:
    """Both products compare without what follows a pre-release's hyphen."""
    return Version(Version(binary.version).base_version)


def _folder(item: RequiredVersion) -> str:
    return item.position.file.rpartition("/")[0]
