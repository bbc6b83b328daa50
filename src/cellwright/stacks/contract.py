"""What a stack asks for and gives: its root module's variables and outputs, and what its tree needs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cellwright.model.value import Value
from cellwright.stacks.reading.module import Module, Output, ProviderRequirement, Variable
from cellwright.stacks.types.conversion import Mismatch, mismatches

__all__ = ["Contract", "Output", "ProviderRequirement", "Variable", "input_mismatches", "make_contract"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A stack as its users see it."""

    variables: Mapping[str, Variable]
    outputs: Mapping[str, Output]
    providers: Mapping[str, ProviderRequirement]
    """The root module's, by local name: those required and those that its resources imply."""
    required_version: str | None
    """Every `required_version` of the tree, joined by commas."""
    resource_types: frozenset[str]
    """Every type named in the root module and its local modules."""
    remote_modules: tuple[str, ...] = ()
    """Module sources that `terraform init` downloads: their types are not among `resource_types`."""


def make_contract(root: Module, local: Iterable[Module]) -> Contract:
    """Put together the contract of a root module and the local modules that it uses, at any depth."""
    modules = (root, *local)
    versions = dict.fromkeys(version for module in modules for version in module.required_versions)
    remote = sorted(
        {_remote(call.source) for module in modules for call in module.calls if not call.is_local}
    )
    return Contract(
        variables=root.variables,
        outputs=root.outputs,
        providers=root.providers,
        required_version=", ".join(versions) or None,
        resource_types=frozenset[str]().union(*(module.resource_types for module in modules)),
        remote_modules=tuple(remote),
    )


def input_mismatches(variable: Variable, value: Value) -> tuple[Mismatch, ...]:
    """Find why Terraform would refuse `value` for `variable`; () if it takes it."""
    if value is None and variable.required and not variable.nullable:
        return (Mismatch((), "null is not allowed: the variable is `nullable = false` and has no default"),)
    return mismatches(variable.type, value)


def _remote(source: str | None) -> str:
    return source if source is not None else "(computed)"
