# METADATA
# title: Encryption at rest with the client's own key
# custom:
#   clause: 45 CFR 164.312(a)(2)(iv)
#   advice: encrypt it, and name the client's own KMS key
package hipaa.encryption

import data.hipaa.plan
import rego.v1

deny contains plan.finding(bucket, "has no default encryption with a KMS key of its own") if {
	some bucket in plan.of_type("aws_s3_bucket")
	not bucket_encrypted(bucket)
}

bucket_encrypted(bucket) if {
	some c in plan.companions(bucket, "aws_s3_bucket_server_side_encryption_configuration")
	some index, rule in plan.blocks(c.change.after, "rule")
	some inner, default_ in plan.blocks(rule, "apply_server_side_encryption_by_default")
	default_.sse_algorithm in {"aws:kms", "aws:kms:dsse"}
	keyed(c, index, inner, default_)
}

# AWS delivers access logs to no bucket that is encrypted with a KMS key.
bucket_encrypted(bucket) if {
	some logging in plan.of_type("aws_s3_bucket_logging")
	plan.points(logging, "target_bucket", bucket)
	some c in plan.companions(bucket, "aws_s3_bucket_server_side_encryption_configuration")
	some rule in plan.blocks(c.change.after, "rule")
	some default_ in plan.blocks(rule, "apply_server_side_encryption_by_default")
	default_.sse_algorithm == "AES256"
}

keyed(_, _, _, default_) if not plan.blank(object.get(default_, "kms_master_key_id", null))

keyed(c, index, inner, _) if {
	unknown := c.change.after_unknown.rule[index].apply_server_side_encryption_by_default[inner]
	unknown.kms_master_key_id == true
}

# What is encrypted by a switch, and with which key by another attribute.
switches := {
	"aws_db_instance": ["storage_encrypted", "kms_key_id"],
	"aws_rds_cluster": ["storage_encrypted", "kms_key_id"],
	"aws_ebs_volume": ["encrypted", "kms_key_id"],
	"aws_efs_file_system": ["encrypted", "kms_key_id"],
	"aws_redshift_cluster": ["encrypted", "kms_key_id"],
	"aws_elasticache_replication_group": ["at_rest_encryption_enabled", "kms_key_id"],
}

# What AWS always encrypts; the question is with whose key.
keys := {
	"aws_secretsmanager_secret": "kms_key_id",
	"aws_sns_topic": "kms_master_key_id",
	"aws_sqs_queue": "kms_master_key_id",
	"aws_backup_vault": "kms_key_arn",
}

deny contains plan.finding(r, sprintf("is not encrypted: `%s` is not on", [switch])) if {
	some kind, pair in switches
	some r in plan.of_type(kind)
	switch := pair[0]
	not on(object.get(r.change.after, switch, null))
	not part_of_cluster(r)
}

deny contains plan.finding(r, sprintf("has no key of its own: `%s` is not set", [pair[1]])) if {
	some kind, pair in switches
	some r in plan.of_type(kind)
	not plan.given(r, pair[1])
	not part_of_cluster(r)
}

deny contains plan.finding(r, sprintf("has no key of its own: `%s` is not set", [key])) if {
	some kind, key in keys
	some r in plan.of_type(kind)
	not plan.given(r, key)
}

deny contains plan.finding(r, "is a SecureString without a key of its own: `key_id` is not set") if {
	some r in plan.of_type("aws_ssm_parameter")
	r.change.after.type == "SecureString"
	not plan.given(r, "key_id")
}

deny contains plan.finding(table, "has no encryption with a key of its own") if {
	some table in plan.of_type("aws_dynamodb_table")
	not table_encrypted(table)
}

table_encrypted(table) if {
	some index, block in plan.blocks(table.change.after, "server_side_encryption")
	block.enabled == true
	table_keyed(table, index, block)
}

table_keyed(_, _, block) if not plan.blank(object.get(block, "kms_key_arn", null))

table_keyed(table, index, _) if table.change.after_unknown.server_side_encryption[index].kms_key_arn == true

deny contains plan.finding(key, "is not renewed every year: `enable_key_rotation` is not on") if {
	some key in plan.of_type("aws_kms_key")
	symmetric(key)
	not key.change.after.enable_key_rotation == true
}

# CloudWatch encrypts every log group with a key of its own service where none is named.
warn contains plan.finding(group, "is encrypted with CloudWatch's key, not with the client's") if {
	some group in plan.of_type("aws_cloudwatch_log_group")
	not plan.given(group, "kms_key_id")
}

symmetric(key) if object.get(key.change.after, "customer_master_key_spec", null) in {null, "SYMMETRIC_DEFAULT"}

on(value) if value == true

on(value) if value == "true"

# An Aurora instance takes both from its cluster.
part_of_cluster(r) if startswith(object.get(r.change.after, "engine", ""), "aurora")
