import pytest

from cellwright.destruction.methods import is_never_read, is_state_only
from cellwright.destruction.values import Method, Residual, ResidualKind
from cellwright.model.runs.removal import RemovalRecord
from unit.destruction.world import AWS, KEY, ended, key, record

SEVEN = "2026-11-08T08:00:09+00:00"
RANDOM = "registry.terraform.io/hashicorp/random"
THIRTY = "2026-12-01T08:00:09+00:00"


@pytest.mark.parametrize(
    ("gone", "method", "until"),
    [
        (record("aws_vpc"), Method.DESTROYED, None),
        (record("google_nothing_known", provider="x/google"), Method.DESTROYED, None),
        (
            record("random_password", provider=RANDOM),
            Method.DESTROYED,
            None,
        ),
        (record("tls_private_key", provider="registry.opentofu.org/opentofu/tls"), Method.DESTROYED, None),
        (key(7), Method.SCHEDULED, SEVEN),
        (key(None), Method.SCHEDULED, THIRTY),
        (key(True), Method.SCHEDULED, THIRTY),
        (key(99), Method.SCHEDULED, THIRTY),
        (record("aws_kms_replica_key", deletion_window_in_days=7), Method.SCHEDULED, SEVEN),
        (record("aws_secretsmanager_secret", recovery_window_in_days=7), Method.SCHEDULED, SEVEN),
        (record("aws_secretsmanager_secret"), Method.SCHEDULED, THIRTY),
        (record("aws_secretsmanager_secret", recovery_window_in_days=0), Method.DESTROYED, None),
        (record("aws_s3_bucket", action="forget"), Method.RETAINED, None),
        (key(7, action="forget"), Method.RETAINED, None),
        (record("aws_vpc", action="forget-create"), Method.RETAINED, None),
        (record("aws_vpc", action="replace"), Method.DESTROYED, None),
        (record("aws_cloudwatch_log_group", retention_in_days=30), Method.DESTROYED, None),
        (
            record("aws_cloudwatch_log_group", retention_in_days=30, skip_destroy=True),
            Method.RETAINED,
            THIRTY,
        ),
        (
            record("aws_cloudwatch_log_group", retention_in_days=0, skip_destroy=True),
            Method.RETAINED,
            None,
        ),
        (record("aws_cloudfront_distribution", retain_on_delete=True), Method.RETAINED, None),
        (record("aws_organizations_account"), Method.RETAINED, None),
        (
            record("aws_organizations_account", close_on_deletion=True),
            Method.SCHEDULED,
            "2027-01-30T08:00:09+00:00",
        ),
    ],
)
def test_each_type_has_its_end(gone: RemovalRecord, method: Method, until: str | None) -> None:
    (fate,) = ended(gone)
    assert (fate.method, fate.until) == (method, until)
    assert fate.why


ALIAS = record("aws_kms_alias", "data", id="alias/acme", target_key_arn=KEY)


@pytest.mark.parametrize(
    "gone",
    [
        record("aws_db_instance", keys=(KEY,)),
        record("aws_ebs_volume", keys=("k-1",)),
        record("aws_sqs_queue", keys=("alias/acme",)),
        record("aws_s3_bucket", bucket="acme-data"),
    ],
)
def test_what_a_key_of_the_client_encrypts_is_erased_with_the_key(gone: RemovalRecord) -> None:
    config = record("aws_s3_bucket_server_side_encryption_configuration", keys=(KEY,), bucket="acme-data")
    found = ended(gone, config, ALIAS, key(7))
    assert (found[0].method, found[0].until) == (Method.ERASED, SEVEN)
    assert found[1].method is Method.DESTROYED


@pytest.mark.parametrize("keys", [("arn:other",), (KEY, "arn:other")])
def test_what_another_key_encrypts_too_is_not(keys: tuple[str, ...]) -> None:
    found = ended(record("aws_db_instance", keys=keys), key(7))[0]
    assert found.method is Method.DESTROYED
    assert "arn:other" in found.why


def test_a_key_that_was_forgotten_erases_nothing() -> None:
    found = ended(record("aws_db_instance", keys=(KEY,)), key(7, action="forget"))[0]
    assert (found.method, found.until) == (Method.DESTROYED, None)


def test_a_bucket_that_stands_says_how_long_its_objects_are_locked() -> None:
    lock = record(
        "aws_s3_bucket_object_lock_configuration", bucket="acme", rule__0__default_retention__0__days=90
    )
    fate = ended(record("aws_s3_bucket", bucket="acme", action="forget"), lock)[0]
    assert "90 days" in fate.why


def left(*records: RemovalRecord) -> list[tuple[ResidualKind, str | None]]:
    return [(item.kind, item.until) for item in ended(*records)[0].residuals]


