"""Texts of the files of a fleet: fleet.yaml, defaults, cells."""

from collections.abc import Iterable, Mapping
from typing import Any

from cellwright.fleet.yaml.writer import block_style, flow_style
from cellwright.foreign.order import LEVEL

TODO = "TODO"
ENVIRONMENT = "environment"
"""The source of secrets that are in the environment."""
_SEVERAL = 2


def shared_defaults(cells: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Move what a stack has alike in all of its cells, if there are several, to the level's defaults."""
    stacks: dict[str, list[dict[str, Any]]] = {}
    for cell in cells:
        for stack, settings in cell.get("stacks", {}).items():
            stacks.setdefault(stack, []).append(settings)
    found: dict[str, Any] = {}
    for stack, entries in sorted(stacks.items()):
        if len(entries) < _SEVERAL:
            continue
        first = entries[0]
        shared = [
            name
            for name, value in first.items()
            if name != "enabled" and all(name in item and item[name] == value for item in entries)
        ]
        for name in shared:
            found.setdefault("stacks", {}).setdefault(stack, {})[name] = first[name]
        for entry in entries:
            for name in shared:
                del entry[name]
    return found


def fleet_yaml(
    name: str,
    kind: str,
    config: Mapping[str, Any],
    sources: Mapping[str, dict[str, Any]],
    needs: Mapping[str, list[str]],
    secrets: Iterable[str],
) -> str:
    """Give the text of fleet.yaml."""
    lines = [f"fleet: {flow_style(name)}\n", f"state:\n  backend: {flow_style(kind)}\n"]
    if config:
        lines.append(f"  config:\n{block_style(config, '    ')}")
    if allowed := sorted(secrets):
        source = {"type": "environment", "allow": allowed}
        lines.append(f"secrets:\n  {ENVIRONMENT}: {flow_style(source)}\n")
    lines.append(f"levels:\n  - name: {LEVEL}\n    cells: {LEVEL}\n    layers: [defaults/{LEVEL}.yaml]\n")
    lines.append("    stacks:\n")
    for stack, entry in sorted(sources.items()):
        more = {**entry, **({"needs": needs[stack]} if stack in needs else {})}
        lines.append(f"      {flow_style(stack)}: {flow_style(more)}\n")
    return "".join(lines)


def document(settings: Mapping[str, Any], todo: Iterable[str]) -> str:
    """Give the text of a cell's file, or of one of defaults."""
    comments = "".join(f"# {TODO}: {' '.join(line.split())}\n" for line in todo)
    if not settings:
        return comments + "{}\n"
    return comments + block_style(settings)
