"""`terraform query` finds the stack's queries, and nothing of them stays in the unit's folder."""

from pathlib import Path

from cellwright.app.by_hand.queries import queries_laid
from unit.terraform.kit import write_tree


def test_queries_lie_there_while_the_command_runs(tmp_path: Path) -> None:
    module, outside = tmp_path / "module", tmp_path / "outside.hcl"
    module.mkdir()
    outside.write_text("secret")
    names = ("a.tfquery.hcl", "b.tfquery.json", "c.tftest.hcl", "main.tf")
    tree = write_tree(tmp_path / "stack", dict.fromkeys(names, "# x"))
    (tmp_path / "stack" / "d.tfquery.hcl").symlink_to(outside)

    with queries_laid(tree, module):
        assert sorted(path.name for path in module.iterdir()) == ["a.tfquery.hcl", "b.tfquery.json"]
    assert list(module.iterdir()) == []
