"""All that fleet.yaml can say is kept: else it would be read and validated anew by each command."""

from collections.abc import Callable
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from cellwright.fleet.cache import configuration_cache, operating_cache
from cellwright.fleet.cache.configuration_cache import read_configured
from cellwright.fleet.cache.settings_packing import SettingsPacking
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.config.operating import OperatingSettings
from cellwright.fleet.config.settings import Configuration
from unit.fleet.workbench import write

_FLEET = """\
fleet: test
levels:
  - name: client
    cells: clients
    stacks:
      core: {source: any}
      app: {source: any, moved_from: {core: [terraform_data.one]}}
"""


def _classes(hint: Any, found: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401  any type hint
    """The dataclasses that a value of this type may hold; not those that a function gives."""
    if is_dataclass(hint) and isinstance(hint, type) and hint.__name__ not in found:
        found[hint.__name__] = hint
        names = {"Callable": Callable, "OperatingSettings": OperatingSettings}
        hints = get_type_hints(hint, localns=names)
        for name in hints.keys() - {"operating"}:
            _classes(hints[name], found)
    for inner in get_args(hint):
        _classes(inner, found)
    return found


@pytest.mark.parametrize(
    ("settings", "packing"),
    [
        (Configuration, configuration_cache._PACKING),
        (OperatingSettings, operating_cache._PACKING),
    ],
)
def test_every_class_of_the_settings_can_be_kept(settings: type, packing: SettingsPacking) -> None:
    found = _classes(settings, {})
    assert len(found) > 5
    assert [name for name in found if f"'{name}'" not in packing.shape] == []


def test_a_fleet_that_moves_resources_between_stacks_is_kept(tmp_path: Path) -> None:
    write(tmp_path, {"fleet.yaml": _FLEET})
    first = read_configured(FleetFiles(tmp_path), tmp_path / "cache")
    assert first[1] == ()
    assert first[0].levels[0].stacks["app"].moved_from
    assert (tmp_path / "cache" / "configuration").exists()
    assert read_configured(FleetFiles(tmp_path), tmp_path / "cache") == first
