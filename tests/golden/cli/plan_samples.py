"""A plan as Terraform tells of it, with all that needs an eye: read, then drawn for people."""

import json
from dataclasses import replace
from typing import Any

from cellwright.app.runs.report import RunReport
from cellwright.engine.unit.step_words import stale_fault
from cellwright.model.diagnostic import error, warning
from cellwright.model.runs.plan import PlanSummary
from cellwright.model.runs.plan_options import PlanOptions
from cellwright.model.runs.run import Outcome, RunKind, RunStatus, UnitResult
from cellwright.terraform.output.plans.plan_reader import NO_CHANGES, refreshed, summarise_plan
from golden.cli import samples

SECRET = "canary-secret-1234"


def _change(address: str, actions: list[str], before: Any, after: Any, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    change = {key: more.pop(key) for key in list(more) if key in _OF_CHANGE}
    return {
        "address": address,
        "mode": "managed",
        "change": {"actions": actions, "before": before, "after": after, **change},
        **more,
    }


_OF_CHANGE = {"after_unknown", "replace_paths", "importing", "before_sensitive", "after_sensitive"}


def _policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


_READ = {"Sid": "Read", "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::acme-data/*"}
_LIST = {"Sid": "List", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::acme-data"}
_DENY = {"Sid": "Plain", "Effect": "Deny", "Action": "s3:*", "Resource": "*"}
_COMPUTED = ("arn", "id", "owner_id", "default_route_table_id", "main_route_table_id", "ipv6_cidr_block")

DOCUMENT: dict[str, Any] = {
    "format_version": "1.2",
    "applyable": True,
    "resource_changes": [
        _change(
            "aws_vpc.this",
            ["delete", "create"],
            {"cidr_block": "10.0.0.0/16", "tags": {"a": "1"}, "tags_all": {"a": "1"}}
            | {name: f"old-{name}" for name in _COMPUTED},
            {"cidr_block": "10.1.0.0/16", "tags": {"a": "2"}, "tags_all": {"a": "2"}},
            after_unknown=dict.fromkeys(_COMPUTED, True),
            replace_paths=[["cidr_block"]],
            action_reason="replace_because_cannot_update",
        ),
        _change(
            "aws_instance.host",
            ["delete", "create"],
            {"ami": "ami-1"},
            {"ami": "ami-1"},
            action_reason="replace_because_tainted",
        ),
        _change(
            "aws_iam_policy.app",
            ["update"],
            {"policy": _policy(_READ, _LIST)},
            {"policy": _policy(_DENY, {**_READ, "Action": ["s3:GetObject", "s3:GetObjectVersion"]}, _LIST)},
        ),
        _change(
            "aws_ssm_parameter.settings",
            ["update"],
            {"value": json.dumps({"password": SECRET, "port": 1}), "copy": json.dumps({"password": SECRET})},
            {"value": json.dumps({"password": SECRET, "port": 2}), "copy": json.dumps({"pass": SECRET})},
            before_sensitive={"value": True},
            after_sensitive={"value": True},
        ),
        _change(
            "aws_ssm_parameter.shared",
            ["update"],
            {"value": json.dumps({"user": "app", SECRET: 1})},
            {"value": json.dumps({"user": "web", SECRET: 1})},
        ),
        _change(
            "aws_db_parameter_group.secret",
            ["update"],
            {"password": SECRET, "family": "a"},
            {"password": SECRET, "family": "b"},
            before_sensitive={"password": True},
            after_sensitive={"password": True},
        ),
        _change("aws_s3_bucket.data", ["no-op"], {}, {}, importing={"id": "acme-data"}),
        _change(
            "aws_s3_bucket.logs",
            ["update"],
            {"tags": {}},
            {"tags": {"owner": "ada"}},
            importing={"id": "acme-logs"},
        ),
        _change("aws_sns_topic.new", ["no-op"], {}, {}, previous_address="aws_sns_topic.old"),
        _change("aws_sqs_queue.left", ["forget"], {"name": "left"}, None),
        _change("aws_kms_key.left", ["forget"], {"description": "left"}, None),
    ],
}
SUMMARY = summarise_plan(DOCUMENT)
PART = PlanSummary(
    samples.LOG_GROUP_PLAN.counts,
    samples.LOG_GROUP_PLAN.resources,
    (),
    applyable=True,
    options=PlanOptions(targets=("aws_cloudwatch_log_group.sftp",)),
)
REFRESHED = refreshed(
    NO_CHANGES,
    {
        "resource_drift": [
            _change("aws_instance.host", ["update"], {"type": "t3.small"}, {"type": "t3.large"}),
            _change("aws_sqs_queue.gone", ["delete"], {"name": "gone"}, None),
        ]
    },
)
REFRESH_REPORT = RunReport(
    samples.run(RunKind.PLAN, RunStatus.SUCCEEDED, samples.ACME_APP),
    (UnitResult(samples.ACME_APP, Outcome.PLANNED, 3.2, REFRESHED.counts),),
    {samples.ACME_APP: REFRESHED},
)
REPORT = RunReport(
    samples.run(RunKind.PLAN, RunStatus.SUCCEEDED, samples.ACME_APP, samples.ACME_SFTP),
    (
        UnitResult(samples.ACME_APP, Outcome.PLANNED, 3.2, SUMMARY.counts),
        UnitResult(samples.ACME_SFTP, Outcome.PLANNED, 2.0, PART.counts),
    ),
    {samples.ACME_APP: SUMMARY, samples.ACME_SFTP: PART},
    waiting=(samples.GLOBEX_APP,),
)
NOTHING_IN_PART = replace(samples.NOTHING_PLANNED, in_part=True)
IDLE = RunReport(samples.run(RunKind.APPLY, RunStatus.SUCCEEDED), (), looked=False)
WAITING = RunReport(
    samples.run(RunKind.APPLY, RunStatus.SUCCEEDED),
    (),
    waiting=(samples.ACME_APP, samples.GLOBEX_APP),
    looked=False,
)
WARNINGS = {
    samples.ACME_APP: (warning("tags: no owner (aws_s3_bucket.data)", "see policies/tags.rego"),),
    samples.ACME_SFTP: (warning("the plan of client/acme/sftp is for a part of it only", "apply the rest"),),
}
REFUSED = RunReport(
    replace(samples.run(RunKind.APPLY, RunStatus.FAILED, samples.ACME_APP, samples.ACME_SFTP), waited=60.0),
    (
        UnitResult(samples.ACME_APP, Outcome.REFUSED, 3.2, diagnostics=(error("the plan was not approved"),)),
        UnitResult(
            samples.ACME_SFTP,
            Outcome.SKIPPED,
            diagnostics=(error("not run: client/acme/app was not approved"),),
        ),
    ),
)
STALE = RunReport(
    samples.run(RunKind.APPLY, RunStatus.FAILED, samples.ACME_APP),
    (
        UnitResult(
            samples.ACME_APP, Outcome.FAILED, 0.2, diagnostics=stale_fault(samples.ACME_APP).diagnostics
        ),
    ),
)
