"""Cache of fleet.yaml: to validate it, a library has to be imported, which takes longer than most commands.

Stored only if it has no findings, with its content and the default layers that exist.
"""

from dataclasses import fields
from functools import cache as once
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cellwright.files.cache_file import cache_stamp, read_cache, write_cache
from cellwright.fleet.cache.packing import Packed
from cellwright.fleet.cache.settings_packing import SettingsPacking
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
    MovedFrom,
    PolicySettings,
    StackSettings,
    TerraformSettings,
    UnitLimits,
)
from cellwright.fleet.pools import Addressing, Pool
from cellwright.fleet.yaml.document import Document
from cellwright.fleet.yaml.references import Reference
from cellwright.model.diagnostic import Diagnostic, DiagnosticError
from cellwright.model.position import Position
from cellwright.model.settings.build_settings import BuildIssuer, BuildSettings
from cellwright.model.settings.offboarding_settings import ExportSettings, OffboardingSettings
from cellwright.model.settings.secret_settings import SecretSettings
from cellwright.model.value import SecretReference

if TYPE_CHECKING:
    from cellwright.fleet.config.operating import OperatingSettings

_FILE = "configuration"
_FORMAT = "11"
_PACKING = SettingsPacking(
    Addressing,
    AnchorSetting,
    ApprovalSettings,
    ArtifactSettings,
    AuditSettings,
    BuildIssuer,
    BuildSettings,
    CapacitySettings,
    Configuration,
    ExportSettings,
    LayerPath,
    LedgerSettings,
    Level,
    MovedFrom,
    OffboardingSettings,
    PolicySettings,
    Pool,
    Position,
    Reference,
    ResourceSettings,
    ResourceUse,
    SecretReference,
    SecretSettings,
    StackSettings,
    TerraformSettings,
    UnitLimits,
)


def read_configured(files: FleetFiles, cache: Path | None) -> tuple[Configuration, tuple[Diagnostic, ...]]:
    """Read fleet.yaml, with all findings; through the folder `cache` if one is given."""
    try:
        content = files.keep(FLEET_FILE)
        text = files.read_text(FLEET_FILE)
    except DiagnosticError as failure:
        return _read(Document(FLEET_FILE, None, failure.diagnostics), files)[:2]
    stamp = cache_stamp(_FORMAT, _PACKING.shape, content)
    if cache is not None and (known := _unchanged(read_cache(cache / _FILE, stamp), files, text)):
        return known, ()
    configuration, findings, default_layers = _read_text(text, files)
    if cache is not None and not findings:
        from cellwright.fleet.cache.operating_cache import pack_operating  # noqa: PLC0415  as `_operating`

        try:
            packed = (_packed(configuration), pack_operating(configuration.operating()))
            write_cache(cache / _FILE, stamp, (default_layers, *packed))
        except TypeError:
            # A type that can't be packed: then it is read each time.
            return configuration, ()
    return configuration, findings


def _read_text(text: str, files: FleetFiles) -> tuple[Configuration, tuple[Diagnostic, ...], dict[str, bool]]:
    from cellwright.fleet.yaml.reader import read_document  # noqa: PLC0415  it brings a YAML library

    return _read(read_document(text, FLEET_FILE), files)


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


def _packed(configuration: Configuration) -> dict[str, Packed]:
    """Write all but the operating settings, which are kept beside it."""
    names = (item.name for item in fields(configuration) if item.name != "operating")
    return {name: _PACKING.pack(getattr(configuration, name)) for name in names}


def _unchanged(stored: Packed, files: FleetFiles, text: str) -> Configuration | None:
    if not isinstance(stored, tuple):
        return None
    default_layers, packed, operating = stored
    if any(files.exists(path) is not exists for path, exists in default_layers.items()):
        return None
    found: dict[str, Any] = {name: _PACKING.unpack(value) for name, value in packed.items()}
    return Configuration(**found, operating=once(lambda: _operating(operating, text, files)))


def _operating(packed: Packed, text: str, files: FleetFiles) -> "OperatingSettings":
    """Read them from the cache, or from the file's text where another version's classes wrote them."""
    # Imported when a command asks for them: their classes take longer to import than most commands do.
    from cellwright.fleet.cache.operating_cache import unpack_operating  # noqa: PLC0415

    return unpack_operating(packed) or _read_text(text, files)[0].operating()
