"""Which keys of a client were destroyed, and which of its resources they encrypted."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from cellwright.destruction.times import days_later
from cellwright.model.runs.plan import Action
from cellwright.model.runs.removal import RemovalRecord

KEY_TYPES = frozenset(
    {"aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key", "aws_kms_replica_external_key"}
)
LONGEST_WINDOW = 30
"""Days; AWS KMS waits 7 to 30 and takes the longest unless told otherwise."""

_ALIAS = "aws_kms_alias"
_BUCKET_ENCRYPTION = "aws_s3_bucket_server_side_encryption_configuration"
_KEPT = frozenset({Action.FORGET, Action.FORGET_CREATE})


@dataclass(frozen=True, slots=True)
class ClientKeys:
    """The client's own keys, and when each of them is gone for good."""

    ends: Mapping[str, str] = field(default_factory=dict)
    """By every name that a resource may call a key by."""
    of_buckets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The keys of buckets, which a resource beside the bucket names."""

    @classmethod
    def among(cls, records: Sequence[tuple[RemovalRecord, str]]) -> "ClientKeys":
        """Find the keys among resources that are gone, each with the time at which it went."""
        ends: dict[str, str] = {}
        for record, time in records:
            if record.resource.type in KEY_TYPES and record.resource.action not in _KEPT:
                end = key_end(record, time)
                ends |= dict.fromkeys(_names(record), end)
        return cls(ends | _aliases(records, ends), _of_buckets(record for record, _ in records))

    def end_of(self, record: RemovalRecord) -> tuple[str, str] | None:
        """Give the last of the client's keys that encrypted a resource, with when it is gone; None: none."""
        resource = record.resource
        named = self.named_by(record)
        if resource.type == _BUCKET_ENCRYPTION or resource.type in KEY_TYPES:
            return None
        known = [(self.ends[key], key) for key in named if key in self.ends]
        # One key that is not the client's may open what the others encrypt.
        if not known or len(known) < len(named):
            return None
        end, key = max(known)
        return key, end

    def named_by(self, record: RemovalRecord) -> tuple[str, ...]:
        """Give all keys that a resource names."""
        return record.resource.keys or self.of_buckets.get(
            str(record.resource.settings.get("bucket") or ""), ()
        )


def key_end(record: RemovalRecord, time: str) -> str:
    """Give when a key whose deletion was scheduled at a time is gone."""
    window = record.resource.settings.get("deletion_window_in_days")
    if isinstance(window, bool) or not isinstance(window, int) or not 0 < window <= LONGEST_WINDOW:
        window = LONGEST_WINDOW
    return days_later(time, window)


def _names(record: RemovalRecord) -> Iterator[str]:
    resource = record.resource
    found = (resource.arn, resource.identifier, resource.settings.get("key_id"))
    yield from {name for name in found if isinstance(name, str) and name}


def _aliases(records: Iterable[tuple[RemovalRecord, str]], ends: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for record, _ in records:
        resource = record.resource
        targets = (resource.settings.get("target_key_arn"), resource.settings.get("target_key_id"))
        end = next((ends[target] for target in targets if isinstance(target, str) and target in ends), None)
        if resource.type == _ALIAS and end is not None:
            found |= {name: end for name in (resource.arn, resource.identifier) if name}
    return found


def _of_buckets(records: Iterable[RemovalRecord]) -> dict[str, tuple[str, ...]]:
    return {
        str(record.resource.settings.get("bucket")): record.resource.keys
        for record in records
        if record.resource.type == _BUCKET_ENCRYPTION and record.resource.keys
    }
