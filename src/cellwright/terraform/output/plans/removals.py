"""What a plan takes out of the state, read from its JSON while that is in memory."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cellwright.model.runs.plan import Action
from cellwright.model.runs.removal import Removal
from cellwright.model.value import Json
from cellwright.terraform.output.plans.plan_reader import action_of, plan_redactor

_REMOVING = frozenset({Action.DELETE, Action.REPLACE, Action.FORGET, Action.FORGET_CREATE})
_KEYS = frozenset({"kms_key", "kms_key_id", "kms_key_arn", "kms_master_key_id", "kms_key_identifier"})
_KEPT = frozenset(
    {
        "at_rest_encryption_enabled",
        "automated_snapshot_retention_period",
        "backup_retention_period",
        "bucket",
        "close_on_deletion",
        "delete_after",
        "delete_automated_backups",
        "deletion_window_in_days",
        "destination_arn",
        "encrypted",
        "final_snapshot_identifier",
        "force_destroy",
        "key_id",
        "log_destination",
        "multi_region",
        "name",
        "object_lock_enabled",
        "recovery_window_in_days",
        "retain_on_delete",
        "retention_in_days",
        "s3_bucket_name",
        "skip_destroy",
        "skip_final_snapshot",
        "snapshot_retention_limit",
        "storage_encrypted",
        "target_key_arn",
        "target_key_id",
        "target_vault_name",
    }
)
"""Attributes, wherever in a resource they stand, that decide what is left of it."""

_KEPT_WITHIN = frozenset({"default_retention", "point_in_time_recovery", "versioning_configuration"})
"""Blocks of which all is kept."""

_MOST = 40
_LONGEST = 500
_ARN_PARTS = 6


def removals(document: Mapping[str, Any], redact: Callable[[str], str] = str) -> tuple[Removal, ...]:
    """List what a plan destroys, replaces or forgets, without anything that is marked as sensitive.

    `redact` masks what else is known to be secret.
    """
    gone = tuple(_gone(document))
    mask = plan_redactor(document, redact) if gone else redact
    return tuple(_removal(item, action, mask) for item, action in gone)


def _gone(document: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Action]]:
    for item in document.get("resource_changes") or ():
        action = action_of(item) if item.get("mode") == "managed" else None
        if action in _REMOVING:
            yield item, action


def _removal(item: Mapping[str, Any], action: Action, mask: Callable[[str], str]) -> Removal:
    change = item["change"]
    leaves = {path: mask(value) if isinstance(value, str) else value for path, value in _leaves(change)}
    arn = _text(leaves.get("arn"))
    return Removal(
        address=item["address"],
        deposed=item.get("deposed") or "",
        action=action,
        type=item["type"],
        provider=item.get("provider_name") or "",
        identifier=_text(leaves.get("id")),
        arn=arn,
        region=_region(arn) or _text(leaves.get("region")),
        keys=tuple(dict.fromkeys(_encrypting(leaves)))[:_MOST],
        settings=dict([pair for pair in sorted(leaves.items()) if _is_kept(pair[0])][:_MOST]),
    )


def _leaves(change: Mapping[str, Any]) -> Iterator[tuple[str, Json]]:
    yield from _walk("", change.get("before"), change.get("before_sensitive"))


def _walk(path: str, value: Any, mark: Any) -> Iterator[tuple[str, Json]]:  # noqa: ANN401  any JSON
    """Give each value that is set and neither sensitive nor long, with its path."""
    if mark is True or value is None:
        return
    if isinstance(value, Mapping):
        marks = mark if isinstance(mark, Mapping) else {}
        for name, part in value.items():
            yield from _walk(f"{path}.{name}" if path else name, part, marks.get(name))
    elif isinstance(value, list):
        marked = mark if isinstance(mark, list) else []
        for index, part in enumerate(value):
            yield from _walk(f"{path}.{index}", part, marked[index] if index < len(marked) else None)
    elif not isinstance(value, str) or len(value) <= _LONGEST:
        yield path, value


def _encrypting(leaves: Mapping[str, Json]) -> Iterator[str]:
    for path, value in sorted(leaves.items()):
        if path.rpartition(".")[2] in _KEYS and isinstance(value, str) and value:
            yield value


def _is_kept(path: str) -> bool:
    *blocks, name = path.split(".")
    return name in _KEPT or not _KEPT_WITHIN.isdisjoint(blocks)


def _region(arn: str) -> str:
    parts = arn.split(":", _ARN_PARTS - 1)
    return parts[3] if len(parts) == _ARN_PARTS and parts[0] == "arn" else ""


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""
