"""Packs what fleet.yaml says of the work around runs; imported when a command asks for it."""

from cellwright.fleet.cache.packing import Packed
from cellwright.fleet.cache.settings_packing import SettingsPacking
from cellwright.fleet.config.operating import OperatingSettings
from cellwright.fleet.yaml.references import Reference
from cellwright.model.position import Position
from cellwright.model.settings.ci_settings import CiSettings
from cellwright.model.settings.console_settings import (
    ConsoleSettings,
    GroupGrant,
    OidcSettings,
    PullRequestSettings,
)
from cellwright.model.settings.drift_settings import DriftSettings, ScheduleSettings
from cellwright.model.settings.rollout_settings import (
    Amount,
    CheckSettings,
    FreezeSettings,
    RolloutSettings,
    RolloutsSettings,
    StepSettings,
    WaveSettings,
)
from cellwright.model.value import SecretReference

_PACKING = SettingsPacking(
    Amount,
    CheckSettings,
    CiSettings,
    ConsoleSettings,
    DriftSettings,
    FreezeSettings,
    GroupGrant,
    OidcSettings,
    OperatingSettings,
    Position,
    PullRequestSettings,
    Reference,
    RolloutSettings,
    RolloutsSettings,
    ScheduleSettings,
    SecretReference,
    StepSettings,
    WaveSettings,
)


def pack_operating(settings: OperatingSettings) -> Packed:
    """Write the settings, with the shape of their classes.

    Raises:
        TypeError: a part of them can't be packed.
    """
    return _PACKING.shape, _PACKING.pack(settings)


def unpack_operating(packed: Packed) -> OperatingSettings | None:
    """Read what `pack_operating` wrote; None if the classes were other ones."""
    written, settings = packed
    if written != _PACKING.shape:
        return None
    found = _PACKING.unpack(settings)
    return found if isinstance(found, OperatingSettings) else None
