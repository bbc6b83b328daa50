"""A stack that nobody has on may be broken: that is a warning."""

from pathlib import Path

from unit.fleet.workbench import ONE_LEVEL, briefly, load

BROKEN = ONE_LEVEL.replace("two: {source: other}", "two: {source: ./absent, enabled: false}")


def test_a_broken_stack_is_an_error_as_soon_as_one_cell_has_it_on(tmp_path: Path) -> None:
    off = load(tmp_path, {"fleet.yaml": BROKEN, "accounts/a.yaml": "{}", "accounts/b.yaml": "{}"})
    assert [item for item in briefly(off) if "error" in item] == []
    assert [item for item in briefly(off) if "warning" in item and "absent" in item]
    on = load(
        tmp_path,
        {"fleet.yaml": BROKEN, "accounts/a.yaml": "{}", "accounts/b.yaml": "stacks: {two: {enabled: true}}"},
    )
    assert [item for item in briefly(on) if "error" in item and "absent" in item]
