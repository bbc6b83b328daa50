"""Reads for which versions of Terraform or OpenTofu a module is made."""

from collections.abc import Iterable, Iterator

from cellwright.stacks.hcl.syntax import Literal
from cellwright.stacks.reading.declaration import Argument, Declaration
from cellwright.stacks.reading.module import RequiredVersion


def read_versions(declarations: Iterable[Declaration]) -> Iterator[RequiredVersion]:
    """Give every version constraint, at its place; what is no plain text is left to the binary."""
    for item in declarations:
        if item.kind == "terraform":
            argument = item.arguments.get("required_version")
            if argument is not None and (text := _text(argument)) is not None:
                yield RequiredVersion(text, argument.position, overrides=item.overrides)
        elif item.kind == "language":
            yield RequiredVersion(None, item.position, language=True)
            for block in item.inner("compatible_with"):
                argument = block.arguments.get("opentofu")
                if argument is not None and (text := _text(argument)) is not None:
                    yield RequiredVersion(text, argument.position, language=True)


def _text(argument: Argument) -> str | None:
    match argument.value:
        case Literal(value=str(text)):
            return text
        case _:
            return None
