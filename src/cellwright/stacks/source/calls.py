"""Follows calls of modules whose sources are made of variables, with the values that each call passes on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from cellwright.model.diagnostic import Diagnostic, DiagnosticError, warning
from cellwright.model.value import Json
from cellwright.stacks.reading.early import UNKNOWN, Early, EarlyValue, Scope, evaluate
from cellwright.stacks.reading.module import ModuleCall, TerraformModule

_CALLS, _REPEATED = 10_000, 3
"""So many calls are followed, and so often a module inside itself: there would be no end otherwise."""


@dataclass(slots=True)
class ComputedCalls:
    """Follows all calls from a root module on."""

    enter: Callable[[str, ModuleCall], str]
    """Gives the folder of a local module that a module in a folder calls, and reads it.

    Raises:
        DiagnosticError: there is none, or it can't be read.
    """
    modules: Mapping[str, TerraformModule]
    """All modules that were entered, by folder."""
    values: Mapping[str, Json]
    """The root module's variables that are set."""
    own_values: bool = False
    """The stack has files of values: a variable that is not set may have another one than its default."""
    asked: set[str] = field(default_factory=set)
    """Variables of the root module that decide, whether they are set or not."""
    findings: list[Diagnostic] = field(default_factory=list)
    """Findings about calls whose source is computed."""
    sources: set[tuple[str, str, str]] = field(default_factory=set)
    """The computed sources: the caller's folder, the call's name, the source."""
    _followed: int = 0

    def follow(self, root: str) -> None:
        """Enter every module that is called from the root module on."""
        module = self.modules[root]

        def scope(name: str) -> EarlyValue:
            if _may_decide(module, name):
                self.asked.add(name)
            if self.own_values and name not in self.values:
                return UNKNOWN
            return _value(module, name, (lambda: self.values[name]) if name in self.values else None)

        self._follow(root, scope, (root,))

    def _follow(self, folder: str, scope: Scope, inside: tuple[str, ...]) -> None:
        """Follow the calls of a module; `inside` are its folder and those of the modules that led to it."""
        for call in self.modules[folder].calls:
            self._followed += 1
            if self._followed > _CALLS:
                return
            named = self._named(call, scope)
            if call.source is None and named is not None:
                self.sources.add((folder, call.name, named.source or ""))
            if named is None or not named.is_local:
                continue
            try:
                entered = self.enter(folder, named)
            except DiagnosticError as fault:
                if call.source is None:
                    self.findings.extend(fault.diagnostics)
                continue
            if inside.count(entered) < _REPEATED:
                passed_on = _passed_on(self.modules[entered], call.arguments, scope)
                self._follow(entered, passed_on, (*inside, entered))

    def _named(self, call: ModuleCall, scope: Scope) -> ModuleCall | None:
        """Give the call with its source as text; None if it is not known."""
        if call.source is not None:
            return call
        source = evaluate(call.computed_source, scope)
        if isinstance(source, str):
            return replace(call, source=source)
        summary = f"the source of module '{call.name}' can't be told before Terraform runs"
        detail = (
            "if it is a local module, it must lie inside the stack's folder: others are not brought along"
        )
        self.findings.append(warning(summary, detail, call.position))
        return None


def _passed_on(module: TerraformModule, arguments: Mapping[str, Early], caller: Scope) -> Scope:
    """Give the values of a called module's variables; each is evaluated only when it is asked for."""

    def scope(name: str) -> EarlyValue:
        given = arguments.get(name)
        return _value(module, name, (lambda: evaluate(given, caller)) if given is not None else None)

    return scope


def _may_decide(module: TerraformModule, name: str) -> bool:
    """Tell whether it is a variable; neither product takes a sensitive or an ephemeral one for a source."""
    variable = module.variables.get(name)
    return variable is not None and not variable.sensitive and not variable.ephemeral


def _value(module: TerraformModule, name: str, given: Callable[[], EarlyValue] | None) -> EarlyValue:
    """Give the value of a variable."""
    if not _may_decide(module, name):
        return UNKNOWN
    default: EarlyValue = module.defaults.get(name, UNKNOWN)
    if given is None:
        return default
    value = given()
    return default if value is None and not module.variables[name].nullable else value
