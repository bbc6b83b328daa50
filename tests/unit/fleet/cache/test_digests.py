"""The digests of a layer's parts depend on their content, not on their positions."""

from pathlib import Path

import pytest

from cellwright.fleet.cache.digests import LayerDigest, LayerDigests
from cellwright.fleet.config.documents import Documents
from cellwright.fleet.config.files import FleetFiles
from unit.fleet.workbench import write

BEFORE = "tier: gold\nstacks:\n  app: {a: 1, b: '${cell.tier}'}\n  sftp: {a: [1, {c: 2}]}\n"


def layer_digest(root: Path, text: str) -> LayerDigest | None:
    write(root, {"layer.yaml": text})
    files = FleetFiles(root)
    return LayerDigests(files, Documents(files, ())).layer("layer.yaml")


def changed(root: Path, text: str) -> tuple[bool, set[str]]:
    """Whether all but the stacks' sections changed, and which of these did."""
    old, new = layer_digest(root, BEFORE), layer_digest(root, text)
    assert old is not None
    assert new is not None
    return old[2] != new[2], {section[0] for section in set(old[3]) ^ set(new[3])}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (BEFORE, (False, set())),
        ("# why\n\n" + BEFORE, (False, set())),
        (BEFORE.replace("gold", "silver"), (True, set())),
        (BEFORE.replace("a: 1", "a: 2"), (False, {"app"})),
        (BEFORE.replace("a: 1", "a: '1'"), (False, {"app"})),
        (BEFORE.replace("a: 1", "a: true"), (False, {"app"})),
        (BEFORE.replace("{c: 2}", "{c: 3}"), (False, {"sftp"})),
        (BEFORE.replace("a: 1", "a: !append [1]"), (False, {"app"})),
        (BEFORE.replace("app: {", "app: !replace {"), (False, {"app"})),
        (BEFORE.replace("  app", "  more"), (False, {"app", "more"})),
        (BEFORE.replace("stacks:", "stacks: !replace"), (True, {"app", "sftp"})),
    ],
)
def test_what_has_changed(tmp_path: Path, text: str, expected: tuple[bool, set[str]]) -> None:
    assert changed(tmp_path, text) == expected


def test_a_layer_with_findings_has_one_part(tmp_path: Path) -> None:
    found = layer_digest(tmp_path, BEFORE + "tier: silver\n")
    assert found is not None
    assert found[1] == found[2]
    assert found[3] == ()


@pytest.mark.parametrize("text", ["- a list\n- of things\n", "", "a: [unclosed"])
def test_one_that_says_nothing_has_no_layer_digest(tmp_path: Path, text: str) -> None:
    assert layer_digest(tmp_path, text) is None


def test_a_missing_layer_has_no_digest(tmp_path: Path) -> None:
    files = FleetFiles(tmp_path)
    digests = LayerDigests(files, Documents(files, ()))
    assert digests.content("layer.yaml") is None
    assert digests.layer("layer.yaml") is None
