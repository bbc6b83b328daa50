"""Drift is read from a plan: what an apply would change back, what is only noticed, and never a value."""

import json
from typing import Any

import pytest

from cellwright.model.diagnostic import DiagnosticError
from cellwright.model.runs.drift import DriftedResource, FoundDrift, drift_of_summary
from cellwright.model.value import Json
from cellwright.terraform.output.plans.drift_reader import read_drift
from cellwright.terraform.output.plans.plan_reader import plan_redactor, summarise_plan

SECRET = "correct horse battery staple"


def change(*actions: str, before: object = None, after: object = None, **more: object) -> dict[str, Any]:
    return {"actions": list(actions), "before": before, "after": after, **more}


def resource(address: str, found: dict[str, Any], provider: str = "") -> dict[str, Any]:
    kind, _, name = address.partition(".")
    return {
        "address": address,
        "mode": "managed",
        "type": kind,
        "name": name,
        "provider_name": provider,
        "change": found,
    }


def read(cell: str = "acme", **parts: object) -> FoundDrift:
    document = {"format_version": "1.2", "applyable": True, **parts}
    redact = plan_redactor(document)
    return read_drift(document, summarise_plan(document, redact), cell, digest, redact)


def digest(value: Json) -> str:
    return str(hash(json.dumps(value, sort_keys=True)))


def plain(found: FoundDrift) -> list[tuple[str, str, tuple[str, ...], bool]]:
    return [(item.address, item.action, item.paths, item.repaired) for item in found.resources]


def test_what_an_apply_changes_back_and_what_it_leaves() -> None:
    changed = change("update", before={"a": 1, "b": [1], "same": 2}, after={"a": 2, "b": [3], "same": 2})
    gone = change("create", after={"a": 1, "b": 2})
    found = read(
        resource_changes=[
            resource("aws_x.changed", changed),
            resource("aws_x.gone", gone),
            resource("aws_x.same", change("no-op", before={}, after={})),
        ],
        resource_drift=[
            resource("aws_x.changed", changed),
            resource("aws_x.ignored", change("update", before={"tag": "x"}, after={"tag": "y"})),
            resource("aws_x.quiet", change("no-op", before={}, after={})),
        ],
        output_changes={"id": change("update", before="x", after="y"), "same": change("no-op")},
    )
    assert plain(found) == [
        ("aws_x.changed", "update", ("a", "b[0]"), True),
        ("aws_x.gone", "create", (), True),
        ("output.id", "update", (), True),
        ("aws_x.ignored", "update", ("tag",), False),
    ]
    assert (found.is_drift, found.counts.change, found.counts.add) == (True, 1, 1)


def test_what_is_only_noticed_is_no_drift_and_has_no_shape() -> None:
    ignored = resource("aws_x.ignored", change("update", before={"tag": "x"}, after={"tag": "y"}))
    found = read(resource_drift=[ignored], applyable=False)
    assert (found.is_drift, found.digest, found.nameless) == (False, "", "")
    assert plain(found) == [("aws_x.ignored", "update", ("tag",), False)]


@pytest.mark.parametrize("registry", ["registry.terraform.io", "registry.opentofu.org"])
def test_a_region_that_version_6_of_the_aws_provider_adds_to_every_state_is_no_drift(registry: str) -> None:
    def noticed(address: str, before: object, after: object) -> dict[str, Any]:
        return resource(address, change("update", before=before, after=after), f"{registry}/hashicorp/aws")

    region, here = {"region": None}, {"region": "us-east-1"}
    found = read(
        resource_drift=[
            noticed("aws_subnet.gained", {**region, "tags": {}}, {**here, "tags": {}}),
            noticed("aws_s3_bucket.gained", {**here, "bucket_region": None}, {**here, "bucket_region": "x"}),
            noticed("aws_ecs_service.gained", {**region, "arn": None}, {**here, "arn": "arn:aws:ecs:x"}),
            noticed("aws_eip.both", {**region, "private_ip": ""}, {**here, "private_ip": "10.0.0.1"}),
            noticed("aws_vpc.moved", {"region": "eu-west-1"}, here),
            resource("demo_item.other", change("update", before=region, after=here), f"{registry}/demo/demo"),
            resource("aws_vpc.gone", change("delete", before=here), f"{registry}/hashicorp/aws"),
        ]
    )
    assert [(address, paths) for address, _, paths, _ in plain(found)] == [
        ("aws_eip.both", ("private_ip",)),
        ("aws_vpc.moved", ("region",)),
        ("demo_item.other", ("region",)),
        ("aws_vpc.gone", ()),
    ]


def test_no_value_is_kept_hidden_or_not() -> None:
    before, after = (
        {"password": SECRET, "size": 1, "map": {"k": SECRET}},
        {"password": "x", "size": 2, "map": {}},
    )
    found = read(
        resource_changes=[
            resource(
                "aws_x.db",
                change(
                    "update",
                    before=before,
                    after=after,
                    before_sensitive={"password": True},
                    after_sensitive={"password": True},
                ),
            )
        ]
    )
    assert SECRET not in repr(found)
    [item] = found.resources
    assert "password" in item.paths


def test_equal_drift_of_two_cells_has_one_shape_and_another_value_is_another_drift() -> None:
    def of(cell: str, value: str) -> FoundDrift:
        found = change("update", before={"name": f"{cell}-x", "v": value}, after={"name": cell, "v": "1"})
        return read(cell, resource_changes=[resource("aws_x.this", found)])

    acme, globex, other = of("acme", "2"), of("globex", "2"), of("acme", "3")
    assert acme.nameless == globex.nameless
    assert acme.digest != globex.digest
    assert acme.nameless != other.nameless
    assert acme.resources[0].digest != other.resources[0].digest


def test_a_document_of_another_form_is_told() -> None:
    plan = summarise_plan({"format_version": "1.2"})
    with pytest.raises(DiagnosticError, match="drift can't be read"):
        read_drift({"resource_drift": [{"address": 1}]}, plan, "acme", digest)


def test_a_summary_alone_tells_what_it_can() -> None:
    document = {
        "format_version": "1.2",
        "resource_changes": [resource("aws_x.this", change("update", before={"a": 1}, after={"a": 2}))],
        "output_changes": {"id": change("update", before=1, after=2)},
    }
    found = drift_of_summary(summarise_plan(document))
    assert found.resources == (
        DriftedResource(address="aws_x.this", action="update", paths=("a",)),
        DriftedResource(address="output.id", action="update"),
    )
    assert found.is_drift
