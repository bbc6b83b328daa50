"""How each resource came to its end, by its type and settings. What no rule is about was destroyed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from cellwright.destruction.keys import KEY_TYPES, ClientKeys, key_end
from cellwright.destruction.residuals import residuals
from cellwright.destruction.times import days_later
from cellwright.destruction.values import Fate, Method, Residual
from cellwright.model.runs.plan import Action
from cellwright.model.runs.removal import RemovalRecord

AS_REPORTED = "as Terraform reported"
SECRET_WINDOW = 30
"""Days: AWS Secrets Manager's own, unless told otherwise."""
ACCOUNT_DAYS = 90
"""How long AWS keeps a closed account."""

_FORGOTTEN = frozenset({Action.FORGET, Action.FORGET_CREATE})
_OFFICIAL = frozenset({"hashicorp", "opentofu", "builtin"})
_STATE_ONLY = frozenset({"external", "null", "random", "terraform", "time", "tls"})
"""Providers whose resources exist nowhere but in the state."""
_STATE_ONLY_TYPES = frozenset({"aws_kms_ciphertext", "aws_lambda_invocation"})
"""Types of the AWS provider of which nothing exists but in the state."""
_NEVER_READ = frozenset(
    {
        "aws_grafana_workspace_api_key",
        "aws_networkmanager_attachment_accepter",
        "aws_ram_sharing_with_organization",
    }
)
"""Types that the AWS provider never looks for: it repeats what the state says (its code: `NoopContext`)."""

_LOCK = "aws_s3_bucket_object_lock_configuration"


@dataclass(frozen=True, slots=True)
class _Ending:
    """A resource that is gone from its state since a time."""

    record: RemovalRecord
    time: str
    confirmed: str

    def fate(self, method: Method, why: str, until: str | None = None) -> Fate:
        return Fate(
            record=self.record,
            method=method,
            why=why,
            time=self.time,
            until=until,
            confirmed=self.confirmed,
        )


def fates(gone: Sequence[tuple[RemovalRecord, str, str]]) -> tuple[Fate, ...]:
    """Tell how each resource came to its end; each comes with its time, and how it is known to be gone."""
    times = [(record, time) for record, time, _ in gone]
    keys = ClientKeys.among(times)
    destroyed = [record for record, _ in times if record.resource.action not in _FORGOTTEN]
    buckets, vaults = _named(destroyed, "aws_s3_bucket"), _named(destroyed, "aws_backup_vault")
    locks = _locks(destroyed)
    found = []
    for record, time, confirmed in gone:
        fate = _fate(_Ending(record, time, confirmed), keys, locks)
        if fate.method is not Method.RETAINED:
            left = residuals(record.resource, time, buckets, vaults)
            fate = replace(fate, residuals=tuple(_unreadable(item, fate) for item in left))
        found.append(fate)
    return tuple(found)


def _fate(ending: _Ending, keys: ClientKeys, locks: Mapping[str, int]) -> Fate:
    resource = ending.record.resource
    if resource.action in _FORGOTTEN:
        return _forgotten(ending, locks)
    for setting in ("skip_destroy", "retain_on_delete"):
        if resource.settings.get(setting) is True:
            return _kept_by_setting(ending, setting)
    rule = _BY_TYPE.get(resource.type)
    if rule is not None:
        return rule(ending)
    if is_state_only(resource.provider, resource.type):
        return replace(ending.fate(Method.DESTROYED, "it existed in the state only"), state_only=True)
    return _by_key(ending, keys)


def is_state_only(provider: str, type_: str) -> bool:
    """Tell whether a provider's resources of a type exist nowhere but in the state."""
    name = _official(provider)
    return name in _STATE_ONLY or (name == "aws" and type_ in _STATE_ONLY_TYPES)


def is_never_read(provider: str, type_: str) -> bool:
    """Tell whether a provider never looks for its resources of a type."""
    return _official(provider) == "aws" and type_ in _NEVER_READ


def _official(provider: str) -> str:
    """Give the name of an official provider; empty for others."""
    source, _, name = provider.rpartition("/")
    return name if source.rpartition("/")[2] in _OFFICIAL else ""


