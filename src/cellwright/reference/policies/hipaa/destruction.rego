# METADATA
# title: What holds data is not destroyed by the way
# custom:
#   clause: 45 CFR 164.312(c)(1)
#   advice: >-
#     if it is meant, write an exception into the cell's file: rule, stack, resource, person, reason, and until
#     (YYYY-MM-DD), which must not have passed
package hipaa.destruction

import data.hipaa.exceptions
import data.hipaa.plan
import rego.v1

stateful := {
	"aws_db_instance", "aws_rds_cluster", "aws_rds_cluster_instance", "aws_docdb_cluster", "aws_neptune_cluster",
	"aws_dynamodb_table", "aws_redshift_cluster", "aws_elasticache_replication_group",
	"aws_opensearch_domain", "aws_elasticsearch_domain",
	"aws_s3_bucket", "aws_s3_directory_bucket", "aws_efs_file_system", "aws_fsx_lustre_file_system", "aws_ebs_volume",
	"aws_kms_key", "aws_kms_replica_key", "aws_secretsmanager_secret", "aws_backup_vault",
}

deny contains plan.finding(r, sprintf("would be %s, and all that it holds with it", [what(r)])) if {
	some r in plan.lost
	r.type in stateful
	not exceptions.granted("hipaa.destruction", r.address)
}

what(r) := "replaced" if {
	"create" in r.change.actions
} else := "destroyed"
