"""What a command of Terraform may do to a unit, told from its arguments."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from cellwright.model.address import UnitAddress
from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.terraform.output.redaction import MASK


class Effect(Enum):
    """What a command may do."""

    READS = "reads"
    REVEALS = "reveals"
    """It may print what is sensitive in clear."""
    CHANGES = "changes"
    """It may write the state, or its lock."""
    APPLIES = "applies"
    """It changes real resources, past plans' approval and the fleet's policies."""


_READS = frozenset(
    {
        *("fmt", "get", "graph", "metadata functions", "modules", "plan", "providers", "providers lock"),
        *("providers mirror", "providers schema", "query", "state list", "state show", "validate", "version"),
        *("workspace list", "workspace show"),
    }
)
_REVEALS = frozenset({"console", "state pull"})
_IN_CLEAR = "show-sensitive"
"""OpenTofu's option of `plan`, `show`, `output` and `state show`."""
_APPLIES = frozenset({"apply", "destroy"})
_OTHER_STATES = frozenset({"workspace new", "workspace select", "workspace delete"})
_GROUPS = frozenset({"metadata", "providers", "state", "workspace"})
_HELP = frozenset({"-h", "-help", "--help", "-v", "-version", "--version"})
_VALUES = ("-var", "-backend-config")
"""Options whose values may be secrets."""


@dataclass(frozen=True, slots=True)
class TerraformCommand:
    """One command of Terraform or OpenTofu, as somebody has typed it."""

    arguments: tuple[str, ...]
    name: str
    """`state rm`; empty where only options were given."""
    effect: Effect

    @property
    def recorded(self) -> bool:
        """Whether it comes into the audit trail."""
        return self.effect is not Effect.READS

    @property
    def changes(self) -> bool:
        """Whether the unit can be another one afterwards."""
        return self.effect in (Effect.CHANGES, Effect.APPLIES)

    def masked(self) -> tuple[str, ...]:
        """The arguments; values of options are masked, as other secrets are not known here."""
        shown: list[str] = []
        hides_next = False
        for argument in self.arguments:
            name, equals, value = argument.partition("=")
            if hides_next:
                shown.append(_without_value(argument))
            elif equals and _is_value_option(name):
                shown.append(f"{name}={_without_value(value)}")
            else:
                shown.append(argument)
            hides_next = not hides_next and not equals and _is_value_option(argument)
        return tuple(shown)


def read_command(arguments: Sequence[str]) -> TerraformCommand:
    """Tell what a command may do; what is not known to change nothing may change everything.

    Raises:
        DiagnosticError: there is none, or it is one that leaves the unit's folder or its state.
    """
    given = tuple(arguments)
    if not given:
        raise DiagnosticError(
            error(
                "no command was given", "name one after --, such as: cellwright terraform UNIT -- state list"
            )
        )
    if any(item.startswith(("-chdir", "--chdir")) for item in given):
        raise DiagnosticError(
            error("-chdir would leave the unit's folder", "name the unit; Cellwright finds its folder")
        )
    name = _name(given)
    if name in _OTHER_STATES:
        raise DiagnosticError(
            error(
                f"`{name}` would give the unit another state than the one that is on record",
                "each unit has one state, in the workspace `default`; make another cell for another copy",
            )
        )
    return TerraformCommand(given, name, _effect(name, given))


def refuse_applying(command: TerraformCommand, unit: UnitAddress) -> None:
    """Refuse what changes real resources past policies and approvals.

    Raises:
        DiagnosticError: it does.
    """
    if command.effect is not Effect.APPLIES:
        return
    proper = f"cellwright apply {unit}"
    if command.name == "destroy":
        proper = f"switch the unit off (enabled: false), then: {proper} --destroy"
    raise DiagnosticError(
        error(
            f"`{command.name}` changes real resources; here, no policy and no approval stands before it",
            f"{proper}. If it has to be this way: --without-policies REASON, which is recorded",
        )
    )


def _name(given: Sequence[str]) -> str:
    words = [item for item in given if not item.startswith("-")]
    if not words or given[0].startswith("-"):
        return ""
    if words[0] in _GROUPS and len(given) > 1 and not given[1].startswith("-"):
        return f"{words[0]} {given[1]}"
    return words[0]


def _effect(name: str, given: Sequence[str]) -> Effect:
    options = {item.lstrip("-").partition("=")[0] for item in given if item.startswith("-")}
    if not _HELP.isdisjoint(given) or not name:
        return Effect.READS
    if name in _APPLIES:
        return Effect.APPLIES
    if name in ("output", "show"):
        named = name == "output" and any(not item.startswith("-") for item in given[1:])
        return Effect.REVEALS if named or options & {"json", "raw", _IN_CLEAR} else Effect.READS
    if name in _REVEALS or (name in _READS and _IN_CLEAR in options):
        return Effect.REVEALS
    return Effect.READS if name in _READS else Effect.CHANGES


def _is_value_option(name: str) -> bool:
    return name.removeprefix("-") in _VALUES or name in _VALUES


def _without_value(text: str) -> str:
    name, equals, _ = text.partition("=")
    return f"{name}={MASK}" if equals else MASK
