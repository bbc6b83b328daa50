"""Cache of fleet.yaml: to validate it, a library has to be imported, which takes longer than most commands.

Stored only if it has no findings, with its content and the default layers that exist.
"""

from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from types import MappingProxyType
from typing import Any

from cellwright.files.cache_file import cache_stamp, read_cache, write_cache
from cellwright.fleet.cache.packing import Packed
from cellwright.fleet.capacity import CapacitySettings, ResourceSettings, ResourceUse
from cellwright.fleet.config.files import FleetFiles
from cellwright.fleet.config.settings import Configuration, LayerPath
from cellwright.fleet.fleet import (
    FLEET_FILE,
    AnchorSetting,
    ApprovalSettings,
    ArtifactSettings,
    AuditSettings,
    LedgerSettings,
    Level,
    PolicySettings,
    StackSettings,
    TerraformSettings,
    UnitLimits,
)
from cellwright.fleet.pools import Addressing, Pool
from cellwright.fleet.yaml.document import Document
from cellwright.fleet.yaml.node import MergeTag, Node
from cellwright.fleet.yaml.references import Reference
from cellwright.model.binary import BinarySettings
from cellwright.model.diagnostic import Diagnostic, DiagnosticError
from cellwright.model.position import Position
from cellwright.model.settings.build_settings import BuildIssuer, BuildSettings
from cellwright.model.settings.ci_settings import CiSettings
from cellwright.model.settings.console_settings import ConsoleSettings, GroupGrant, OidcSettings
from cellwright.model.settings.drift_settings import DriftSettings, ScheduleSettings
from cellwright.model.settings.offboarding_settings import ExportSettings, OffboardingSettings
from cellwright.model.settings.rollout_settings import (
    Amount,
    CheckSettings,
    FreezeSettings,
    RolloutSettings,
    RolloutsSettings,
    StepSettings,
    WaveSettings,
)
from cellwright.model.settings.secret_settings import SecretSettings
from cellwright.model.value import SecretReference

_FILE = "configuration"
_FORMAT = "10"
_CLASSES: dict[str, Any] = {
    kind.__name__: kind
    for kind in (
        Addressing,
        Amount,
        AnchorSetting,
        ApprovalSettings,
        UnitLimits,
        ArtifactSettings,
        AuditSettings,
        BuildIssuer,
        BuildSettings,
        CapacitySettings,
        CheckSettings,
        CiSettings,
        Configuration,
        ConsoleSettings,
        DriftSettings,
        ExportSettings,
        FreezeSettings,
        GroupGrant,
        LayerPath,
        LedgerSettings,
        Level,
        OffboardingSettings,
        OidcSettings,
        PolicySettings,
        Pool,
        Position,
        Reference,
        ResourceSettings,
        ResourceUse,
        RolloutSettings,
        RolloutsSettings,
        ScheduleSettings,
        SecretReference,
        SecretSettings,
        StackSettings,
        StepSettings,
        TerraformSettings,
        WaveSettings,
    )
}


def read_configured(files: FleetFiles, cache: Path | None) -> tuple[Configuration, tuple[Diagnostic, ...]]:
    """Read fleet.yaml, with all findings; through the folder `cache` if one is given."""
    try:
        content = files.keep(FLEET_FILE)
        text = files.read_text(FLEET_FILE)
    except DiagnosticError as failure:
        return _read(Document(FLEET_FILE, None, failure.diagnostics), files)[:2]
    stamp = cache_stamp(_FORMAT, _shape(), content)
    if cache is not None and (known := _unchanged(read_cache(cache / _FILE, stamp), files)):
        return known, ()
    from cellwright.fleet.yaml.reader import read_document  # noqa: PLC0415  it brings a YAML library

    configuration, findings, default_layers = _read(read_document(text, FLEET_FILE), files)
    if cache is not None and not findings:
        try:
            write_cache(cache / _FILE, stamp, (default_layers, _pack(configuration)))
        except TypeError:
            # A type that can't be packed: then it is read each time.
            return configuration, ()
    return configuration, findings


def _read(
    document: Document, files: FleetFiles
) -> tuple[Configuration, tuple[Diagnostic, ...], dict[str, bool]]:
    # Imported here because it takes long, see above.
    from cellwright.fleet.config.configuration import read_configuration  # noqa: PLC0415

    default_layers: dict[str, bool] = {}

    def exists(path: str) -> bool:
        default_layers[path] = files.exists(path)
        return default_layers[path]

    return (*read_configuration(document, exists), default_layers)


def _shape() -> str:
    """Tell the classes with their fields: what was written for other ones is not read."""
    return repr([(name, [item.name for item in fields(kind)]) for name, kind in _CLASSES.items()])


def _unchanged(stored: Packed, files: FleetFiles) -> Configuration | None:
    if not isinstance(stored, tuple):
        return None
    default_layers, packed = stored
    if any(files.exists(path) is not exists for path, exists in default_layers.items()):
        return None
    found = _unpack(packed)
    return found if isinstance(found, Configuration) else None


def _pack(value: object) -> Packed:  # noqa: PLR0911  one way out for each kind of value
    """Write a value as built-in types; the first element of a tuple names its type."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, MergeTag):
        return ("directive", value.value)
    if isinstance(value, IPv4Network | IPv6Network | Decimal):
        return ("number" if isinstance(value, Decimal) else "network", str(value))
    if isinstance(value, Node):
        return ("node", *map(_pack, value))
    if isinstance(value, BinarySettings):
        return ("binary", *value)
    if type(value).__name__ in _CLASSES:
        return (type(value).__name__, *(_pack(getattr(value, item.name)) for item in fields(value)))  # type: ignore[arg-type]
    if isinstance(value, Mapping):
        kind_name = "view" if isinstance(value, MappingProxyType) else "mapping"
        return (kind_name, {key: _pack(item) for key, item in value.items()})
    if isinstance(value, tuple):
        return ("tuple", *map(_pack, value))
    if isinstance(value, list):
        return list(map(_pack, value))
    raise TypeError(type(value))


def _unpack(packed: Packed) -> object:  # noqa: PLR0911  as `_pack`
    if isinstance(packed, list):
        return list(map(_unpack, packed))
    if not isinstance(packed, tuple):
        plain: object = packed
        return plain
    kind_name, *parts = packed
    if kind_name in _CLASSES:
        kind = _CLASSES[kind_name]
        names = (item.name for item in fields(kind))
        made: object = kind(**dict(zip(names, map(_unpack, parts), strict=True)))
        return made
    if kind_name == "node":
        return Node(*map(_unpack, parts))  # type: ignore[arg-type]  # as it was packed
    if kind_name in {"mapping", "view"}:
        mapping = {key: _unpack(item) for key, item in parts[0].items()}
        return MappingProxyType(mapping) if kind_name == "view" else mapping
    if kind_name == "binary":
        return BinarySettings(*parts)
    if kind_name == "number":
        return Decimal(parts[0])
    if kind_name == "directive":
        return MergeTag(parts[0])
    return ip_network(parts[0]) if kind_name == "network" else tuple(map(_unpack, parts))