BACKUP = {"rule__0__target_vault_name": "vault", "rule__0__lifecycle__0__delete_after": 30}
REPLICA = {"rule__0__destination__0__bucket": "arn:aws:s3:::elsewhere"}


@pytest.mark.parametrize(
    ("gone", "found"),
    [
        (record("aws_db_instance", skip_final_snapshot=True, final_snapshot_identifier="s"), []),
        (
            record("aws_db_instance", skip_final_snapshot=False, final_snapshot_identifier="s"),
            [(ResidualKind.SNAPSHOT, None)],
        ),
        (
            record("aws_elasticache_replication_group", final_snapshot_identifier="s"),
            [(ResidualKind.SNAPSHOT, None)],
        ),
        (
            record("aws_rds_cluster", delete_automated_backups=False, backup_retention_period=7),
            [(ResidualKind.BACKUP, SEVEN)],
        ),
        (record("aws_db_instance", delete_automated_backups=True, backup_retention_period=7), []),
        (
            record("aws_dynamodb_table", point_in_time_recovery__0__enabled=True),
            [(ResidualKind.BACKUP, "2026-12-06T08:00:09+00:00")],
        ),
        (record("aws_dynamodb_table", point_in_time_recovery__0__enabled=False), []),
        (record("aws_backup_plan", **BACKUP), [(ResidualKind.BACKUP, THIRTY)]),
        (
            record("aws_backup_plan", rule__0__target_vault_name="vault"),
            [(ResidualKind.BACKUP, None)],
        ),
        (record("aws_s3_bucket_replication_configuration", **REPLICA), [(ResidualKind.COPY, None)]),
        (
            record("aws_cloudwatch_log_subscription_filter", destination_arn="arn:aws:kinesis:x"),
            [(ResidualKind.LOG, None)],
        ),
        (record("aws_cloudtrail", s3_bucket_name="trail"), [(ResidualKind.LOG, None)]),
        (record("aws_flow_log", log_destination="arn:aws:s3:::flow/x"), [(ResidualKind.LOG, None)]),
        (record("aws_vpc"), []),
    ],
)
def test_what_is_left_is_listed(gone: RemovalRecord, found: list[tuple[ResidualKind, str | None]]) -> None:
    assert left(gone) == found


@pytest.mark.parametrize(
    "gone",
    [
        record("aws_backup_plan", **BACKUP),
        record("aws_s3_bucket_replication_configuration", **REPLICA),
        record("aws_cloudtrail", s3_bucket_name="elsewhere"),
        record("aws_flow_log", log_destination="arn:aws:s3:::elsewhere/x"),
    ],
)
def test_what_lay_in_a_place_of_the_client_went_with_the_place(gone: RemovalRecord) -> None:
    places = record("aws_backup_vault", name="vault"), record("aws_s3_bucket", bucket="elsewhere")
    assert left(gone, *places) == []


def test_a_snapshot_under_a_key_of_the_client_ends_with_the_key_and_an_earlier_end_stays() -> None:
    database = record(
        "aws_db_instance",
        keys=(KEY,),
        skip_final_snapshot=False,
        final_snapshot_identifier="s",
        delete_automated_backups=False,
        backup_retention_period=3,
    )
    snapshot, backups = ended(database, key(7))[0].residuals
    assert (snapshot.until, backups.until) == (SEVEN, "2026-11-04T08:00:09+00:00")
    assert isinstance(snapshot, Residual)
    assert "key" in snapshot.why


@pytest.mark.parametrize(
    ("provider", "state_only"),
    [
        (RANDOM, True),
        ("terraform.io/builtin/terraform", True),
        ("registry.opentofu.org/opentofu/tls", True),
        ("registry.terraform.io/hashicorp/aws", False),
        ("registry.example.com/somebody/random", False),
    ],
)
def test_only_official_providers_are_known_to_have_nothing_outside_the_state(
    provider: str, *, state_only: bool
) -> None:
    assert ended(record("x_y", provider=provider))[0].state_only is state_only


@pytest.mark.parametrize(
    ("type_", "provider", "state_only", "never_read"),
    [
        ("aws_lambda_invocation", AWS, True, False),
        ("aws_kms_ciphertext", "registry.opentofu.org/hashicorp/aws", True, False),
        ("aws_grafana_workspace_api_key", AWS, False, True),
        ("aws_vpc", AWS, False, False),
        ("aws_lambda_invocation", "registry.example.com/somebody/aws", False, False),
        ("aws_grafana_workspace_api_key", "registry.example.com/somebody/aws", False, False),
    ],
)
def test_types_that_the_provider_never_looks_for_are_known(
    type_: str, provider: str, *, state_only: bool, never_read: bool
) -> None:
    assert is_state_only(provider, type_) is state_only
    assert is_never_read(provider, type_) is never_read
    assert ended(record(type_, provider=provider))[0].state_only is state_only
