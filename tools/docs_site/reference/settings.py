"""The page of all settings: those of fleet.yaml, and what cells and layers may hold."""

from collections.abc import Iterator

from cellwright.app.fleet.schema.settings import Setting, cell_keys, fleet_settings
from docs_site.reference.markdown import cell, table

_HEAD = """# Every setting

Made from the code: every key of `fleet.yaml`, and what the file of a cell or a layer may hold.
[The fleet repository](../fleet.md) explains how they work together. Another key in `fleet.yaml` is an
error, for which `cellwright check` names the nearest one.

`NAME` stands for a name that you choose, `[]` for each element of a list. Durations are numbers of
seconds, or written like `90s`, `30m`, `2h`; where days make sense, also `30d`.

"""


def settings_page() -> str:
    """Write the page."""
    lines: list[str] = []
    for section, found in _sections().items():
        lines += [f"## {section}", ""]
        if len(found) > 1:  # the section's own row says nothing else
            lines += [cell(found[0].words), ""]
        lines += table(("key", "value", "default", "meaning"), map(_row, found[1:] or found))
    first = fleet_settings()[0].since
    return f"{_HEAD}Where a key names no version, it is there since {first}.\n\n" + "\n".join(
        [*lines, *_cells()]
    )


def _sections() -> dict[str, list[Setting]]:
    sections: dict[str, list[Setting]] = {}
    for item in fleet_settings():
        sections.setdefault(item.steps[0], []).append(item)
    return sections


def _row(item: Setting) -> tuple[str, ...]:
    since = "" if item.since == fleet_settings()[0].since else f" Since {item.since}."
    return (f"`{item.path}`", item.takes, item.default, f"{item.words}{since}")


def _cells() -> Iterator[str]:
    """The keys of cells and layers, which have no schema of their own: any other key is the fleet's own."""
    yield from ("## Cells and layers", "", cell(cell_keys().about), "")
    yield from table(("key", "meaning"), ((f"`{key}`", text) for key, text in cell_keys().words.items()))
