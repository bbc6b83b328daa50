"""Inputs that all cells with the same layers share: made, and checked against contracts, once."""

from cellwright.fleet.resolve.layering import FoldedLayers
from cellwright.fleet.resolve.merge import Setting
from cellwright.fleet.yaml.node import MergeTag
from cellwright.model.diagnostic import Diagnostic
from cellwright.model.unit import Input, Origin
from cellwright.model.value import Value
from cellwright.stacks.contract import Variable


class SharedInputs:
    """Finds shared inputs by identity: a setting that a cell inherits unchanged is the layers' own object.

    Only settings of the layers are remembered. They live as long as the layers, so no id is reused.
    """

    def __init__(self, base: FoldedLayers) -> None:
        self.base = base
        self._inputs: dict[int, Input] = {}
        self._origins: dict[int, Origin] = {}
        self._findings: dict[tuple[int, int], tuple[Diagnostic, ...]] = {}
        self._variables: dict[int, Variable] = {}
        stacks = base.root.get("stacks") if base.root is not None else None
        for _, stack in stacks.present() if stacks is not None else ():
            for setting in (stack.entries or {}).values():
                self._remember(setting)

    def input(self, setting: Setting) -> Input | None:
        """Give the input that all cells share for a setting of the layers; None if each makes its own."""
        return self._inputs.get(id(setting))

    def origin(self, setting: Setting) -> Origin:
        """Give the origin of a setting: where it was written, and what it overrode."""
        known = self._origins.get(id(setting))
        if known is not None:
            return known
        node = setting.node
        overridden = self.origin(setting.overridden) if setting.overridden is not None else None
        return Origin(node.layer, node.position, written_value(setting), overridden)

    def findings(self, setting: Setting, variable: Variable) -> tuple[Diagnostic, ...] | None:
        """Give the findings about a shared input for a variable; None if it was not checked yet."""
        return self._findings.get((id(setting), id(variable)))

    def add_findings(self, setting: Setting, variable: Variable, findings: tuple[Diagnostic, ...]) -> None:
        """Remember the findings about a shared input."""
        self._variables[id(variable)] = variable
        self._findings[id(setting), id(variable)] = findings

    def _remember(self, setting: Setting) -> None:
        origin = self.origin(setting)
        self._origins[id(setting)] = origin
        if setting.plain and not setting.unset:
            self._inputs[id(setting)] = Input(setting.written(), origin)


def written_value(setting: Setting) -> Value:
    """Give a setting as its last layer wrote it."""
    return MergeTag.UNSET.value if setting.unset else setting.node.value
