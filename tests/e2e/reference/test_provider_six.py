"""The stacks say nothing that version 6 of the AWS provider has taken away or given another meaning.

By its upgrade guide and the schema of 6.62.0, for services that a stack of a cell architecture may well use.
"""

import re
from collections.abc import Iterator, Mapping

import pytest

from e2e.reference.readme import STACKS

_BLOCK = re.compile(r'^(resource|data) "(aws_\w+)" "\w+" \{\n(.*?)^\}', re.DOTALL | re.MULTILINE)
_NAMED = re.compile(r'^  (?:dynamic ")?(\w+)(?:"? \{| += )', re.MULTILINE)
"""What a block says at its top: arguments, blocks, dynamic blocks; the files are formatted."""

REMOVED: Mapping[tuple[str, str], frozenset[str]] = {
    ("resource", "aws_api_gateway_account"): frozenset({"reset_on_delete"}),
    ("resource", "aws_api_gateway_deployment"): frozenset(
        {"stage_name", "stage_description", "canary_settings"}
    ),
    ("resource", "aws_batch_compute_environment"): frozenset(
        {"compute_environment_name", "compute_environment_name_prefix"}
    ),
    ("resource", "aws_batch_job_queue"): frozenset({"compute_environments"}),
    ("resource", "aws_cloudformation_stack_set_instance"): frozenset({"region"}),
    ("resource", "aws_cloudfront_response_headers_policy"): frozenset({"etag"}),
    ("resource", "aws_config_aggregate_authorization"): frozenset({"region"}),
    ("resource", "aws_dms_endpoint"): frozenset({"s3_settings"}),
    ("resource", "aws_dx_gateway_association"): frozenset({"vpn_gateway_id"}),
    ("resource", "aws_dx_hosted_connection"): frozenset({"region"}),
    ("resource", "aws_ecs_task_definition"): frozenset({"inference_accelerator"}),
    ("resource", "aws_eip"): frozenset({"vpc"}),
    ("resource", "aws_eks_addon"): frozenset({"resolve_conflicts"}),
    ("resource", "aws_flow_log"): frozenset({"log_group_name"}),
    ("resource", "aws_guardduty_detector"): frozenset({"datasources"}),
    ("resource", "aws_guardduty_organization_configuration"): frozenset({"auto_enable", "datasources"}),
    ("resource", "aws_instance"): frozenset({"cpu_core_count", "cpu_threads_per_core"}),
    ("resource", "aws_launch_template"): frozenset(
        {"elastic_gpu_specifications", "elastic_inference_accelerator"}
    ),
    ("resource", "aws_networkmanager_core_network"): frozenset({"base_policy_region"}),
    ("resource", "aws_redshift_cluster"): frozenset(
        {"logging", "snapshot_copy", "cluster_public_key", "endpoint"}
    ),
    ("resource", "aws_sagemaker_notebook_instance"): frozenset({"accelerator_types"}),
    ("resource", "aws_servicequotas_template"): frozenset({"region"}),
    ("resource", "aws_spot_instance_request"): frozenset(
        {"block_duration_minutes", "cpu_core_count", "cpu_threads_per_core"}
    ),
    ("resource", "aws_ssm_association"): frozenset({"instance_id"}),
    ("resource", "aws_ssmincidents_replication_set"): frozenset({"region"}),
    ("data", "aws_batch_compute_environment"): frozenset({"compute_environment_name"}),
    ("data", "aws_globalaccelerator_accelerator"): frozenset({"id"}),
    ("data", "aws_identitystore_group"): frozenset({"filter"}),
    ("data", "aws_identitystore_user"): frozenset({"filter"}),
    ("data", "aws_region"): frozenset({"name"}),
    ("data", "aws_servicequotas_templates"): frozenset({"region"}),
}
GONE = re.compile(r"aws_(opsworks_\w+|simpledb_domain|worklink_\w+|redshift_service_account|kms_secret)\Z")
REFERENCES = (
    re.compile(r"data\.aws_region\.\w+(\[[^]]*\])?\.name\b"),  # its `id` is the same in both versions
    re.compile(r"\baws_s3_bucket\.\w+(\[[^]]*\])?\.region\b"),
    re.compile(r"\baws_opensearch_domain\.\w+(\[[^]]*\])?\.kibana_endpoint\b"),
    re.compile(r"\baws_api_gateway_deployment\.\w+\.(invoke_url|execution_arn)\b"),
    re.compile(r"data\.aws_vpc_endpoint_service\.\w+\.region\b"),
    re.compile(r"data\.aws_vpc_peering_connection\.\w+\.region\b"),
    re.compile(r"data\.aws_(service_discovery_service|quicksight_data_set)\.\w+\.tags_all\b"),
    re.compile(r"data\.aws_elbv2_listener_rule\.\w+\.(action|condition)\[[^]]*\]\.\w+\.\w+"),
)
NEEDED: Mapping[str, frozenset[str]] = {
    "aws_guardduty_organization_configuration": frozenset({"auto_enable_organization_members"}),
    "aws_cur_report_definition": frozenset({"s3_prefix"}),
    "aws_ssoadmin_account_assignment": frozenset({"target_type"}),
}
"""What version 6 demands."""
TOGETHER: Mapping[str, tuple[str, str]] = {
    "aws_elasticache_replication_group": ("auth_token", "auth_token_update_strategy"),
    "aws_ami": ("most_recent", "owners"),
}
"""Who says the one has to say the other."""


