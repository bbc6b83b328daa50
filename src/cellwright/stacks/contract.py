"""The contract of a stack: its root module's variables, outputs and providers."""

from collections.abc import Mapping
from dataclasses import dataclass

from cellwright.model.diagnostic import Diagnostic
from cellwright.stacks.reading.module import Output, ProviderRequirement, RequiredVersion, Variable

__all__ = ["Contract", "Output", "ProviderRequirement", "RequiredVersion", "Variable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What the users of a stack need to know of it."""

    variables: Mapping[str, Variable]
    outputs: Mapping[str, Output]
    providers: Mapping[str, ProviderRequirement]
    """By local name: those that are required and those that resources imply."""
    versions: tuple[RequiredVersion, ...] = ()
    """Which versions of Terraform or OpenTofu its modules are made for."""
    findings: tuple[Diagnostic, ...] = ()
    """Findings about the stack itself, which can be read nevertheless."""
    own_values: frozenset[str] = frozenset()
    """Variables that the stack's own files of values set: the fleet need not."""
    fetches: bool = False
    """`init` downloads modules for it, or may: a source made of variables can't always be told here."""
    deciding: frozenset[str] = frozenset()
    """Variables that sources of modules are made of: they decide which files the stack has."""
    computed_findings: tuple[Diagnostic, ...] = ()
    """Findings about sources of modules made of variables, by the values that the pin has for them."""
