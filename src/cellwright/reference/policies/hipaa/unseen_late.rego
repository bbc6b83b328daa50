# What a rule of this pack judges by its value, and Terraform tells only after the apply: an attribute that another
# resource gives, or a `dynamic` block over something that is not there yet. Rules that look for a bad value find none
# then, so it is said here; the next plan knows. Rules that look for a good one deny by themselves.
package hipaa.unseen

import data.hipaa.audit
import data.hipaa.plan
import rego.v1

s3_access := ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"]

groups := [["ingress", "cidr_blocks"], ["ingress", "ipv6_cidr_blocks"]]

objects := [["acl"], ["server_side_encryption"]]

disks := [["ebs_block_device", "encrypted"], ["root_block_device", "encrypted"]]

snapshots := [["group"], ["account_id"], ["shared_accounts"], ["restorable_by_user_ids"]]

grants := [["acl"], ["access_control_policy", "grant", "grantee", "uri"], ["grant", "uri"]]

listeners := [["protocol"]]

domains := [["domain_endpoint_options", "tls_security_policy"], ["vpc_options"]]

keys := [["enabled"], ["is_enabled"]]

# By type, the paths of what rules read.
judged := {
	"aws_alb_listener": listeners,
	"aws_alb_target_group": [["protocol"]],
	"aws_ami_launch_permission": snapshots,
	"aws_api_gateway_domain_name": [["security_policy"]],
	"aws_cloudfront_distribution": [
		["default_cache_behavior", "viewer_protocol_policy"], ["ordered_cache_behavior", "viewer_protocol_policy"],
		["origin", "custom_origin_config", "origin_protocol_policy"],
		["viewer_certificate", "minimum_protocol_version"],
	],
	"aws_cloudtrail": [
		["advanced_event_selector"], ["event_selector", "exclude_management_event_sources"],
		["event_selector", "include_management_events"], ["event_selector", "read_write_type"],
	],
	"aws_cloudtrail_event_data_store": [["advanced_event_selector"], ["suspend"]],
	"aws_dax_cluster": [["cluster_endpoint_encryption_type"]],
	"aws_db_cluster_snapshot": snapshots,
	"aws_db_snapshot": snapshots,
	"aws_db_snapshot_copy": snapshots,
	"aws_default_security_group": groups,
	"aws_dynamodb_table": [["replica"]],
	"aws_ebs_snapshot_block_public_access": [["state"]],
	"aws_ec2_managed_prefix_list": [["entry", "cidr"]],
	"aws_ec2_managed_prefix_list_entry": [["cidr"]],
	"aws_ecs_cluster": [["configuration", "execute_command_configuration", "logging"]],
	"aws_ecs_task_definition": [["volume", "efs_volume_configuration", "transit_encryption"]],
	"aws_efs_backup_policy": [["backup_policy", "status"]],
	"aws_eks_cluster": [["vpc_config"]],
	"aws_elasticache_replication_group": [["transit_encryption_mode"]],
	"aws_elasticsearch_domain": domains,
	"aws_elb": [["listener", "lb_protocol"]],
	"aws_instance": disks,
	"aws_kms_external_key": keys,
	"aws_kms_key": array.concat(keys, [["customer_master_key_spec"]]),
	"aws_kms_replica_key": keys,
	"aws_lambda_function_url": [["authorization_type"]],
	"aws_lambda_permission": [["principal"]],
	"aws_launch_configuration": disks,
	"aws_launch_template": [["block_device_mappings", "ebs", "encrypted"]],
	"aws_lb_listener": listeners,
	"aws_lb_target_group": [["protocol"]],
	"aws_lightsail_instance_public_ports": [["port_info", "cidrs"], ["port_info", "ipv6_cidrs"]],
	"aws_macie2_account": [["status"]],
	"aws_msk_cluster": [
		["broker_node_group_info", "connectivity_info", "public_access", "type"],
		["encryption_info", "encryption_in_transit", "client_broker"],
		["encryption_info", "encryption_in_transit", "in_cluster"],
	],
	"aws_opensearch_domain": domains,
	"aws_rds_cluster_snapshot_copy": snapshots,
	"aws_s3_access_point": [["public_access_block_configuration", key] | some key in s3_access],
	"aws_s3_bucket": grants,
	"aws_s3_bucket_acl": grants,
	"aws_s3_bucket_lifecycle_configuration": [
		["rule", "status"], ["rule", "expiration", "days"], ["rule", "noncurrent_version_expiration", "noncurrent_days"],
	],
	"aws_s3_bucket_object": objects,
	"aws_s3_bucket_object_lock_configuration": [["rule", "default_retention", "days"]],
	"aws_s3_object": objects,
	"aws_s3_object_copy": array.concat(objects, grants),
	"aws_s3control_multi_region_access_point": [["details", "public_access_block", key] | some key in s3_access],
	"aws_security_group": groups,
	"aws_snapshot_create_volume_permission": snapshots,
	"aws_sns_topic_subscription": [["protocol"]],
	"aws_spot_instance_request": disks,
	"aws_ssm_parameter": [["type"]],
	"aws_transfer_server": [["endpoint_type"], ["protocols"], ["security_policy_name"]],
}

