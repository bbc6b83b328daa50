"""What a cell's settings add to the environment of its Terraform processes."""

from collections.abc import Mapping

from cellwright.fleet.resolve.merge import Setting
from cellwright.fleet.resolve.resolver import Resolver
from cellwright.fleet.yaml.node import kind_of
from cellwright.model.diagnostic import error
from cellwright.model.scalar_text import as_text


def cell_environment(
    inherited: Mapping[str, str], setting: Setting | None, resolver: Resolver
) -> Mapping[str, str]:
    """Lay a cell's `environment` upon that of the cell in which it is placed.

    `resolver` must refuse outputs. A wrong kind that is written out has been told with its document.
    """
    if setting is None or setting.entries is None:
        return inherited
    variables = dict(inherited)
    for name, variable in setting.entries.items():
        if variable.unset:
            variables.pop(name, None)
            continue
        failures = resolver.notes.failures
        value = resolver.setting(variable)
        text = as_text(value)
        if text is not None:
            variables[name] = text
        elif resolver.notes.failures == failures and not variable.plain:
            summary = f"environment variable '{name}' must be a string, not {kind_of(value)}"
            resolver.notes.findings.append(error(summary, "mend what it refers to", variable.node.position))
    return variables
