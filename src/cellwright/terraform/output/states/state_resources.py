"""The resources of a Terraform state, as far as nothing about them is sensitive."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cellwright.model.diagnostic import DiagnosticError, error
from cellwright.model.states.state_instance import instance_address, open_attributes
from cellwright.model.text.json_text import read_json
from cellwright.model.value import Json

_TOLD = (
    "arn",
    "region",
    "kms_key_id",
    "kms_key_arn",
    "kms_master_key_id",
    "key_id",
    "deletion_window_in_days",
    "recovery_window_in_days",
    "retention_in_days",
    "backup_retention_period",
    "skip_final_snapshot",
    "final_snapshot_identifier",
    "bucket",
)
"""Attributes that say where a resource was, how it was kept, and what may be left of it."""
_LONGEST = 2048


@dataclass(frozen=True, slots=True)
class StateResource:
    """One instance of a managed resource."""

    address: str
    type: str
    provider: str
    """Its source address: `registry.terraform.io/hashicorp/aws`."""
    id: str
    """As the provider names it; empty if it has none, or if that is or may be a secret."""
    facts: Mapping[str, Json]


def resources_in(content: bytes) -> tuple[StateResource, ...]:
    """Give the managed resources of a state; data sources are none.

    Raises:
        DiagnosticError: it is encrypted, or no state.
    """
    try:
        return tuple(_resources(read_json(content)))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
        raise DiagnosticError(
            error("the state's resources can't be read", "it is encrypted, or no state of version 4")
        ) from fault


def _resources(state: Any) -> Iterator[StateResource]:  # noqa: ANN401  JSON of others
    for resource in state["resources"]:
        if resource.get("mode") != "managed":
            continue
        provider = str(resource.get("provider", "")).partition('["')[2].partition('"]')[0]
        kind = str(resource["type"])
        for instance in resource["instances"]:
            shown = open_attributes(kind, instance)
            known = {name: shown[name] for name in _TOLD if name in shown}
            yield StateResource(
                address=instance_address(resource, instance),
                type=kind,
                provider=provider,
                id=_text(shown.get("id")),
                facts={name: value for name, value in known.items() if _is_fact(value)},
            )


def _text(value: object) -> str:
    return value[:_LONGEST] if isinstance(value, str) else ""


def _is_fact(value: object) -> bool:
    return isinstance(value, bool | int) or (isinstance(value, str) and 0 < len(value) <= _LONGEST)
