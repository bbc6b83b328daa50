# What AWS always encrypts, or encrypts by a block: the question is with whose key. And disks of machines.
package hipaa.encryption

import data.hipaa.plan
import rego.v1

keys := {
	"aws_backup_vault": "kms_key_arn",
	"aws_cloudtrail": "kms_key_id",
	"aws_cloudtrail_event_data_store": "kms_key_id",
	"aws_db_snapshot_copy": "kms_key_id",
	"aws_docdbelastic_cluster": "kms_key_id",
	"aws_elasticache_serverless_cache": "kms_key_id",
	"aws_fsx_file_cache": "kms_key_id",
	"aws_fsx_lustre_file_system": "kms_key_id",
	"aws_fsx_ontap_file_system": "kms_key_id",
	"aws_fsx_openzfs_file_system": "kms_key_id",
	"aws_fsx_windows_file_system": "kms_key_id",
	"aws_kinesis_stream": "kms_key_id",
	"aws_kinesis_video_stream": "kms_key_id",
	"aws_memorydb_cluster": "kms_key_arn",
	"aws_qldb_ledger": "kms_key",
	"aws_rds_cluster_snapshot_copy": "kms_key_id",
	"aws_redshiftserverless_namespace": "kms_key_id",
	"aws_sagemaker_domain": "kms_key_id",
	"aws_sagemaker_notebook_instance": "kms_key_id",
	"aws_secretsmanager_secret": "kms_key_id",
	"aws_sns_topic": "kms_master_key_id",
	"aws_sqs_queue": "kms_master_key_id",
	"aws_timestreamwrite_database": "kms_key_id",
	"aws_workspaces_workspace": "volume_encryption_key",
}

deny contains plan.finding(r, sprintf("has no key of its own: `%s` is not set", [key])) if {
	some kind, key in keys
	some r in plan.of_type(kind)
	not has_key(r, key)
}

deny contains plan.finding(r, "is a SecureString without a key of its own: `key_id` is not set") if {
	some r in plan.of_type("aws_ssm_parameter")
	r.change.after.type == "SecureString"
	not has_key(r, "key_id")
}

deny contains plan.finding(r, "is not encrypted: `encryption_type` is not KMS") if {
	some r in plan.of_type("aws_kinesis_stream")
	not r.change.after.encryption_type == "KMS"
}

deny contains plan.finding(r, sprintf("is not encrypted: `%s` is not on", [key])) if {
	some r in plan.of_type("aws_workspaces_workspace")
	some key in ["root_volume_encryption_enabled", "user_volume_encryption_enabled"]
	not plan.on(r.change.after, key)
}

# What is encrypted by a block: its name, the switch in it (or none), the key in it.
by_block := {
	"aws_dynamodb_table": ["server_side_encryption", "enabled", "kms_key_arn"],
	"aws_ecr_repository": ["encryption_configuration", "", "kms_key"],
	"aws_elasticsearch_domain": ["encrypt_at_rest", "enabled", "kms_key_id"],
	"aws_keyspaces_table": ["encryption_specification", "", "kms_key_identifier"],
	"aws_kinesis_firehose_delivery_stream": ["server_side_encryption", "enabled", "key_arn"],
	"aws_mq_broker": ["encryption_options", "", "kms_key_id"],
	"aws_msk_cluster": ["encryption_info", "", "encryption_at_rest_kms_key_arn"],
	"aws_opensearch_domain": ["encrypt_at_rest", "enabled", "kms_key_id"],
	"aws_s3tables_table_bucket": ["encryption_configuration", "", "kms_key_arn"],
}

deny contains plan.finding(r, "has no encryption with a key of its own") if {
	some kind, names in by_block
	some r in plan.of_type(kind)
	not block_encrypted(r, names)
	not fed_by_stream(r)
}

block_encrypted(r, names) if {
	some index, block in plan.blocks(r.change.after, names[0])
	switched_on(block, names[1])
	block_keyed(r, names, index, block)
}

switched_on(_, name) if name == ""

switched_on(block, name) if plan.on(block, name)

block_keyed(_, names, _, block) if own_key(object.get(block, names[2], null))

block_keyed(r, names, index, _) if r.change.after_unknown[names[0]][index][names[2]] == true

# What comes from a stream is encrypted there; AWS allows no second encryption.
fed_by_stream(r) if {
	r.type == "aws_kinesis_firehose_delivery_stream"
	count(plan.blocks(r.change.after, "kinesis_source_configuration")) > 0
}

deny contains plan.finding(table, "has a replica without a key of its own") if {
	some table in plan.of_type("aws_dynamodb_table")
	some index, replica in plan.blocks(table.change.after, "replica")
	not own_key(object.get(replica, "kms_key_arn", null))
	not table.change.after_unknown.replica[index].kms_key_arn == true
}

# The disks of machines, also of those that a template will make.
disks := [{"of": r, "block": block} |
	some r in plan.of_types({"aws_instance", "aws_spot_instance_request", "aws_launch_configuration"})
	some name in ["root_block_device", "ebs_block_device"]
	some block in plan.blocks(r.change.after, name)
]

template_disks := [{"of": r, "block": block} |
	some r in plan.of_type("aws_launch_template")
	some mapping in plan.blocks(r.change.after, "block_device_mappings")
	some block in plan.blocks(mapping, "ebs")
]

deny contains plan.finding(disk.of, "has a disk that is not encrypted: `encrypted` is off") if {
	some disk in array.concat(disks, template_disks)
	disk.block.encrypted in {false, "false"}
}

warn contains plan.finding(r, "leaves the encryption of its disks to the account's default") if {
	some r in plan.of_types({"aws_instance", "aws_spot_instance_request", "aws_launch_configuration", "aws_launch_template"})
	not says_encrypted(r)
}

says_encrypted(r) if {
	some disk in array.concat(disks, template_disks)
	disk.of.address == r.address
	plan.on(disk.block, "encrypted")
}

# CloudWatch encrypts every log group with a key of its own service where none is named.
warn contains plan.finding(group, "is encrypted with CloudWatch's key, not with the client's") if {
	some group in plan.of_type("aws_cloudwatch_log_group")
	not has_key(group, "kms_key_id")
}
