"""What outlives a resource that was destroyed: backups, snapshots, copies and logs, by the resource's type.

The facts are those of the providers' own documentation: what a deletion leaves behind unless told otherwise.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from cellwright.destruction.times import days_later
from cellwright.destruction.values import Residual, ResidualKind
from cellwright.model.runs.removal import Removal
from cellwright.model.value import Json

POINT_IN_TIME_DAYS = 35
"""How long DynamoDB keeps the backup that it makes of a deleted table with point-in-time recovery."""

_DATABASES = frozenset(
    {
        "aws_db_instance",
        "aws_rds_cluster",
        "aws_docdb_cluster",
        "aws_neptune_cluster",
        "aws_redshift_cluster",
        "aws_elasticache_cluster",
        "aws_elasticache_replication_group",
    }
)
_NEVER_SKIPPED = frozenset({"aws_elasticache_cluster", "aws_elasticache_replication_group"})
"""They make a last snapshot if it has a name."""


@dataclass(frozen=True, slots=True)
class _Gone:
    """A resource that is gone, and what else is."""

    resource: Removal
    time: str
    buckets: frozenset[str]
    vaults: frozenset[str]

    def setting(self, name: str) -> Json:
        return self.resource.settings.get(name)

    def text(self, name: str) -> str:
        found = self.setting(name)
        return found if isinstance(found, str) else ""

    def number(self, name: str) -> int:
        found = self.setting(name)
        return found if isinstance(found, int) and not isinstance(found, bool) else 0

    def named(self, name: str) -> list[str]:
        """Give the texts under a name, wherever in the resource they stand."""
        found = self.resource.settings.items()
        return [value for path, value in found if path.rpartition(".")[2] == name and isinstance(value, str)]


def residuals(
    resource: Removal, time: str, buckets: frozenset[str] = frozenset(), vaults: frozenset[str] = frozenset()
) -> tuple[Residual, ...]:
    """List what outlives a resource that was destroyed at a time.

    `buckets` and `vaults` are the client's own that are gone as well: what lay in them went with them.
    """
    gone = _Gone(resource, time, buckets, vaults)
    kinds = [_snapshots] if resource.type in _DATABASES else []
    return tuple(found for find in (*kinds, *_BY_TYPE.get(resource.type, ())) for found in find(gone))


def _snapshots(gone: _Gone) -> Iterator[Residual]:
    name = gone.text("final_snapshot_identifier")
    made = gone.resource.type in _NEVER_SKIPPED or gone.setting("skip_final_snapshot") is False
    if made and name:
        yield Residual(
            kind=ResidualKind.SNAPSHOT,
            what=f"final snapshot {name}",
            until=None,
            why="made when the database was deleted; it stays until somebody deletes it",
        )


def _automated_backups(gone: _Gone) -> Iterator[Residual]:
    days = gone.number("backup_retention_period")
    if gone.setting("delete_automated_backups") is False and days:
        yield Residual(
            kind=ResidualKind.BACKUP,
            what=f"automated backups of {gone.resource.identifier or gone.resource.address}",
            until=days_later(gone.time, days),
            why=f"kept for {days} days, as `delete_automated_backups` is false",
        )


def _point_in_time(gone: _Gone) -> Iterator[Residual]:
    if gone.setting("point_in_time_recovery.0.enabled") is True:
        yield Residual(
            kind=ResidualKind.BACKUP,
            what=f"system backup of the table {gone.text('name') or gone.resource.identifier}",
            until=days_later(gone.time, POINT_IN_TIME_DAYS),
            why="DynamoDB makes it when a table with point-in-time recovery is deleted, and keeps it "
            f"{POINT_IN_TIME_DAYS} days",
        )


def _recovery_points(gone: _Gone) -> Iterator[Residual]:
    for path, vault in sorted(gone.resource.settings.items()):
        if path.rpartition(".")[2] != "target_vault_name" or vault in gone.vaults:
            continue
        rule = path.rpartition(".")[0]
        days = gone.number(f"{rule}.lifecycle.0.delete_after")
        yield Residual(
            kind=ResidualKind.BACKUP,
            what=f"recovery points in the vault {vault}",
            until=days_later(gone.time, days) if days else None,
            why=f"the plan has them kept for {days} days" if days else "the plan has them kept for ever",
        )


def _replicas(gone: _Gone) -> Iterator[Residual]:
    for path, bucket in sorted(gone.resource.settings.items()):
        if ".destination." not in path or not path.endswith(".bucket"):
            continue
        name = str(bucket).rpartition(":")[2]
        if name not in gone.buckets:
            yield Residual(
                kind=ResidualKind.COPY,
                what=f"copies of objects in the bucket {name}",
                until=None,
                why="they were replicated there, and stay until somebody deletes them",
            )


def _sent_to(setting: str) -> Callable[[_Gone], Iterator[Residual]]:
    def find(gone: _Gone) -> Iterator[Residual]:
        for place in gone.named(setting):
            if place.removeprefix("arn:aws:s3:::").partition("/")[0] not in gone.buckets:
                yield Residual(
                    kind=ResidualKind.LOG,
                    what=f"log records sent to {place}",
                    until=None,
                    why="that place keeps them by rules of its own",
                )

    return find


_BY_TYPE: Mapping[str, tuple[Callable[[_Gone], Iterator[Residual]], ...]] = {
    "aws_db_instance": (_automated_backups,),
    "aws_rds_cluster": (_automated_backups,),
    "aws_dynamodb_table": (_point_in_time,),
    "aws_backup_plan": (_recovery_points,),
    "aws_s3_bucket_replication_configuration": (_replicas,),
    "aws_cloudwatch_log_subscription_filter": (_sent_to("destination_arn"),),
    "aws_cloudtrail": (_sent_to("s3_bucket_name"),),
    "aws_flow_log": (_sent_to("log_destination"),),
}
