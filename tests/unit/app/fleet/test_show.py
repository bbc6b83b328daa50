from pathlib import Path

from cellwright.app.fleet.show import ShowRequest, show
from cellwright.app.fleet.shown_value import SENSITIVE
from unit.app.fleet.settings import write_settings
from unit.app.kit import open_session


def test_inputs_are_shown_resolved_and_secrets_masked_also_of_what_is_off(tmp_path: Path) -> None:
    write_settings(tmp_path)
    shown = {unit.address.stack: unit for unit in show(open_session(tmp_path), ShowRequest()).units}
    assert shown["app"].inputs["size"] == "gold"
    assert shown["app"].inputs["password"] == SENSITIVE
    assert not shown["extra"].enabled
    assert shown["extra"].inputs == {"password": SENSITIVE}