def _by_key(ending: _Ending, keys: ClientKeys) -> Fate:
    """Tell whether what was encrypted can't be read any more, whoever has a copy of it."""
    named = keys.named_by(ending.record)
    last = keys.end_of(ending.record)
    if last is not None:
        key, end = last
        return ending.fate(
            Method.ERASED,
            f"what was encrypted with {key} can't be read once that key is gone",
            end,
        )
    if named and ending.record.resource.type not in _SETTINGS_OF_BUCKETS:
        why = f"{AS_REPORTED}; its key did not go with the client: {', '.join(named)}"
        return ending.fate(Method.DESTROYED, why)
    return ending.fate(Method.DESTROYED, AS_REPORTED)


def _forgotten(ending: _Ending, locks: Mapping[str, int]) -> Fate:
    days = locks.get(str(ending.record.resource.settings.get("bucket") or ""))
    why = "Terraform was told to forget it (`removed`), not to destroy it: it still stands"
    if days and ending.record.resource.type == "aws_s3_bucket":
        why += f"; its objects are locked for up to {days} days"
    return ending.fate(Method.RETAINED, why)


def _kept_by_setting(ending: _Ending, setting: str) -> Fate:
    resource = ending.record.resource
    days = resource.settings.get("retention_in_days")
    why = f"its settings have `{setting}`: it left the state and still stands"
    if resource.type == "aws_cloudwatch_log_group" and isinstance(days, int) and days > 0:
        until = days_later(ending.time, days)
        return ending.fate(Method.RETAINED, f"{why}; its log events end after {days} days", until)
    return ending.fate(Method.RETAINED, why)


def _key(ending: _Ending) -> Fate:
    end = key_end(ending.record, ending.time)
    why = "the key can't be used since then, and is deleted at the end of its waiting period"
    if ending.record.resource.settings.get("multi_region") is True:
        why += "; of a multi-Region key that begins when its last replica is gone"
    return ending.fate(Method.SCHEDULED, why, end)


def _secret(ending: _Ending) -> Fate:
    days = ending.record.resource.settings.get("recovery_window_in_days", SECRET_WINDOW)
    if not isinstance(days, int) or days <= 0:
        return ending.fate(Method.DESTROYED, "deleted without a recovery window")
    why = f"Secrets Manager keeps it, unreadable, for {days} days, and can restore it until then"
    return ending.fate(Method.SCHEDULED, why, days_later(ending.time, days))


def _account(ending: _Ending) -> Fate:
    if ending.record.resource.settings.get("close_on_deletion") is not True:
        return ending.fate(Method.RETAINED, "the account left the organization and was not closed")
    why = f"closed; AWS deletes its content {ACCOUNT_DAYS} days later, and can reopen it until then"
    return ending.fate(Method.SCHEDULED, why, days_later(ending.time, ACCOUNT_DAYS))


def _unreadable(residual: Residual, fate: Fate) -> Residual:
    """Let a key that goes end what it encrypts, if nothing else ends that earlier."""
    if fate.method is not Method.ERASED or fate.until is None:
        return residual
    if residual.until is not None and residual.until <= fate.until:
        return residual
    return replace(
        residual, until=fate.until, why=f"{residual.why}; nobody can read it once the client's key is gone"
    )


def _named(records: Sequence[RemovalRecord], kind: str) -> frozenset[str]:
    setting = "bucket" if kind == "aws_s3_bucket" else "name"
    found = [record.resource for record in records if record.resource.type == kind]
    return frozenset(str(item.settings.get(setting) or item.identifier) for item in found)


def _locks(records: Sequence[RemovalRecord]) -> dict[str, int]:
    """The days for which each bucket's object lock holds by default."""
    found = {}
    for record in records:
        settings = record.resource.settings
        days = settings.get("rule.0.default_retention.0.days")
        years = settings.get("rule.0.default_retention.0.years")
        if record.resource.type == _LOCK:
            total = (days if isinstance(days, int) else 0) + 366 * (years if isinstance(years, int) else 0)
            found[str(settings.get("bucket") or "")] = total
    return found


_SETTINGS_OF_BUCKETS = frozenset({"aws_s3_bucket_server_side_encryption_configuration"})
_BY_TYPE: Mapping[str, Callable[[_Ending], Fate]] = {
    **dict.fromkeys(KEY_TYPES, _key),
    "aws_secretsmanager_secret": _secret,
    "aws_organizations_account": _account,
}