def faults(text: str) -> Iterator[str]:
    for reference in REFERENCES:
        yield from (found[0] for found in reference.finditer(text))
    for kind, name, body in _BLOCK.findall(text):
        said = frozenset(_NAMED.findall(body))
        yield from (
            f"{kind} {name}: {word}" for word in sorted(said & REMOVED.get((kind, name), frozenset()))
        )
        if GONE.match(name):
            yield f"{kind} {name} is gone"
        if kind == "resource":
            yield from (f"{name} needs {word}" for word in sorted(NEEDED.get(name, frozenset()) - said))
        first, second = TOGETHER.get(name, ("", ""))
        if first in said and second not in said:
            yield f"{name}: {first} without {second}"


def test_no_stack_says_what_version_6_does_not_know() -> None:
    files = [*STACKS.glob("*/*/**/*.tf")]
    assert len(files) > 50
    assert sum(len(_BLOCK.findall(path.read_text())) for path in files) > 100
    found = {str(path.relative_to(STACKS)): list(faults(path.read_text())) for path in files}
    assert {path: told for path, told in found.items() if told} == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('resource "aws_eip" "this" {\n  vpc = true\n}\n', ["resource aws_eip: vpc"]),
        ('resource "aws_eip" "this" {\n  domain = "vpc"\n}\n', []),
        (
            'resource "aws_guardduty_detector" "this" {\n  datasources {\n  }\n}\n',
            ["resource aws_guardduty_detector: datasources"],
        ),
        (
            'resource "aws_guardduty_detector" "a" {\n  dynamic "datasources" {\n  }\n}\n',
            ["resource aws_guardduty_detector: datasources"],
        ),
        ('resource "aws_flow_log" "this" {\n  tags = {\n    log_group_name = 1\n  }\n}\n', []),
        ("x = data.aws_region.current.name\n", ["data.aws_region.current.name"]),
        ("x = data.aws_region.current[0].name\n", ["data.aws_region.current[0].name"]),
        ("x = data.aws_region.current.id\n", []),
        ('resource "aws_simpledb_domain" "this" {\n}\n', ["resource aws_simpledb_domain is gone"]),
        (
            'resource "aws_guardduty_organization_configuration" "this" {\n  detector_id = 1\n}\n',
            ["aws_guardduty_organization_configuration needs auto_enable_organization_members"],
        ),
        ('data "aws_ami" "this" {\n  most_recent = true\n}\n', ["aws_ami: most_recent without owners"]),
    ],
)
def test_what_is_gone_is_found(text: str, told: list[str]) -> None:
    assert list(faults(text)) == told