# Blocks that AWS fills in where nobody writes them: unknown as a whole, they are simply not written.
filled_in := {
	"access_control_policy", "connectivity_info", "ebs_block_device", "grant", "ingress", "public_access",
	"root_block_device", "vpc_config",
}

warn contains plan.finding(r, sprintf("tells `%s` only after the apply; the rules that look at it judge it at the next plan", [concat(".", path)])) if {
	some kind, paths in judged
	some r in plan.of_type(kind)
	some path in paths
	late(r, path)
}

warn contains plan.finding(r, sprintf("tells `%s` only after the apply; the rules that look at it judge it at the next plan", [key])) if {
	some kind, key in audit.logging
	some r in plan.of_type(kind)
	late(r, [key])
}

warn contains plan.finding(r, "tells `parameter` only after the apply; the rules that look at it judge it at the next plan") if {
	some r in plan.standing
	endswith(r.type, "_parameter_group")
	some path in [["parameter", "name"], ["parameter", "value"]]
	late(r, path)
}

# The policy that is given is another stack's, or one of AWS's that only the apply names: those of this plan are judged
# where they are made.
warn contains plan.finding(r, sprintf("tells only after the apply what it gives (`%s`); it is judged at the next plan", [key])) if {
	some r in plan.standing
	startswith(r.type, "aws_iam_")
	some key in ["policy_arn", "policy_arns", "managed_policy_arns"]
	plan.pending(r, key)
	some node in plan.nodes(r)
	some reference in plan.references(plan.fields(node.expressions, key))
	not regex.match(`^(aws_iam_policy|count|each)\.`, reference)
}

# An attribute that the source writes is unknown, or a part of a block, or a whole block.
late(r, path) if {
	count(path) == 1
	plan.unknown(r, path[0])
	written(r, path[0])
}

late(r, path) if {
	count(path) > 1
	plan.unknown(r, path[0])
	whole_block(r, path[0])
}

late(r, path) if {
	walk(object.get(r.change.after_unknown, path[0], {}), [inner, true])
	names := [step | some step in inner; is_string(step)]
	count(inner) > 0
	starts_with(array.concat([path[0]], names), path)
}

# What lies above the path is unknown, or what the path names; AWS fills much in that lies below.
starts_with(found, path) if {
	count(found) <= count(path)
	found == array.slice(path, 0, count(found))
	not found[count(found) - 1] in filled_in
}

whole_block(_, name) if not name in filled_in

whole_block(r, name) if plan.chosen(r, name)

# Blocks have no expression where a `dynamic` makes them, and nobody fills them in.
written(_, name) if name in {"advanced_event_selector", "log_publishing_options", "replica", "vpc_options"}

written(r, name) if plan.chosen(r, name)
