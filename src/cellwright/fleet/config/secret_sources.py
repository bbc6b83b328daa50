"""Reads and checks `secrets:` of fleet.yaml: each type of source has keys of its own."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from cellwright.fleet.config.schema import FleetSection, SecretSection
from cellwright.fleet.yaml.node import Node, find_node
from cellwright.model.diagnostic import Diagnostic, error
from cellwright.model.position import Position
from cellwright.model.settings.secret_settings import SecretSettings, SourceType
from cellwright.model.text.suggestion import advice

_AWS = ("region", "profile", "endpoint")
_KEYS: Mapping[SourceType, tuple[str, ...]] = MappingProxyType(
    {
        "environment": (),
        "file": ("folder",),
        "vault": ("address", "mount", "namespace", "token_file", "token_variable", "ca_file"),
        "aws_secrets_manager": _AWS,
        "aws_ssm": _AWS,
        "sops": ("folder",),
    }
)
_REQUIRED: Mapping[SourceType, Mapping[str, str]] = MappingProxyType(
    {
        "environment": {"allow": "list the variables that may be taken, as in `allow: [DB_*]`"},
        "file": {"folder": "name the folder of its files, as in `folder: /run/secrets`"},
        "vault": {"address": "say where it answers, as in `address: https://vault.example.com:8200`"},
        "sops": {"folder": "name the folder of the encrypted files, as in `folder: secrets`"},
    }
)
_COMMON = ("type", "allow", "timeout")


def read_secret_sources(
    root: Node, section: FleetSection
) -> tuple[Mapping[str, SecretSettings], tuple[Diagnostic, ...]]:
    """Read `secrets:` as far as it is valid, with all findings about it."""
    findings: list[Diagnostic] = []
    sources: dict[str, SecretSettings] = {}
    for name, given in section.secrets.items():
        faults = tuple(_faults(root, name, given))
        findings.extend(faults)
        if not faults:
            sources[name] = _source(root, name, given)
    return sources, tuple(findings)


def _source(root: Node, name: str, given: SecretSection) -> SecretSettings:
    values = {key: getattr(given, key) for key in _KEYS[given.type]}
    return SecretSettings(
        name=name,
        type=given.type,
        position=_place(root, name),
        options={key: value for key, value in values.items() if value is not None},
        allow=tuple(given.allow) if given.allow is not None else None,
        timeout=given.timeout,
    )


def _faults(root: Node, name: str, given: SecretSection) -> Iterator[Diagnostic]:
    keys = _KEYS[given.type]
    for key in sorted(given.model_fields_set.difference(keys, _COMMON)):
        place = find_node(root, ("secrets", name)).key_position(key)
        summary = f"a source of type '{given.type}' has no key '{key}'"
        yield error(summary, advice(key, (*keys, *_COMMON)), place)
    for index, pattern in enumerate(given.allow or ()):
        if given.type == "environment" and pattern.startswith("*"):
            detail = (
                "say how the names begin, as in DB_*: the environment holds credentials of everything else"
            )
            place = find_node(root, ("secrets", name, "allow", index)).position
            yield error(f"'{pattern}' allows too much of the environment", detail, place)
    for key, detail in _REQUIRED.get(given.type, {}).items():
        if getattr(given, key) is None:
            yield error(f"'{key}' of the source '{name}' is missing", detail, _place(root, name))


def _place(root: Node, name: str) -> Position:
    return find_node(root, ("secrets", name)).position
