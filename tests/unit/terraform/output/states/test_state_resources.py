"""What is told of a state's resources: where they are, and nothing that is sensitive."""

import json

import pytest

from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.value import Json
from cellwright.terraform.output.states.state_resources import StateResource, resources_in

AWS = 'provider["registry.terraform.io/hashicorp/aws"]'


def state(*resources: object) -> bytes:
    return json.dumps({"version": 4, "serial": 1, "lineage": "l", "resources": resources}).encode()


def resource(**more: object) -> dict[str, object]:
    return {
        "mode": "managed",
        "type": "aws_db_instance",
        "name": "main",
        "provider": AWS,
        "instances": [],
        **more,
    }


def test_each_instance_with_its_id_and_facts() -> None:
    one = {
        "attributes": {
            "id": "db-1",
            "arn": "arn:aws:rds:us-east-1:1:db:x",
            "kms_key_id": "key-1",
            "password": "hunter2",
            "backup_retention_period": 7,
            "skip_final_snapshot": True,
            "final_snapshot_identifier": None,
        }
    }
    two = {"index_key": "b", "attributes": {"id": "db-2"}}
    found = resources_in(state(resource(module="module.data", instances=[one, two])))
    facts: dict[str, Json] = {
        "arn": "arn:aws:rds:us-east-1:1:db:x",
        "kms_key_id": "key-1",
        "backup_retention_period": 7,
        "skip_final_snapshot": True,
    }
    provider = "registry.terraform.io/hashicorp/aws"
    assert found == (
        StateResource("module.data.aws_db_instance.main", "aws_db_instance", provider, "db-1", facts),
        StateResource('module.data.aws_db_instance.main["b"]', "aws_db_instance", provider, "db-2", {}),
    )
    assert "hunter2" not in repr(found)


def test_what_is_sensitive_is_left_out_also_where_only_a_part_is() -> None:
    hidden = [
        [{"type": "get_attr", "value": "id"}],
        [{"type": "get_attr", "value": "arn"}, {"type": "index"}],
    ]
    instance = {"index_key": 0, "attributes": {"id": "s3cret", "arn": "a"}, "sensitive_attributes": hidden}
    (found,) = resources_in(state(resource(instances=[instance])))
    assert (found.address, found.id, found.facts) == ("aws_db_instance.main[0]", "", {})


@pytest.mark.parametrize("kind", ["random_string", "tls_private_key", "vault_token"])
def test_an_id_that_may_be_what_the_resource_has_made_is_left_out(kind: str) -> None:
    instance = {"attributes": {"id": "hunter2", "result": "hunter2"}}
    assert "hunter2" not in repr(resources_in(state(resource(type=kind, instances=[instance]))))


def test_data_sources_are_none_and_an_empty_state_has_none() -> None:
    assert resources_in(state(resource(mode="data", instances=[{"attributes": {}}]))) == ()
    assert resources_in(state()) == ()


@pytest.mark.parametrize(
    "content", [b"", b"[]", b'{"encrypted_data": "x"}', b'{"resources": [{"mode": "managed"}]}']
)
def test_what_is_no_readable_state(content: bytes) -> None:
    with pytest.raises(DiagnosticError, match="the state's resources can't be read"):
        resources_in(content)
