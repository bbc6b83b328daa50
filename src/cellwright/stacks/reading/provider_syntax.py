"""Reads a module's providers: `required_providers`, and those that its resources imply."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from cellwright.model.diagnostic import Diagnostic
from cellwright.stacks.hcl.source import SyntaxFault
from cellwright.stacks.hcl.syntax import Expression, Literal, ObjectExpression, Traversal
from cellwright.stacks.reading.declaration import Argument, Declaration
from cellwright.stacks.reading.module import ProviderRequirement

_RESOURCE_KINDS = frozenset({"resource", "data", "ephemeral"})
_BUILT_IN = "terraform"
"""The provider inside the binary itself: terraform_data, terraform_remote_state."""


def read_providers(
    terraform: Iterable[Declaration], declarations: Iterable[Declaration], findings: list[Diagnostic]
) -> dict[str, ProviderRequirement]:
    """Give the providers by local name; faults are added to `findings`."""
    providers: dict[str, ProviderRequirement] = {}
    for block in terraform:
        for required in block.inner("required_providers"):
            for name, argument in required.arguments.items():
                try:
                    found = read_requirement(name, argument.value)
                except SyntaxFault as fault:
                    findings.append(argument.diagnostic(fault))
                else:
                    providers[name] = found
    for name in _implied(declarations):
        providers.setdefault(name, _default(name))
    return providers


def _default(name: str) -> ProviderRequirement:
    return ProviderRequirement(f"hashicorp/{name}")


def read_requirement(name: str, value: Expression) -> ProviderRequirement:
    """Read one entry of `required_providers`.

    Raises:
        SyntaxFault: it is something else.
    """
    match value:
        case Literal(value=str(version)):  # the short form of Terraform 0.12
            return replace(_default(name), version=version)
        case ObjectExpression(items=items):
            entries = {_key(key): entry for key, entry in items}
            source = _string(entries.get("source"), "source") or _default(name).source
            return ProviderRequirement(source, _string(entries.get("version"), "version"))
        case _:
            advice = 'write { source = "hashicorp/aws", version = "~> 5.0" }'
            raise SyntaxFault(value.offset, f"the requirement of provider '{name}' is an object", advice)


def _key(key: Expression) -> str:
    match key:
        case Traversal(steps=(name,)) | Literal(value=str(name)):
            return name
        case _:
            return ""


def _string(value: Expression | None, name: str) -> str | None:
    match value:
        case None | Literal(value=None):
            return None
        case Literal(value=str(text)):
            return text
        case _:
            raise SyntaxFault(value.offset, f"a provider's '{name}' is a plain string", "write it in quotes")


def _implied(declarations: Iterable[Declaration]) -> Iterator[str]:
    """Yield the local name of the provider of every provider block and every resource."""
    for item in declarations:
        if item.kind == "provider":
            yield item.labels[0]
        elif item.kind in _RESOURCE_KINDS:
            name = _chosen(item.arguments.get("provider")) or item.labels[0].partition("_")[0]
            if name != _BUILT_IN:
                yield name


def _chosen(argument: Argument | None) -> str | None:
    match argument.value if argument else None:
        case Traversal(steps=(name, *_)):
            return name
        case Literal(value=str(text)):
            return text.partition(".")[0]
        case _:
            return None
