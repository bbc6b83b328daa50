# METADATA
# title: Data at rest is encrypted with the client's own key
# custom:
#   clause: 45 CFR 164.312(a)(2)(iv)
#   advice: encrypt it, and name the client's own KMS key
package hipaa.encryption

import data.hipaa.plan
import rego.v1

deny contains plan.finding(bucket, "has no default encryption with a KMS key of its own") if {
	some bucket in plan.of_types({"aws_s3_bucket", "aws_s3_directory_bucket"})
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

keyed(_, _, _, default_) if own_key(object.get(default_, "kms_master_key_id", null))

keyed(c, index, inner, _) if {
	unknown := c.change.after_unknown.rule[index].apply_server_side_encryption_by_default[inner]
	unknown.kms_master_key_id == true
}

# AWS's own keys have aliases of this form; nobody but AWS says who may use them.
own_key(value) if {
	is_string(value)
	value != ""
	not regex.match(`(^|:)alias/aws/`, value)
}

has_key(r, key) if {
	plan.given(r, key)
	not plan.unknown(r, key)
	own_key(r.change.after[key])
}

has_key(r, key) if plan.pending(r, key)

deny contains plan.finding(r, "is not encrypted with its bucket's key: `server_side_encryption` is AES256") if {
	some r in plan.of_types({"aws_s3_object", "aws_s3_bucket_object", "aws_s3_object_copy"})
	r.change.after.server_side_encryption == "AES256"
}

# What is encrypted by a switch, and with which key by another attribute.
switches := {
	"aws_ami_copy": ["encrypted", "kms_key_id"],
	"aws_db_instance": ["storage_encrypted", "kms_key_id"],
	"aws_docdb_cluster": ["storage_encrypted", "kms_key_id"],
	"aws_ebs_snapshot_copy": ["encrypted", "kms_key_id"],
	"aws_ebs_snapshot_import": ["encrypted", "kms_key_id"],
	"aws_ebs_volume": ["encrypted", "kms_key_id"],
	"aws_efs_file_system": ["encrypted", "kms_key_id"],
	"aws_elasticache_replication_group": ["at_rest_encryption_enabled", "kms_key_id"],
	"aws_neptune_cluster": ["storage_encrypted", "kms_key_arn"],
	"aws_rds_cluster": ["storage_encrypted", "kms_key_id"],
	"aws_redshift_cluster": ["encrypted", "kms_key_id"],
}

deny contains plan.finding(r, sprintf("is not encrypted: `%s` is not on", [pair[0]])) if {
	some kind, pair in switches
	some r in plan.of_type(kind)
	not plan.on(r.change.after, pair[0])
	not part_of_cluster(r)
}

deny contains plan.finding(r, sprintf("has no key of its own: `%s` is not set", [pair[1]])) if {
	some kind, pair in switches
	some r in plan.of_type(kind)
	not has_key(r, pair[1])
	not part_of_cluster(r)
}

# An Aurora instance takes both from its cluster, a replica in the same region from what it follows.
part_of_cluster(r) if {
	r.type == "aws_db_instance"
	startswith(plan.text(r.change.after, "engine"), "aurora")
}

part_of_cluster(r) if {
	r.type == "aws_db_instance"
	plan.given(r, "replicate_source_db")
	not startswith(plan.text(r.change.after, "replicate_source_db"), "arn:")
}

deny contains plan.finding(r, "is not encrypted: a Redis of one node can't be; take an aws_elasticache_replication_group") if {
	some r in plan.of_type("aws_elasticache_cluster")
	not plan.given(r, "replication_group_id")
}

deny contains plan.finding(r, "is not encrypted: `storage_encrypted` is not on") if {
	some r in plan.of_type("aws_rds_global_cluster")
	not plan.on(r.change.after, "storage_encrypted")
	not plan.given(r, "source_db_cluster_identifier")
}

deny contains plan.finding(key, "is not renewed every year: `enable_key_rotation` is not on") if {
	some key in plan.of_type("aws_kms_key")
	symmetric(key)
	not key.change.after.enable_key_rotation == true
}

symmetric(key) if object.get(key.change.after, "customer_master_key_spec", null) in {null, "SYMMETRIC_DEFAULT"}

deny contains plan.finding(r, "leaves new volumes unencrypted: `enabled` is not on") if {
	some r in plan.of_type("aws_ebs_encryption_by_default")
	not r.change.after.enabled == true
}
