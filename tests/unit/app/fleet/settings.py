"""The fleet that the tests of show, explain and graph look at."""

from pathlib import Path

from unit.app.kit import make_fleet

ACME = """\
tier: gold
stacks:
  app: {size: "${cell.tier}", password: hunter2, settings: {deep: {list: [1, "${cell.tier}"]}}}
  extra: {password: hunter2}
"""


def write_settings(root: Path) -> None:
    make_fleet(root, acme=ACME)
    (root / "defaults.yaml").write_text("stacks: {app: {size: 7}}\n")
