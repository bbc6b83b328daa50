package hipaa.backups_test

import data.hipaa.backups
import data.hipaa.examples_test as ex
import rego.v1

database := {
	"address": "aws_db_instance.this",
	"mode": "managed",
	"type": "aws_db_instance",
	"name": "this",
	"change": {
		"actions": ["update"],
		"before": {},
		"after": {"backup_retention_period": 35, "deletion_protection": false, "skip_final_snapshot": false},
		"after_unknown": {},
	},
}

exception := {
	"rule": "hipaa.backups",
	"stack": "database",
	"resource": "aws_db_instance.this",
	"person": "Ada Example",
	"reason": "the client leaves",
	"until": "2026-12-31",
}

unprotected(given) := {
	"resource_changes": [database],
	"cellwright": {"stack": "database", "operation": "apply", "exceptions": given, "today": "2026-12-01"},
}

test_unprotected_is_denied if {
	count(backups.deny) == 1 with input as unprotected([])
}

test_protection_may_be_taken_off_by_an_exception if {
	count(backups.deny) == 0 with input as unprotected([exception])
}

denied := [
	["aws_db_instance", {"backup_retention_period": 3, "deletion_protection": true}, "less than 7 days"],
	["aws_db_instance", {"deletion_protection": true}, "less than 7 days"],
	["aws_docdb_cluster", {"backup_retention_period": 1, "deletion_protection": true}, "less than 7 days"],
	["aws_fsx_windows_file_system", {"automatic_backup_retention_days": 0}, "less than 7 days"],
	["aws_rds_cluster", {"backup_retention_period": 35, "deletion_protection": true, "skip_final_snapshot": true}, "`skip_final_snapshot` is on"],
	["aws_fsx_windows_file_system", {"automatic_backup_retention_days": 30, "skip_final_backup": true}, "`skip_final_backup` is on"],
	["aws_neptune_cluster", {"backup_retention_period": 35}, "`deletion_protection` is not on"],
	["aws_s3_bucket", {"bucket": "medloop-acme"}, "old versions"],
	["aws_s3_bucket_lifecycle_configuration", {"rule": [{"status": "Enabled", "noncurrent_version_expiration": [{"noncurrent_days": 1}]}]}, "after less than 7 days"],
	["aws_dynamodb_table", {"point_in_time_recovery": [{"enabled": false}]}, "no point-in-time recovery"],
	["aws_dynamodb_table", {"point_in_time_recovery": [{"enabled": true}], "replica": [{"region_name": "eu-west-1"}]}, "a replica without"],
	["aws_efs_backup_policy", {"backup_policy": [{"status": "DISABLED"}]}, "is not backed up"],
]

test_denied if {
	every example in denied {
		ex.says(backups.deny, example[2]) with input as ex.planned([ex.made(example[0], example[1])])
	}
}

whole := {"backup_retention_period": 35, "deletion_protection": true, "skip_final_snapshot": false}

passing := [
	["aws_db_instance", whole],
	["aws_db_instance", {"engine": "aurora-postgresql"}],
	["aws_db_instance", object.union(whole, {"backup_retention_period": 0, "replicate_source_db": "first"})],
	["aws_rds_cluster", whole],
	["aws_fsx_windows_file_system", {"automatic_backup_retention_days": 30, "skip_final_backup": false}],
	["aws_s3_bucket_lifecycle_configuration", {"rule": [{"status": "Enabled", "noncurrent_version_expiration": [{"noncurrent_days": 30}]}]}],
	["aws_dynamodb_table", {"point_in_time_recovery": [{"enabled": true}], "replica": [{"point_in_time_recovery": true}]}],
	["aws_efs_backup_policy", {"backup_policy": [{"status": "ENABLED"}]}],
]

test_passing if {
	every example in passing {
		count(backups.deny) == 0 with input as ex.planned([ex.made(example[0], example[1])])
	}
}

test_a_versioned_bucket_passes if {
	versioning := ex.of_bucket("aws_s3_bucket_versioning", {"versioning_configuration": [{"status": "Enabled"}]})
	count(backups.deny) == 0 with input as ex.planned([ex.bucket, versioning])
	suspended := ex.of_bucket("aws_s3_bucket_versioning", {"versioning_configuration": [{"status": "Suspended"}]})
	ex.says(backups.deny, "old versions") with input as ex.planned([ex.bucket, suspended])
}

test_a_time_from_another_resource_is_warned_of if {
	plan := ex.late("aws_db_instance", {"deletion_protection": true}, "backup_retention_period")
	count(backups.deny) == 0 with input as plan
	ex.says(backups.warn, "only the apply") with input as plan
}

# AWS fills it in, and with RDS that is a day.
test_a_time_that_nobody_wrote_is_denied if {
	after := ex.made("aws_db_instance", {"deletion_protection": true})
	unknown := object.union(after, {"change": {"after_unknown": {"backup_retention_period": true}}})
	ex.says(backups.deny, "less than 7 days") with input as ex.written(unknown, {})
}

test_the_end_of_a_backup_plan_is_denied if {
	ended := ex.planned([ex.changed("aws_backup_plan", ["delete"], {})])
	ex.says(backups.deny, "no more backups") with input as ended
	count(backups.deny) == 0 with input as ex.planned([ex.changed("aws_backup_plan", ["delete", "create"], {})])
	count(backups.deny) == 0 with input as ex.excepted(ended, ex.exception("hipaa.backups", "*"))
}
