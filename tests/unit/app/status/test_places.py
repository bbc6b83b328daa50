"""The line of a reason is that of the value which decides, also behind references and below other layers."""

from pathlib import Path

import pytest

from cellwright.app.status.places import with_places
from cellwright.fleet.fleet import Fleet
from cellwright.model.address import UnitAddress
from cellwright.model.position import Position
from cellwright.model.runs.change import Reason, ReasonKind, Status, UnitStatus
from unit.fleet.workbench import THREE_LEVELS, load, told

APP = UnitAddress("client", "acme", "app")
FILES: dict[str, str | bytes] = {
    "fleet.yaml": THREE_LEVELS,
    "defaults/client.yaml": """
        tags: {owner: ada}
        stacks:
          app:
            enabled: false
            a: "${cell.tags}"
            b: {x: 1, y: 2}
            c: "${account.zone}"
            d: "${output.account.base.id}"
        """,
    "tiers/gold.yaml": "{}\n",
    "accounts/prod.yaml": "use: x\nzone: z\n",
    "clients/acme/client.yaml": "account: prod\ntier: gold\ntags:\n  team: t\n",
    "clients/acme/stacks.yaml": "stacks: {app: {b: {y: 3}}}\n",
}


def placed(fleet: Fleet, setting: str) -> str:
    reason = Reason(ReasonKind.INPUT, "text", Position("before.yaml", 1, 1), setting)
    (found,) = with_places(fleet, (UnitStatus(APP, Status.CHANGED, (reason,)),))
    return found.reasons[0].summary


@pytest.mark.parametrize(
    ("setting", "place"),
    [
        ("a", "clients/acme/client.yaml:4"),
        ("a.team", "clients/acme/client.yaml:4"),
        ("a.owner", "defaults/client.yaml:1"),
        ("b.x", "defaults/client.yaml:6"),
        ("b.y", "clients/acme/stacks.yaml:1"),
        ("c", "accounts/prod.yaml:2"),
        ("enabled", "defaults/client.yaml:4"),
        ("", "before.yaml:1"),
        ("gone", "before.yaml:1"),
    ],
)
def test_the_line_that_decides(tmp_path: Path, setting: str, place: str) -> None:
    fleet = load(tmp_path, FILES)
    assert not told(fleet)
    assert placed(fleet, setting) == f"text ({place})"


def test_where_the_files_went_meanwhile_the_place_of_the_setting_is_told(tmp_path: Path) -> None:
    fleet = load(tmp_path, FILES)
    (tmp_path / "fleet.yaml").unlink()
    assert placed(fleet, "a") == "text (before.yaml:1)"
