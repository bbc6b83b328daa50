# METADATA
# title: Data is destroyed only with a written exception
# custom:
#   clause: 45 CFR 164.312(c)(1)
#   advice: >-
#     if it is meant, write an exception into the cell's file: rule, stack, resource, person, reason, and until
#     (YYYY-MM-DD), which must not have passed
package hipaa.destruction

import data.hipaa.exceptions
import data.hipaa.plan
import rego.v1

databases := {
	"aws_db_instance", "aws_rds_cluster", "aws_rds_cluster_instance", "aws_rds_global_cluster", "aws_docdb_cluster",
	"aws_docdb_global_cluster", "aws_docdbelastic_cluster", "aws_neptune_cluster", "aws_neptune_global_cluster",
	"aws_neptunegraph_graph", "aws_dynamodb_table", "aws_dynamodb_table_replica", "aws_dynamodb_global_table",
	"aws_keyspaces_keyspace", "aws_keyspaces_table", "aws_redshift_cluster", "aws_redshiftserverless_namespace",
	"aws_elasticache_cluster", "aws_elasticache_replication_group", "aws_elasticache_serverless_cache",
	"aws_memorydb_cluster", "aws_opensearch_domain", "aws_elasticsearch_domain", "aws_opensearchserverless_collection",
	"aws_timestreamwrite_database", "aws_timestreamwrite_table", "aws_timestreaminfluxdb_db_instance",
	"aws_qldb_ledger", "aws_lightsail_database", "aws_cognito_user_pool", "aws_directory_service_directory",
}

files := {
	"aws_s3_bucket", "aws_s3_directory_bucket", "aws_s3tables_table_bucket", "aws_s3tables_table", "aws_glacier_vault",
	"aws_efs_file_system", "aws_ebs_volume", "aws_lightsail_disk", "aws_workspaces_workspace", "aws_ecr_repository",
	"aws_fsx_file_cache", "aws_fsx_lustre_file_system", "aws_fsx_ontap_file_system",
	"aws_fsx_ontap_storage_virtual_machine", "aws_fsx_ontap_volume", "aws_fsx_openzfs_file_system",
	"aws_fsx_openzfs_volume", "aws_fsx_windows_file_system",
}

streams := {"aws_kinesis_stream", "aws_kinesis_video_stream", "aws_msk_cluster", "aws_msk_serverless_cluster", "aws_mq_broker"}

copies := {
	"aws_backup_vault", "aws_backup_logically_air_gapped_vault", "aws_ami", "aws_ami_copy", "aws_ami_from_instance",
	"aws_db_snapshot", "aws_db_snapshot_copy", "aws_db_cluster_snapshot", "aws_rds_cluster_snapshot_copy",
	"aws_docdb_cluster_snapshot", "aws_neptune_cluster_snapshot", "aws_ebs_snapshot", "aws_ebs_snapshot_copy",
	"aws_ebs_snapshot_import", "aws_fsx_backup", "aws_fsx_openzfs_snapshot", "aws_memorydb_snapshot",
	"aws_redshift_cluster_snapshot",
}

keys := {
	"aws_kms_key", "aws_kms_replica_key", "aws_kms_external_key", "aws_kms_replica_external_key",
	"aws_cloudhsm_v2_cluster", "aws_acmpca_certificate_authority", "aws_secretsmanager_secret",
}

stateful := ((databases | files) | (streams | copies)) | keys

deny contains plan.finding(r, sprintf("would be %s, and all that it holds with it", [plan.fate(r)])) if {
	some r in plan.lost
	holds(r)
	not exceptions.granted("hipaa.destruction", r.address)
}

holds(r) if r.type in stateful

holds(r) if {
	r.type == "aws_ssm_parameter"
	r.change.before.type == "SecureString"
}

# A key that is switched off takes what it encrypts with it, for as long as it is off.
deny contains plan.finding(key, "is switched off, and nothing that it encrypts can be read") if {
	some key in plan.of_types({"aws_kms_key", "aws_kms_replica_key", "aws_kms_external_key"})
	some name in ["is_enabled", "enabled"]
	key.change.after[name] == false
	not exceptions.granted("hipaa.destruction", key.address)
}

# A `moved` block may give data to a kind of resource that no rule looks at.
deny contains plan.finding(r, sprintf("takes the place of %s, and the rules for that end", [r.previous_address])) if {
	some r in plan.changes
	some kind in stateful
	regex.match(concat("", [`(^|\.)`, kind, `\.[^.]+$`]), r.previous_address)
	not r.type in stateful
	not exceptions.granted("hipaa.destruction", r.address)
}
