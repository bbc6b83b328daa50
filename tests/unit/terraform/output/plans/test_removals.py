from typing import Any

from cellwright.model.runs.plan import Action
from cellwright.model.runs.removal import Removal, removal_from_json, removal_to_json
from cellwright.terraform.output.plans.removals import removals

AWS = "registry.terraform.io/hashicorp/aws"
ARN = "arn:aws:rds:eu-west-1:111122223333:db:acme-db"
KEY = "arn:aws:kms:eu-west-1:111122223333:key/k-1"


def change(
    kind: str, before: dict[str, Any], *actions: str, mode: str = "managed", **more: object
) -> dict[str, Any]:
    marks = more.pop("sensitive", {})
    return {
        "address": f"{kind}.main",
        "mode": mode,
        "type": kind,
        "provider_name": AWS,
        "change": {"actions": list(actions or ("delete",)), "before": before, "before_sensitive": marks},
        **more,
    }


def found(*changes: dict[str, Any]) -> tuple[Removal, ...]:
    return removals({"resource_changes": list(changes)})


def test_of_what_is_destroyed_its_names_its_region_its_key_and_what_is_left_of_it_are_known() -> None:
    before = {
        "id": "acme-db",
        "arn": ARN,
        "kms_key_id": KEY,
        "skip_final_snapshot": False,
        "final_snapshot_identifier": "acme-last",
        "engine": "postgres",
    }
    (one,) = found(change("aws_db_instance", before))
    assert one == Removal(
        address="aws_db_instance.main",
        action=Action.DELETE,
        type="aws_db_instance",
        provider=AWS,
        identifier="acme-db",
        arn=ARN,
        region="eu-west-1",
        keys=(KEY,),
        settings={"skip_final_snapshot": False, "final_snapshot_identifier": "acme-last"},
    )
    assert removal_from_json(removal_to_json(one)) == one


def test_a_key_and_a_retention_are_found_within_blocks() -> None:
    rule = {"apply_server_side_encryption_by_default": [{"kms_master_key_id": KEY}]}
    (one,) = found(change("aws_s3_bucket_server_side_encryption_configuration", {"rule": [rule]}))
    assert one.keys == (KEY,)
    locked = {"rule": [{"default_retention": [{"mode": "COMPLIANCE", "days": 30}]}]}
    (two,) = found(change("aws_s3_bucket_object_lock_configuration", locked))
    assert two.settings == {
        "rule.0.default_retention.0.mode": "COMPLIANCE",
        "rule.0.default_retention.0.days": 30,
    }


def test_only_what_leaves_the_state_counts() -> None:
    kept = [
        change("aws_a", {}, "no-op"),
        change("aws_b", {}, "create"),
        change("aws_c", {}, "update"),
        change("aws_d", {}, "delete", mode="data"),
    ]
    gone = [
        change("aws_e", {}, "delete", "create"),
        change("aws_f", {}, "forget"),
        change("aws_g", {}, "create", "forget"),
        change("aws_h", {}, "delete", deposed="ab12"),
    ]
    told = [(item.type, item.action, item.deposed) for item in found(*kept, *gone)]
    assert told == [
        ("aws_e", Action.REPLACE, ""),
        ("aws_f", Action.FORGET, ""),
        ("aws_g", Action.FORGET_CREATE, ""),
        ("aws_h", Action.DELETE, "ab12"),
    ]


def test_nothing_sensitive_is_kept_also_where_a_provider_repeats_it() -> None:
    before = {
        "id": "user:hunter2-hunter2",
        "name": "hunter2-hunter2",
        "bucket": "b",
        "password": "hunter2-hunter2",
    }
    marks = {"password": True, "bucket": True}
    (one,) = found(change("x_user", before, sensitive=marks))
    assert "hunter2" not in str(removal_to_json(one))
    assert "bucket" not in one.settings
    (whole,) = found(change("x_user", before, sensitive=True))
    assert (whole.identifier, whole.settings) == ("", {})


def test_long_values_and_many_settings_are_left_out() -> None:
    many = {f"block{index:03}": {"name": "x"} for index in range(100)}
    (one,) = found(change("x_many", {"id": "i" * 501, **many}))
    assert one.identifier == ""
    assert len(one.settings) == 40
