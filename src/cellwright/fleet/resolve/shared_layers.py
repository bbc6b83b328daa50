"""What the cells that take the same layers have in common, made once: inputs, origins, verdicts on them."""

from cellwright.fleet.resolve.layering import Base
from cellwright.fleet.resolve.merge import Setting
from cellwright.fleet.yaml.node import Directive
from cellwright.model.diagnostic import Diagnostic
from cellwright.model.unit import Input, Origin
from cellwright.model.value import Value
from cellwright.stacks.contract import Variable


class Common:
    """Shares by identity: a setting that a cell takes from its base unchanged is the base's own object.

    Only the base's settings are remembered. They live as long as it does, so no other one gets their id.
    """

    def __init__(self, base: Base) -> None:
        self.base = base
        self._inputs: dict[int, Input] = {}
        self._origins: dict[int, Origin] = {}
        self._verdicts: dict[tuple[int, int], tuple[Diagnostic, ...]] = {}
        self._variables: dict[int, Variable] = {}
        stacks = base.root.get("stacks") if base.root is not None else None
        for _, stack in stacks.present() if stacks is not None else ():
            for setting in (stack.entries or {}).values():
                self._remember(setting)

    def input(self, setting: Setting) -> Input | None:
        """Give the input that every cell makes of a setting of the base; None if each makes its own."""
        return self._inputs.get(id(setting))

    def origin(self, setting: Setting) -> Origin:
        """Tell where a setting was written, and what it overrode."""
        known = self._origins.get(id(setting))
        if known is not None:
            return known
        node = setting.node
        overridden = self.origin(setting.overridden) if setting.overridden is not None else None
        return Origin(node.layer, node.position, as_written(setting), overridden)

    def verdict(self, setting: Setting, variable: Variable) -> tuple[Diagnostic, ...] | None:
        """Give what was found about a shared input for a variable; None if it was not judged yet."""
        return self._verdicts.get((id(setting), id(variable)))

    def judge(self, setting: Setting, variable: Variable, verdict: tuple[Diagnostic, ...]) -> None:
        """Remember what was found about a shared input."""
        self._variables[id(variable)] = variable
        self._verdicts[id(setting), id(variable)] = verdict

    def _remember(self, setting: Setting) -> None:
        origin = self.origin(setting)
        self._origins[id(setting)] = origin
        if setting.plain and not setting.unset:
            self._inputs[id(setting)] = Input(setting.written(), origin)


def as_written(setting: Setting) -> Value:
    """Give what the last layer itself wrote."""
    return Directive.UNSET.value if setting.unset else setting.node.value
